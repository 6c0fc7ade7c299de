package dev.keymesh.gateway.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

/**
 * Whether a request was made on this machine for this machine: both ends of its connection are loopback, nothing says
 * that a proxy passed it on, and it was sent to a name of this machine, which a page in a browser cannot bring about.
 */
final class Near {
    private Near() {}

    static boolean isFromHere(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        return isLoopback(connection.getLocalSocketAddress())
                && isLoopback(connection.getRemoteSocketAddress())
                && isNamedHere(Request.getServerName(request))
                && request.getHeaders().stream().noneMatch(Near::isOfAProxy);
    }

    private static boolean isLoopback(SocketAddress address) {
        return address instanceof InetSocketAddress socket
                && !socket.isUnresolved()
                && socket.getAddress().isLoopbackAddress();
    }

    private static boolean isNamedHere(String host) {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]") || host.equals("::1");
    }

    private static boolean isOfAProxy(HttpField field) {
        String name = field.getLowerCaseName();
        return name.equals("forwarded")
                || name.equals("via")
                || name.equals("x-real-ip")
                || name.startsWith("x-forwarded-");
    }
}
