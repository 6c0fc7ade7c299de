package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Sha256;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The credentials of the REST API: rows, and all of them in memory. */
public final class ManagementKeys {
    private static final KeyFormat FORMAT = new KeyFormat(KeyFormat.MANAGEMENT_PREFIX);
    /** The id of the environment's root key. */
    private static final String ROOT = "root";

    private static final String COLUMNS =
            "id, title, hint, permission_set, space, created_at, expires_at, revoked_at, lookup, mac";

    private final Store store;
    private final Pepper pepper;
    private final PermissionSets sets;
    private final InstantSource clock;
    private final byte @Nullable [] rootDigest;
    /** Equal to no reference where it is not set. */
    private final String rootReference;

    private final Map<String, Entry> byLookup = new ConcurrentHashMap<>();
    private final Map<String, Entry> byId = new ConcurrentHashMap<>();

    /**
     * All of them, in memory.
     *
     * @param rootKey {@code KEYMESH_ROOT_KEY}: compared whole before any format check, never stored; null when not set
     */
    public ManagementKeys(
            Store store, Pepper pepper, PermissionSets sets, InstantSource clock, @Nullable String rootKey) {
        this.store = store;
        this.pepper = pepper;
        this.sets = sets;
        this.clock = clock;
        rootDigest = rootKey == null ? null : Sha256.of(rootKey);
        rootReference = rootKey == null ? "" : ROOT + ":" + Base64.getEncoder().encodeToString(pepper.mac(rootKey));
        reload();
    }

    /** Reads all of them anew; none is ever deleted. */
    public void reload() {
        store.read(h -> h.createQuery("SELECT " + COLUMNS + " FROM management_key")
                        .map((row, context) -> entry(row))
                        .list())
                .forEach(this::remember);
    }

    /** Whether there never was one: a revoked one is no reason to make another at the next start. */
    public boolean none() {
        return byId.isEmpty();
    }

    public Optional<Caller.Management> find(String secret) {
        if (rootDigest != null && MessageDigest.isEqual(rootDigest, Sha256.of(secret))) {
            return Optional.of(root());
        }
        return FORMAT.lookup(secret)
                .map(byLookup::get)
                .filter(entry -> MessageDigest.isEqual(entry.mac, pepper.mac(secret)))
                .filter(entry -> entry.key.status(clock.instant()).equals("active"))
                .map(entry -> caller(entry.key));
    }

    /**
     * A reference to the key that has this secret, for {@link #referred} later; empty where no key that is good has it. It
     * names the environment's root key by a hash that needs the master key: another value of it is another reference.
     */
    public Optional<String> reference(String secret) {
        return find(secret).map(caller -> caller.id().equals(ROOT) ? rootReference : caller.id());
    }

    /** What the key of a reference may do now; empty where it is not good any more. */
    public Optional<Caller.Management> referred(String reference) {
        if (reference.startsWith(ROOT)) {
            return reference.equals(rootReference) ? Optional.of(root()) : Optional.empty();
        }
        return Optional.ofNullable(byId.get(reference))
                .filter(entry -> entry.key.status(clock.instant()).equals("active"))
                .map(entry -> caller(entry.key));
    }

    public Optional<ManagementKey> get(String id) {
        return Optional.ofNullable(byId.get(id)).map(Entry::key);
    }

    public List<ManagementKey> list() {
        return byId.values().stream().map(Entry::key).toList();
    }

