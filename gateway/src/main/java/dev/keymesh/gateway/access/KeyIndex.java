package dev.keymesh.gateway.access;

import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All virtual keys in memory, found by their secret; a change is here before the write that made it returns. */
public final class KeyIndex {
    private final KeyFormat format;
    private final Pepper pepper;
    private final Map<String, Entry> byLookup = new ConcurrentHashMap<>();
    private final Map<String, Entry> byId = new ConcurrentHashMap<>();

    public KeyIndex(KeyFormat format, Pepper pepper) {
        this.format = format;
        this.pepper = pepper;
    }

    /** What a secret is: constant work for a wrong one, whether its lookup id exists or not. */
    public Verdict find(String secret) {
        Optional<String> lookup = format.lookup(secret);
        if (lookup.isEmpty()) {
            return Verdict.MALFORMED;
        }
        byte[] mac = pepper.mac(secret);
        Entry entry = byLookup.get(lookup.get());
        if (entry == null || !MessageDigest.isEqual(mac, entry.mac)) {
            return Verdict.UNKNOWN;
        }
        return new Verdict.Known(entry.key);
    }

    public @Nullable VirtualKey byId(String id) {
        Entry entry = byId.get(id);
        return entry == null ? null : entry.key;
    }

    void put(VirtualKey key, byte[] mac) {
        Entry entry = new Entry(key, mac);
        byLookup.put(key.lookup(), entry);
        byId.put(key.id(), entry);
    }

    void update(VirtualKey key) {
        Entry known = byId.get(key.id());
        if (known != null) {
            put(key, known.mac);
        }
    }

    /** Whether a secret belongs to a key. */
    public sealed interface Verdict {
        Verdict MALFORMED = new Malformed();
        Verdict UNKNOWN = new Unknown();

        record Known(VirtualKey key) implements Verdict {}

        record Malformed() implements Verdict {}

        record Unknown() implements Verdict {}
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Entry(VirtualKey key, byte[] mac) {
        @Override
        public String toString() {
            return "Entry[" + key.id() + "]";
        }
    }
}
