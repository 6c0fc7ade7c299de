package dev.keymesh.gateway.http;

import dev.keymesh.gateway.access.Claims;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;

/**
 * The page behind a claim link, whole and without a script. It is shown by GET and uses the link up by POST alone, so that
 * a preview of the link, or a scanner of mail, costs nobody the key.
 */
final class ClaimPage {
    static final String PATH = "/claim/";

    private static final String STYLE =
            "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;"
                    + "color:#1b1b1b;background:#fff}code{display:block;padding:.75rem;border:1px solid #767676;overflow-wrap:anywhere;"
                    + "font-size:1rem;user-select:all}button{font:inherit;padding:.5rem 1rem}"
                    + "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}}";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Type",
            "text/html; charset=utf-8",
            "Cache-Control",
            "no-store",
            "Content-Security-Policy",
            "default-src 'none'; style-src 'sha256-" + Base64.getEncoder().encodeToString(Sha256.of(STYLE))
                    + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy",
            "no-referrer",
            "X-Content-Type-Options",
            "nosniff",
            "X-Robots-Tag",
            "noindex");

    private final Claims claims;

    ClaimPage(Claims claims) {
        this.claims = claims;
    }

    Page answer(String method, String path) {
        String token = path.substring(PATH.length());
        return switch (method) {
            case "GET", "HEAD" -> page(claims.look(token));
            case "POST" -> page(claims.take(token));
            default -> new Page(405, "Not here", "<p>This page takes GET and POST.</p>");
        };
    }

    /** Nothing was used up: it can be tried again. */
    static Page unavailable() {
        return new Page(
                503, "Not now", "<p>Keymesh cannot show the key right now. The link is still good: try again.</p>");
    }

    private static Page page(Claims.Link link) {
        return switch (link) {
            case Claims.Link.Open(var key, var until) -> open(key, until);
            case Claims.Link.Shown(var key, var secret) -> shown(key, secret);
            case Claims.Link.Gone(var why) -> gone(why);
        };
    }

    private static Page open(VirtualKey key, Instant until) {
        return new Page(
                200, "A key for you", """
                <p>This link shows the secret of the key <strong>%s</strong> once. It is good until %s.</p>
                <p>Be ready to store the secret, in a password manager for example, before you press the button.</p>
                <form method="post"><button type="submit">Show the key</button></form>
                """.formatted(escaped(key.title()), until.truncatedTo(ChronoUnit.SECONDS)));
    }

    private static Page shown(VirtualKey key, String secret) {
        return new Page(200, "Your key", """
                <p>This is the secret of the key <strong>%s</strong>. Store it now: it is not shown again.</p>
                <code>%s</code>
                <p>Send it as <kbd>Authorization: Bearer</kbd>, or as <kbd>x-api-key</kbd>. Where it was lost, ask whoever
                sent you the link for another key.</p>
                """.formatted(escaped(key.title()), escaped(secret)));
    }

    private static Page gone(Claims.Link.Why why) {
        String text = switch (why) {
            case USED ->
                "This link was used: it shows a key once. If that was not you, tell whoever sent it at once, so that the"
                        + " key is revoked; ask for another one.";
            case ENDED -> "This link has ended. Ask whoever sent it for another key.";
            case REVOKED -> "The key of this link was revoked. Ask whoever sent it for another key.";
            case UNKNOWN ->
                "This link is not known here, or it ended long ago. Check that it was copied whole, or ask whoever sent it"
                        + " for another key.";
        };
        return new Page(410, "No key here", "<p>" + text + "</p>");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** What is answered. */
    record Page(int status, String title, String text) {
        Map<String, String> headers() {
            return HEADERS;
        }

        byte[] body() {
            return """
                    <!doctype html>
                    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                    <title>%s - Keymesh</title><style>%s</style></head><body><main>
                    <h1>%s</h1>
                    %s</main></body></html>
                    """.formatted(title, STYLE, title, text).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "Page[" + status + "]";
        }
    }
}
