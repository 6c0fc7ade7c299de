package dev.keymesh.gateway.store;

import com.github.f4b6a3.uuid.UuidCreator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** Ids of rows: a prefix that names the kind, then a time-ordered UUID (RFC 9562, version 7) in 26 sortable characters. */
public final class Ids {
    /** Digits before letters, so that text sorts as time does. */
    private static final byte[] DIGITS = "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);

    private static final int LENGTH = 26;

    private Ids() {}

    /** What no id that is made at this time or later sorts before. */
    public static String floor(String prefix, Instant at) {
        return prefix + "_" + text(new UUID(at.toEpochMilli() << 16, 0));
    }

    /** The next id; {@code key} gives {@code key_...}. */
    public static String next(String prefix) {
        return prefix + "_" + text(UuidCreator.getTimeOrderedEpochPlus1());
    }

    /** Five bits a character, from the last. */
    private static String text(UUID id) {
        byte[] text = new byte[LENGTH];
        long high = id.getMostSignificantBits();
        long low = id.getLeastSignificantBits();
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS[(int) low & 31];
            low = low >>> 5 | high << 59;
            high >>>= 5;
        }
        return new String(text, StandardCharsets.US_ASCII);
    }
}
