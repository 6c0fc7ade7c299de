package dev.keymesh.gateway.page;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.ManagementKeys;
import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Sha256;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/**
 * The sessions of the dashboard: rows, so that all nodes know them and a restart ends none. A session holds a reference to
 * its key, which is looked up anew for each request: one that is revoked or expires ends its sessions at once.
 */
public final class Sessions {
    static final Duration IDLE = Duration.ofMinutes(60);
    static final Duration LONGEST = Duration.ofHours(12);
    /** How often a session's use is written down: it may end so much earlier. */
    private static final Duration NOTED = Duration.ofMinutes(1);

    private static final int TOKEN_BYTES = 32;

    private final Store store;
    private final ManagementKeys keys;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public Sessions(Store store, ManagementKeys keys, InstantSource clock) {
        this.store = store;
        this.keys = keys;
        this.clock = clock;
    }

    /** Begins a session with a management key's secret; empty where no key that is good has it. */
    Optional<Opened> open(String secret) {
        return keys.reference(secret)
                .flatMap(reference -> keys.referred(reference).map(caller -> begin(reference, caller)));
    }

    private Opened begin(String reference, Caller.Management caller) {
        String token = fresh();
        Session session = new Session(Sha256.hex(token), fresh(), caller);
        long now = clock.instant().toEpochMilli();
        store.write(caller.actor(), new Act("session.started", caller.id()), tx -> {
            deleteEnded(tx, now);
            return tx.handle()
                    .createUpdate("""
                            INSERT INTO page_session (id, management_key, csrf, created_at, last_seen_at)
                            VALUES (:id, :key, :csrf, :now, :now)""")
                    .bind("id", session.id())
                    .bind("key", reference)
                    .bind("csrf", session.csrf())
                    .bind("now", now)
                    .execute();
        });
        return new Opened(token, session);
    }

    /** The session of a cookie; empty where there is none or it has ended. */
    Optional<Session> find(String token) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        String id = Sha256.hex(token);
        Instant now = clock.instant();
        return row(id).filter(row -> row.lasts(now))
                .flatMap(row -> keys.referred(row.key).map(caller -> {
                    seen(id, row, now);
                    return new Session(id, row.csrf, caller);
                }));
    }

    /** Whose the session of a cookie is; to ask is no use of it, so that a page that is left open ends with it. */
    Optional<Caller.Management> lasting(String token) {
        Instant now = clock.instant();
        return row(Sha256.hex(token)).filter(row -> row.lasts(now)).flatMap(row -> keys.referred(row.key));
    }

    void end(Session session) {
        store.write(
                session.caller().actor(),
                new Act("session.ended", session.caller().id()),
                tx -> tx.handle().execute("DELETE FROM page_session WHERE id = ?", session.id()));
    }

    private Optional<Row> row(String id) {
        return store.read(h -> h.createQuery(
                        "SELECT management_key, csrf, created_at, last_seen_at FROM page_session WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> new Row(
                        row.getString(1),
                        row.getString(2),
                        Instant.ofEpochMilli(row.getLong(3)),
                        Instant.ofEpochMilli(row.getLong(4))))
                .findOne());
    }

    private void seen(String id, Row row, Instant now) {
        if (now.isBefore(row.lastSeen.plus(NOTED))) {
            return;
        }
        store.maintain(tx ->
                tx.handle().execute("UPDATE page_session SET last_seen_at = ? WHERE id = ?", now.toEpochMilli(), id));
    }

    private static void deleteEnded(Tx tx, long now) {
        tx.handle()
                .execute(
                        "DELETE FROM page_session WHERE last_seen_at <= ? OR created_at <= ?",
                        now - IDLE.toMillis(),
                        now - LONGEST.toMillis());
    }

    private String fresh() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A session that begins, and the token that its cookie holds. */
    record Opened(String token, Session session) {
        @Override
        public String toString() {
            return "Opened[" + session + "]";
        }
    }

    private record Row(String key, String csrf, Instant createdAt, Instant lastSeen) {
        boolean lasts(Instant now) {
            return now.isBefore(lastSeen.plus(IDLE)) && now.isBefore(createdAt.plus(LONGEST));
        }
    }
}
