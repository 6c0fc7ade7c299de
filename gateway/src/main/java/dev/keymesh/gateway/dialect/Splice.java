package dev.keymesh.gateway.dialect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds members to a request's bytes; all other bytes are sent as they came, and no member is there twice. */
public final class Splice {
    private static final int NULL_BYTES = 4;

    private Splice() {}

    /**
     * The bytes to send.
     *
     * @param capField the member that caps the output, added with {@code cap}; null adds none
     * @param includeUsage make a chat stream report its usage
     */
    public static byte[] apply(byte[] body, Facts facts, @Nullable String capField, int cap, boolean includeUsage) {
        List<Edit> edits = new ArrayList<>();
        if (capField != null) {
            edits.add(cap(facts, capField, cap));
        }
        Facts.UsageOption option = facts.usageOption();
        if (includeUsage && option.state() != Facts.UsageOption.State.ON) {
            edits.add(usage(facts, option));
        }
        edits.sort(Comparator.comparingInt(Edit::from));
        ByteArrayOutputStream out = new ByteArrayOutputStream(facts.length() + 96);
        int at = 0;
        for (Edit edit : edits) {
            out.write(body, at, edit.from() - at);
            out.writeBytes(edit.text().getBytes(StandardCharsets.US_ASCII));
            at = edit.to();
        }
        out.write(body, at, facts.length() - at);
        return out.toByteArray();
    }

    private static Edit cap(Facts facts, String field, int cap) {
        Integer at = facts.nullCaps().get(field);
        return at == null
                ? new Edit(facts.end(), facts.end(), ",\"" + field + "\":" + cap)
                : new Edit(at, at + NULL_BYTES, String.valueOf(cap));
    }

    private static Edit usage(Facts facts, Facts.UsageOption option) {
        return switch (option.state()) {
            case ABSENT -> new Edit(facts.end(), facts.end(), ",\"stream_options\":{\"include_usage\":true}");
            case ON, OFF -> new Edit(option.from(), option.to(), "true");
            case NULL -> new Edit(option.from(), option.to(), "{\"include_usage\":true}");
            case EMPTY -> new Edit(option.from(), option.to(), "\"include_usage\":true");
            case OTHERS -> new Edit(option.from(), option.to(), ",\"include_usage\":true");
        };
    }

    /** The text to write in the place of the bytes {@code from} to {@code to}. */
    private record Edit(int from, int to, String text) {}
}
