package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The credentials of the REST API. */
public final class ManagementKeys {
    private static final KeyFormat FORMAT = new KeyFormat(KeyFormat.MANAGEMENT_PREFIX);

    private final Store store;
    private final Pepper pepper;
    private final InstantSource clock;
    private final byte @Nullable [] rootDigest;
    private final Map<String, Entry> byLookup = new ConcurrentHashMap<>();

    /**
     * All of them, in memory.
     *
     * @param rootKey {@code KEYMESH_ROOT_KEY}: compared whole before any format check, never stored; null when not set
     */
    public ManagementKeys(Store store, Pepper pepper, InstantSource clock, @Nullable String rootKey) {
        this.store = store;
        this.pepper = pepper;
        this.clock = clock;
        rootDigest = rootKey == null ? null : digest(rootKey);
        store.read(h -> h.createQuery("""
                        SELECT id, title, hint, permission_set, space, lookup, mac FROM management_key WHERE status = 'active'""")
                        .map((row, context) -> new Entry(
                                row.getString("id"),
                                row.getString("title"),
                                row.getString("hint"),
                                row.getString("permission_set"),
                                row.getString("space"),
                                row.getString("lookup"),
                                Base64.getDecoder().decode(row.getString("mac"))))
                        .list())
                .forEach(entry -> byLookup.put(entry.lookup, entry));
    }

    public boolean none() {
        return byLookup.isEmpty();
    }

    public Optional<Caller.Management> find(String secret) {
        if (rootDigest != null && MessageDigest.isEqual(rootDigest, digest(secret))) {
            return Optional.of(new Caller.Management("root", "Root", null, "admin", permissions("admin"), null));
        }
        return FORMAT.lookup(secret)
                .map(byLookup::get)
                .filter(entry -> MessageDigest.isEqual(entry.mac, pepper.mac(secret)))
                .map(Entry::caller);
    }

    /** Issues one with a built-in set; the secret is in the answer and nowhere else. */
    public String issue(Actor actor, String title, String permissionSet, @Nullable String space) {
        KeyFormat.Fresh fresh = FORMAT.fresh();
        Entry entry = new Entry(
                Ids.next("mgk"), title, fresh.hint(), permissionSet, space, fresh.lookup(), pepper.mac(fresh.secret()));
        store.write(actor, new Act("credentials.write", entry.id), tx -> {
            tx.handle()
                    .createUpdate("""
                            INSERT INTO management_key (id, title, permission_set, space, status, lookup, mac, pepper,
                              hint, created_at)
                            VALUES (:id, :title, :set, :space, 'active', :lookup, :mac, :pepper, :hint, :at)""")
                    .bind("id", entry.id)
                    .bind("title", entry.title)
                    .bind("set", permissionSet)
                    .bind("space", space)
                    .bind("lookup", entry.lookup)
                    .bind("mac", Base64.getEncoder().encodeToString(entry.mac))
                    .bind("pepper", Pepper.VERSION)
                    .bind("hint", entry.hint)
                    .bind("at", clock.instant().toEpochMilli())
                    .execute();
            tx.afterCommit(() -> byLookup.put(entry.lookup, entry));
            return true;
        });
        return fresh.secret();
    }

    private static Set<String> permissions(String set) {
        return Permissions.builtIn(set).orElse(Set.of());
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Entry(
            String id,
            String title,
            String hint,
            String permissionSet,
            @Nullable String space,
            String lookup,
            byte[] mac) {
        Caller.Management caller() {
            return new Caller.Management(id, title, hint, permissionSet, permissions(permissionSet), space);
        }

        @Override
        public String toString() {
            return "Entry[" + id + "]";
        }
    }
}
