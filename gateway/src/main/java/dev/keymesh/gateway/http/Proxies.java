package dev.keymesh.gateway.http;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.policy.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls through the proxies that are trusted: the last address of {@code X-Forwarded-For} that is not one of
 * theirs. What stands before it was written by the caller. {@code Forwarded} is not read: a proxy that writes one of the
 * two headers lets the other one through as the caller sent it.
 */
final class Proxies implements HttpConfiguration.Customizer {
    private final List<AddressRange> trusted;

    Proxies(List<String> ranges) {
        trusted = ranges.stream().map(Proxies::range).toList();
    }

    private static AddressRange range(String text) {
        try {
            return AddressRange.of(text);
        } catch (IllegalArgumentException e) {
            throw new StoreException("trustedProxies: '" + text + "' is neither an address nor a CIDR range, such as"
                    + " 10.0.0.0/8 or 2001:db8::/32.");
        }
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        if (!(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer)
                || peer.getAddress() == null
                || !isTrusted(peer.getAddress())) {
            return request;
        }
        return new Forwarded(request, client(peer, request.getHeaders()), secure(request));
    }

    /** The peer itself where no proxy says more, or one says what is no address. */
    private InetSocketAddress client(InetSocketAddress peer, HttpFields headers) {
        // Split at every comma, quoted or not: a quote that the caller opens must not hide what a proxy adds behind it.
        String[] named = String.join(",", headers.getValuesList(HttpHeader.X_FORWARDED_FOR))
                .split(",", -1);
        InetSocketAddress client = peer;
        for (String name : List.of(named).reversed()) {
            InetAddress address = address(name.strip());
            if (address == null) {
                return peer;
            }
            client = new InetSocketAddress(address, 0);
            if (!isTrusted(address)) {
                return client;
            }
        }
        return client;
    }

    /** What the nearest proxy says of the connection to it; without a word of it, what the connection to us is. */
    private static boolean secure(Request request) {
        String said = String.join(",", request.getHeaders().getValuesList(HttpHeader.X_FORWARDED_PROTO));
        return said.isEmpty()
                ? request.isSecure()
                : said.substring(said.lastIndexOf(',') + 1).strip().equalsIgnoreCase("https");
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /** An address, also with a port; null where it is none. A name is none: nothing is looked up. */
    static @Nullable InetAddress address(String text) {
        String literal = text;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || !text.substring(end + 1).matches("(:\\d{1,5})?")) {
                return null;
            }
            literal = text.substring(1, end);
        } else if (text.matches("[0-9.]+:\\d{1,5}")) {
            literal = text.substring(0, text.indexOf(':'));
        }
        // The JDK also takes the short forms of before, such as "1", and scopes, which name our interfaces.
        if (!literal.matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A request as it came to the first of the proxies. */
    private static final class Forwarded extends Request.Wrapper {
        private final ConnectionMetaData connection;
        private final HttpURI uri;
        private final boolean secure;

        Forwarded(Request wrapped, InetSocketAddress client, boolean secure) {
            super(wrapped);
            this.secure = secure;
            uri = HttpURI.build(wrapped.getHttpURI())
                    .scheme(secure ? "https" : "http")
                    .asImmutable();
            connection = new ConnectionMetaData.Wrapper(wrapped.getConnectionMetaData()) {
                @Override
                public SocketAddress getRemoteSocketAddress() {
                    return client;
                }

                @Override
                public boolean isSecure() {
                    return secure;
                }
            };
        }

        @Override
        public ConnectionMetaData getConnectionMetaData() {
            return connection;
        }

        @Override
        public HttpURI getHttpURI() {
            return uri;
        }

        @Override
        public boolean isSecure() {
            return secure;
        }
    }
}
