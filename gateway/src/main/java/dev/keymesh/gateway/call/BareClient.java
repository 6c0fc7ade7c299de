package dev.keymesh.gateway.call;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.ProtocolHandlers;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/** HTTP clients that add nothing by themselves: no redirect, cookie, decoding, credential or user agent. */
final class BareClient {
    static final Duration CONNECT = Duration.ofSeconds(5);

    private BareClient() {}

    static ClientConnector connector(int selectors, Executor executor, Scheduler scheduler, ByteBufferPool buffers) {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(selectors);
        connector.setExecutor(executor);
        connector.setScheduler(scheduler);
        connector.setByteBufferPool(buffers);
        connector.setConnectTimeout(CONNECT);
        return connector;
    }

    /** One that is not started, on the transport's own connector; it connects to the addresses that may be called. */
    static HttpClient of(HttpClientTransportOverHTTP transport, Addresses addresses, String name) {
        ClientConnector connector = transport.getClientConnector();
        HttpClient client = new HttpClient(transport);
        client.setExecutor(connector.getExecutor());
        client.setScheduler(connector.getScheduler());
        client.setByteBufferPool(connector.getByteBufferPool());
        client.setSocketAddressResolver(addresses);
        client.setUserAgentField(null);
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setName(name);
        return client;
    }

    static void start(HttpClient client) {
        try {
            client.start();
        } catch (Exception e) {
            throw new IllegalStateException("The HTTP client " + client.getName() + " did not start.", e);
        }
        client.getContentDecoderFactories().clear();
        interimOnly(client.getProtocolHandlers());
    }

    /** What a server says before its answer (RFC 9110, 15.2) is passed over, asked for or not. */
    private static void interimOnly(ProtocolHandlers handlers) {
        handlers.clear();
        handlers.put(new ContinueProtocolHandler());
        handlers.put(new ProcessingProtocolHandler());
        handlers.put(new EarlyHintsProtocolHandler());
    }
}
