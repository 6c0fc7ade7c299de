package dev.keymesh.gateway.access;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All virtual keys in memory, found by their secret; a change is here before the write that made it returns. Each is kept
 * as it stands below its parents, so that what ends a key ends its whole subtree.
 */
public final class KeyIndex {
    private final KeyFormat format;
    private final Pepper pepper;
    private final Map<String, Entry> byLookup = new ConcurrentHashMap<>();
    private final Map<String, Entry> byId = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> children = new ConcurrentHashMap<>();

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

    /** Whether it is a whole secret of a key that was never here. */
    public boolean isUnheardOf(String secret) {
        Optional<String> lookup = format.lookup(secret);
        return lookup.isPresent() && !byLookup.containsKey(lookup.get());
    }

    /** As it is by itself. */
    @Nullable
    VirtualKey own(String id) {
        Entry entry = byId.get(id);
        return entry == null ? null : entry.own;
    }

    /** As it stands below its parents. */
    public @Nullable VirtualKey byId(String id) {
        Entry entry = byId.get(id);
        return entry == null ? null : entry.key;
    }

    /** The keys that a key is a part of, outermost first. */
    public List<VirtualKey> parents(VirtualKey key) {
        if (key.parent() == null) {
            return List.of();
        }
        List<VirtualKey> parents = new ArrayList<>();
        for (String id = key.parent(); id != null; ) {
            VirtualKey parent = byId(id);
            if (parent == null) {
                throw new IllegalStateException("The parent " + id + " of a key is not known.");
            }
            parents.add(parent);
            id = parent.parent();
        }
        Collections.reverse(parents);
        return List.copyOf(parents);
    }

    /** Whether a key is the other one or a part of it, however deep. */
    public boolean isWithin(String id, String other) {
        VirtualKey key = byId(id);
        while (key != null && !key.id().equals(other)) {
            key = key.parent() == null ? null : byId(key.parent());
        }
        return key != null;
    }

    /** How many keys are parts of it, itself and their own parts not counted. */
    public int children(String id) {
        return children.getOrDefault(id, Set.of()).size();
    }

    void put(VirtualKey own, byte[] mac) {
        if (own.parent() != null) {
            children.computeIfAbsent(own.parent(), _ -> ConcurrentHashMap.newKeySet())
                    .add(own.id());
        }
        place(own, mac, new ArrayList<>());
    }

    /**
     * Replaces a key.
     *
     * @return it and all below it, as they stand now
     */
    List<VirtualKey> update(VirtualKey own) {
        List<VirtualKey> touched = new ArrayList<>();
        Entry known = byId.get(own.id());
        if (known != null) {
            place(own, known.mac, touched);
        }
        return touched;
    }

    private void place(VirtualKey own, byte[] mac, List<VirtualKey> touched) {
        VirtualKey above = own.parent() == null ? null : byId(own.parent());
        Entry entry = new Entry(own, above == null ? own : own.under(above), mac);
        byId.put(own.id(), entry);
        byLookup.put(own.lookup(), entry);
        touched.add(entry.key);
        for (String child : children.getOrDefault(own.id(), Set.of())) {
            Entry below = byId.get(child);
            if (below != null) {
                place(below.own, below.mac, touched);
            }
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

    /** A key as it is by itself, and as it stands below its parents. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Entry(VirtualKey own, VirtualKey key, byte[] mac) {
        @Override
        public String toString() {
            return "Entry[" + key.id() + "]";
        }
    }
}
