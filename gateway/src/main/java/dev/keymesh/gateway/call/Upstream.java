package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.InMemory;
import dev.keymesh.gateway.dialect.ModelIds;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.TokenCount;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.provider.Forbidden;
import dev.keymesh.gateway.provider.ModelSource;
import dev.keymesh.gateway.provider.Provider;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.ByteBufferRequestContent;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** The client side: what is sent to a provider, and with which headers. */
public final class Upstream implements AutoCloseable, ModelSource {
    private static final int CONNECTIONS = 4_096;
    private static final int QUEUED = 1_024;
    private static final long RESOLVE_MILLIS = TimeUnit.SECONDS.toMillis(5);
    private static final long ANSWER_HEAD_MILLIS = TimeUnit.MINUTES.toMillis(15);
    private static final Set<String> DROPPED = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "content-length",
            "expect",
            "accept-encoding",
            "cookie",
            "forwarded",
            "openai-organization",
            "openai-project",
            "x-real-ip");
    private static final Set<String> ANSWER_DROPPED = Set.of(
            "connection",
            "keep-alive",
            "transfer-encoding",
            "upgrade",
            "trailer",
            "set-cookie",
            "openai-organization",
            "openai-project",
            "anthropic-organization-id");

    private static final long LIST_SECONDS = 10;
    private static final long LOOK_MILLIS = TimeUnit.MINUTES.toMillis(1);
    static final String JSON = "application/json";
    /** Of what Keymesh asks by itself. */
    private static final String ANTHROPIC_VERSION = "2023-06-01";
    /** W3C's, of a caller's trace; passed on where it came. */
    static final String TRACE = "traceparent";

    private static final int FILE_BUFFER = 32_768;

    private final HttpClient client;
    private final ByteBufferPool.Sized fileBuffers;
    /** Those without an id or a query, of which there are few. */
    private final Map<String, URI> addresses = new ConcurrentHashMap<>();

    /** A client on the server's own threads, scheduler and buffers. */
    public Upstream(Executor executor, Scheduler scheduler, ByteBufferPool pool, int selectors) {
        ByteBufferPool buffers = new FreshViews(pool);
        fileBuffers = new ByteBufferPool.Sized(buffers, false, FILE_BUFFER);
        ClientConnector connector = BareClient.connector(selectors, executor, scheduler, buffers);
        connector.setTCPNoDelay(true);
        HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connector);
        transport.setInvocationType(InvocationType.NON_BLOCKING);
        transport.setHeaderCacheSize(0);
        client = BareClient.of(
                transport,
                new Addresses(
                        new SocketAddressResolver.Async(executor, scheduler, RESOLVE_MILLIS),
                        address -> !Forbidden.address(address)),
                "keymesh-upstream");
        client.setMaxConnectionsPerDestination(CONNECTIONS);
        client.setMaxRequestsQueuedPerDestination(QUEUED);
        client.setIdleTimeout(ANSWER_HEAD_MILLIS);
        client.setResponseBufferSize(16_384);
        client.setStrictEventOrdering(false);
        BareClient.start(client);
    }

    /** The request to a provider; the path is the table's, never the caller's. */
    Request request(
            Provider provider,
            Operation operation,
            @Nullable String query,
            HttpFields headers,
            String contentType,
            Payload body) {
        return to(provider, operation, "", query, headers).body(content(contentType, body));
    }

    private Request to(Provider provider, Operation operation, String id, @Nullable String query, HttpFields headers) {
        String url = provider.baseUrl() + operation.upstreamPath(id);
        URI address = id.isEmpty() && query == null
                ? addresses.computeIfAbsent(url, URI::create)
                : URI.create(query == null ? url : url + "?" + query);
        String connection = headers.get(HttpHeader.CONNECTION);
        return client.newRequest(address).method(operation.method()).headers(to -> {
            for (HttpField field : headers) {
                forward(field, connection, to);
            }
            credential(provider, to);
            to.put("Accept-Encoding", "identity");
            // Otherwise Jetty parses the address of each request anew for it.
            to.put(HttpHeader.HOST, address.getRawAuthority());
        });
    }

    /**
     * Asks a provider for what it keeps, or to keep something, and waits for the head of its answer.
     *
     * @param id of the object that it is about; empty is none
     * @param body null is none
     * @throws NoAnswer where there is none in time
     */
    UpstreamAnswer ask(
            Provider provider,
            Operation operation,
            String id,
            @Nullable String query,
            HttpFields headers,
            String contentType,
            @Nullable Payload body)
            throws NoAnswer {
        Request request = to(provider, operation, id, query, headers);
        return UpstreamAnswer.of(
                body == null ? request : request.body(content(contentType, body)), provider, ANSWER_HEAD_MILLIS);
    }

    /** The same without a caller: what Keymesh itself has to know. */
    UpstreamAnswer ask(Provider provider, Operation operation, String id) throws NoAnswer {
        HttpFields.Mutable headers = HttpFields.build();
        if (provider.kind() == ProviderKind.ANTHROPIC) {
            headers.add("anthropic-version", ANTHROPIC_VERSION);
        }
        return UpstreamAnswer.of(to(provider, operation, id, null, headers), provider, LOOK_MILLIS);
    }

    private Request.Content content(String contentType, Payload body) {
        if (body instanceof InMemory memory) {
            return new ByteBufferRequestContent(contentType, memory.buffer());
        }
        return new InputStreamRequestContent(contentType, body.stream(), fileBuffers) {
            @Override
            public long getLength() {
                return body.length();
            }
        };
    }

    @Override
    public Listing models(Provider provider) {
        boolean anthropic = provider.kind() == ProviderKind.ANTHROPIC;
        try {
            ContentResponse answer = client.newRequest(
                            provider.baseUrl() + (anthropic ? "/v1/models?limit=1000" : "/models"))
                    .headers(to -> {
                        credential(provider, to);
                        if (anthropic) {
                            to.put("anthropic-version", ANTHROPIC_VERSION);
                        }
                    })
                    .timeout(LIST_SECONDS, TimeUnit.SECONDS)
                    .send();
            if (answer.getStatus() != 200) {
                return new Listing(answer.getStatus(), List.of(), "The provider answered " + answer.getStatus() + ".");
            }
            return new Listing(200, ModelIds.read(answer.getContent()), "");
        } catch (IOException e) {
            return new Listing(200, List.of(), "The provider answered with no list of models.");
        } catch (TimeoutException e) {
            return new Listing(0, List.of(), "The provider did not answer within " + LIST_SECONDS + " s.");
        } catch (ExecutionException e) {
            return new Listing(0, List.of(), "The provider cannot be reached.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Listing(0, List.of(), "Keymesh is stopping.");
        }
    }

    /**
     * Asks Anthropic how many tokens a message's input has, which is free. Blocks.
     *
     * @param body members of a message, as JSON
     * @return -1 where it does not say so in time
     */
    long count(Provider provider, byte[] body, long millis) throws InterruptedException {
        try {
            ContentResponse answer = client.newRequest(provider.baseUrl() + "/v1/messages/count_tokens")
                    .method(HttpMethod.POST)
                    .headers(to -> {
                        credential(provider, to);
                        to.put("anthropic-version", ANTHROPIC_VERSION);
                    })
                    .body(new ByteBufferRequestContent(JSON, ByteBuffer.wrap(body)))
                    .timeout(millis, TimeUnit.MILLISECONDS)
                    .send();
            return answer.getStatus() == 200 ? TokenCount.read(answer.getContent()) : -1;
        } catch (IOException | TimeoutException | ExecutionException e) {
            return -1;
        }
    }

    private static void forward(HttpField field, @Nullable String connection, HttpFields.Mutable to) {
        String name = field.getLowerCaseName();
        boolean dropped = DROPPED.contains(name)
                || name.startsWith("x-forwarded-")
                || name.startsWith("x-keymesh-")
                || name.equals("content-type")
                || Authenticator.carriesCredential(field)
                || namedByConnection(name, connection);
        if (!dropped) {
            to.add(field);
        }
    }

    /** RFC 9110, section 7.6.1: what {@code Connection} names is for this hop only. */
    private static boolean namedByConnection(String name, @Nullable String connection) {
        if (connection == null || connection.equalsIgnoreCase("keep-alive")) {
            return false;
        }
        for (String option : connection.split(",", -1)) {
            if (option.strip().toLowerCase(Locale.ROOT).equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static void credential(Provider provider, HttpFields.Mutable to) {
        if (provider.kind() == ProviderKind.ANTHROPIC) {
            to.put("x-api-key", provider.credential());
        } else {
            to.put("Authorization", "Bearer " + provider.credential());
        }
    }

    /** Passes an answer's header on, unless it is for one hop or names the account behind Keymesh. */
    static boolean relays(HttpField field) {
        return !ANSWER_DROPPED.contains(field.getLowerCaseName());
    }

    /** The threads that carry its connections. */
    public Collection<ManagedSelector> selectors() {
        return client.getContainedBeans(ManagedSelector.class);
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The HTTP client did not stop.", e);
        }
    }
}
