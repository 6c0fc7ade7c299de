package dev.keymesh.server.mcp;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may come from where it says: a page in a browser can be led to a server on the person's own machine
 * by a name that its owner points there. So a server on loopback answers to loopback's names only, and any server
 * answers only pages of its own name.
 */
final class HttpGuard {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean loopback;

    /**
     * The guard of a server.
     *
     * @param host the address that it listens on
     */
    HttpGuard(String host) {
        this.loopback = LOOPBACK.contains(host) || host.equals("::1");
    }

    /** Why the request is refused; null where it is not. */
    @Nullable
    String fault(HttpFields headers) {
        String host = name(headers.get(HttpHeader.HOST));
        if (loopback && !LOOPBACK.contains(host)) {
            return "This server listens on loopback, so the Host header must be localhost or 127.0.0.1.";
        }
        String origin = headers.get(HttpHeader.ORIGIN);
        if (origin == null) {
            return null;
        }
        String from = originHost(origin);
        boolean own = loopback ? LOOPBACK.contains(from) : !from.isEmpty() && from.equals(host);
        return own ? null : "Pages of this Origin may not call this server. Call it from a program, without an Origin.";
    }

    /** A host without its port, in small letters. */
    private static String name(@Nullable String authority) {
        return authority == null ? "" : authority.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    }

    private static String originHost(String origin) {
        try {
            URI uri = new URI(origin);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return http ? name(uri.getRawAuthority()) : "";
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
