package dev.keymesh.gateway.trace;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a call's span hangs together with its caller's and its provider's: W3C Trace Context, level 1.
 *
 * @param parent the caller's span
 * @param span ours, which is the parent of whatever the provider does
 * @param flags two digits, as they came
 * @param sampled whether the caller keeps its trace; where it does not, there is no span of ours either
 */
public record Link(String trace, String parent, String span, String flags, boolean sampled) {
    /** Section 3.2: small letters only. A version that is not known yet may go on after a dash. */
    private static final Pattern HEADER =
            Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private static final int LONGEST = 512;

    /** What the header says; null where it is not there once, or not as it should be: then the call begins a trace. */
    public static @Nullable Link of(List<String> headers) {
        if (headers.size() != 1 || headers.getFirst().length() > LONGEST) {
            return null;
        }
        Matcher header = HEADER.matcher(headers.getFirst());
        boolean known =
                header.matches() && (header.group(5) == null || !header.group(1).equals("00"));
        if (!known) {
            return null;
        }
        String flags = header.group(4);
        boolean sampled = (HexFormat.fromHexDigits(flags) & 1) == 1;
        return new Link(header.group(2), header.group(3), newSpan(), flags, sampled);
    }

    private static String newSpan() {
        long id = 0;
        while (id == 0) {
            id = ThreadLocalRandom.current().nextLong();
        }
        return HexFormat.of().toHexDigits(id);
    }

    /** What the provider is sent in place of the header that came: version 00, which we speak. */
    public String header() {
        return "00-" + trace + "-" + (sampled ? span : parent) + "-" + flags;
    }
}
