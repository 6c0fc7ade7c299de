package dev.keymesh.sdk;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link WireRequest}.
 *
 * @param headers by names in small letters, values of a repeated one joined by a comma
 * @param body empty where there is none; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes that nobody compares
public record WireResponse(int status, Map<String, String> headers, byte[] body) {
    public WireResponse {
        headers = WireRequest.lowerCased(headers);
    }

    /** A header's value; null where it is absent. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    // A body may carry a secret.
    @Override
    public String toString() {
        return "WireResponse[" + status + ", " + body.length + " bytes]";
    }
}