    /** Issues one; the secret is in the answer and nowhere else. */
    public Issued issue(
            Actor actor, String title, String permissionSet, @Nullable String space, @Nullable Instant expiresAt) {
        KeyFormat.Fresh fresh = FORMAT.fresh();
        Instant end = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MILLIS);
        ManagementKey key =
                new ManagementKey(Ids.next("mgk"), title, fresh.hint(), permissionSet, space, now(), end, null);
        Entry entry = new Entry(key, fresh.lookup(), pepper.mac(fresh.secret()));
        return store.write(actor, new Act("credentials.write", key.id()), tx -> {
            insert(tx, entry);
            tx.afterCommit(() -> remember(entry));
            return new Issued(key, fresh.secret());
        });
    }

    /**
     * Final; a second revocation changes nothing.
     *
     * @throws Conflict when nobody could issue another credential for the whole account afterwards
     */
    public ManagementKey revoke(Actor actor, String id) {
        return store.write(actor, new Act("credentials.write", id, "{\"revoked\":true}"), tx -> {
            List<Entry> all = rows(tx);
            Entry before = all.stream()
                    .filter(entry -> entry.key.id().equals(id))
                    .findFirst()
                    .orElseThrow();
            if (before.key.revokedAt() != null) {
                return before.key;
            }
            if (rootDigest == null
                    && keepsTheDoor(before.key)
                    && all.stream().filter(e -> keepsTheDoor(e.key)).count() == 1) {
                throw new Conflict("This is the last key that never expires and has every permission for every"
                        + " space: nobody could give them again. Issue another one first.");
            }
            Instant now = now();
            Entry after = new Entry(before.key.revoked(now), before.lookup, before.mac);
            tx.handle()
                    .execute(
                            "UPDATE management_key SET status = 'revoked', revoked_at = ? WHERE id = ?",
                            now.toEpochMilli(),
                            id);
            tx.afterCommit(() -> remember(after));
            return after.key;
        });
    }

    /** Whether it can, now and for ever, let others in to do anything: nobody grants what he has not. */
    private boolean keepsTheDoor(ManagementKey key) {
        return key.revokedAt() == null
                && key.expiresAt() == null
                && key.space() == null
                && sets.permissions(key.permissionSet()).containsAll(Permissions.all());
    }

    /** As the database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private Caller.Management root() {
        return new Caller.Management(ROOT, "Root", null, "admin", sets.permissions("admin"), null, null);
    }

    private Caller.Management caller(ManagementKey key) {
        return new Caller.Management(
                key.id(),
                key.title(),
                key.hint(),
                key.permissionSet(),
                sets.permissions(key.permissionSet()),
                key.space(),
                key.expiresAt());
    }

    private void remember(Entry entry) {
        byLookup.put(entry.lookup, entry);
        byId.put(entry.key.id(), entry);
    }

    private static List<Entry> rows(Tx tx) {
        return tx.handle()
                .createQuery("SELECT " + COLUMNS + " FROM management_key")
                .map((row, context) -> entry(row))
                .list();
    }

    private static void insert(Tx tx, Entry entry) {
        ManagementKey key = entry.key;
        tx.handle()
                .createUpdate("""
                        INSERT INTO management_key (id, title, permission_set, space, status, lookup, mac, pepper, hint,
                          created_at, expires_at)
                        VALUES (:id, :title, :set, :space, 'active', :lookup, :mac, :pepper, :hint, :at, :expiresAt)""")
                .bind("id", key.id())
                .bind("title", key.title())
                .bind("set", key.permissionSet())
                .bind("space", key.space())
                .bind("lookup", entry.lookup)
                .bind("mac", Base64.getEncoder().encodeToString(entry.mac))
                .bind("pepper", Pepper.VERSION)
                .bind("hint", key.hint())
                .bind("at", key.createdAt().toEpochMilli())
                .bind(
                        "expiresAt",
                        key.expiresAt() == null ? null : (Long) key.expiresAt().toEpochMilli())
                .execute();
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                new ManagementKey(
                        row.getString("id"),
                        row.getString("title"),
                        row.getString("hint"),
                        row.getString("permission_set"),
                        row.getString("space"),
                        Instant.ofEpochMilli(row.getLong("created_at")),
                        KeyRows.instant(row, row.findColumn("expires_at")),
                        KeyRows.instant(row, row.findColumn("revoked_at"))),
                row.getString("lookup"),
                Base64.getDecoder().decode(row.getString("mac")));
    }

    /** A key and its secret, which is shown once. */
    public record Issued(ManagementKey key, String secret) {
        @Override
        public String toString() {
            return "Issued[" + key.id() + "]";
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Entry(ManagementKey key, String lookup, byte[] mac) {
        @Override
        public String toString() {
            return "Entry[" + key.id() + "]";
        }
    }
}
