package dev.keymesh.gateway.dialect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Adds members to a request's bytes; all other bytes are sent as they came. */
public final class Splice {
    private Splice() {}

    /**
     * The bytes to send.
     *
     * @param capField the member that caps the output, added with {@code cap}; null adds none
     * @param includeUsage make a chat stream report its usage
     */
    public static byte[] apply(byte[] body, Facts facts, @Nullable String capField, int cap, boolean includeUsage) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(facts.length() + 96);
        StringBuilder atEnd = new StringBuilder();
        if (capField != null) {
            atEnd.append(",\"").append(capField).append("\":").append(cap);
        }
        int from = 0;
        if (includeUsage) {
            Facts.UsageOption option = facts.usageOption();
            switch (option.state()) {
                case ON -> {
                    // asked for already
                }
                case ABSENT -> atEnd.append(",\"stream_options\":{\"include_usage\":true}");
                case OFF -> from = replace(out, body, option, "true");
                case NULL -> from = replace(out, body, option, "{\"include_usage\":true}");
                case EMPTY -> from = replace(out, body, option, "\"include_usage\":true");
                case OTHERS -> from = replace(out, body, option, ",\"include_usage\":true");
            }
        }
        out.write(body, from, facts.end() - from);
        out.writeBytes(atEnd.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(body, facts.end(), facts.length() - facts.end());
        return out.toByteArray();
    }

    private static int replace(ByteArrayOutputStream out, byte[] body, Facts.UsageOption option, String by) {
        out.write(body, 0, option.from());
        out.writeBytes(by.getBytes(StandardCharsets.US_ASCII));
        return option.to();
    }
}
