package dev.keymesh.gateway.store;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.codec.base.BaseNCodec;
import java.time.Instant;
import java.util.UUID;

/** Ids of rows: a prefix that names the kind, then a time-ordered UUID (RFC 9562, version 7) in 26 sortable characters. */
public final class Ids {
    /** Digits before letters, so that text sorts as time does. */
    private static final BaseNCodec SORTABLE = BaseNCodec.newInstance("0123456789abcdefghijklmnopqrstuv");

    private Ids() {}

    /** What no id that is made at this time or later sorts before. */
    public static String floor(String prefix, Instant at) {
        return prefix + "_" + SORTABLE.encode(new UUID(at.toEpochMilli() << 16, 0));
    }

    /** The next id; {@code key} gives {@code key_...}. */
    public static String next(String prefix) {
        return prefix + "_" + SORTABLE.encode(UuidCreator.getTimeOrderedEpochPlus1());
    }
}
