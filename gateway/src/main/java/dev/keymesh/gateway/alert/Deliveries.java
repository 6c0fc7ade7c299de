package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.WebhookAttempt;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The deliveries: rows that are claimed for one attempt at a time, by one process. */
public final class Deliveries {
    /** Longer than an attempt can take: who has claimed for longer is dead. */
    static final Duration LEASE = Duration.ofSeconds(60);

    private static final int KEPT_ATTEMPTS = 20;

    private final Store store;

    public Deliveries(Store store) {
        this.store = store;
    }

    /** Of one endpoint, newest first; an empty status is all. */
    public List<Delivery> list(String endpoint, String status, @Nullable String before, int limit) {
        return store.read(h -> h.createQuery("""
                        SELECT * FROM webhook_delivery WHERE endpoint = :endpoint
                          AND (:before = '' OR id < :before) AND (:status = '' OR status = :status)
                        ORDER BY id DESC LIMIT :limit""")
                .bind("endpoint", endpoint)
                .bind("before", before == null ? "" : before)
                .bind("status", status)
                .bind("limit", limit)
                .map((row, context) -> delivery(row))
                .list());
    }

    public Optional<Delivery> get(String endpoint, String id) {
        return store.read(h -> h.createQuery("SELECT * FROM webhook_delivery WHERE id = :id AND endpoint = :endpoint")
                .bind("id", id)
                .bind("endpoint", endpoint)
                .map((row, context) -> delivery(row))
                .findOne());
    }

    /** Queues it again, from the first attempt on; one that is being attempted is left alone. */
    public void again(Actor actor, String endpoint, String id, Instant now) {
        Act act = new Act("webhooks.write", endpoint, "{\"redelivered\":\"" + id + "\"}");
        store.write(
                actor,
                act,
                tx -> tx.handle()
                        .createUpdate("""
                        UPDATE webhook_delivery SET status = 'pending', tries = 0, claim = NULL, next_at = :now
                        WHERE id = :id AND endpoint = :endpoint AND (claim IS NULL OR next_at <= :now)""")
                        .bind("id", id)
                        .bind("endpoint", endpoint)
                        .bind("now", now.toEpochMilli())
                        .execute());
    }

    /** A test of an endpoint, claimed from the start. */
    Delivery test(String endpoint, String id, String body, Instant now) {
        Delivery test = new Delivery(
                id,
                endpoint,
                id,
                EventTypes.TEST,
                body,
                Delivery.Status.PENDING,
                0,
                List.of(),
                Ids.next("att"),
                now.plus(LEASE),
                now);
        store.maintain(tx -> insert(tx.handle(), test));
        return test;
    }

    static int insert(Handle handle, Delivery delivery) {
        return handle.createUpdate("""
                        INSERT INTO webhook_delivery (id, endpoint, message, type, body, status, tries, attempts, claim,
                          next_at, created_at)
                        VALUES (:id, :endpoint, :message, :type, :body, 'pending', 0, '{"list":[]}', :claim, :nextAt,
                          :createdAt)""")
                .bind("id", delivery.id())
                .bind("endpoint", delivery.endpoint())
                .bind("message", delivery.message())
                .bind("type", delivery.type())
                .bind("body", delivery.body())
                .bind("claim", delivery.claim())
                .bind("nextAt", delivery.nextAt().toEpochMilli())
                .bind("createdAt", delivery.createdAt().toEpochMilli())
                .execute();
    }

    /**
     * Claims what is due.
     *
     * @param room how many attempts an endpoint may have more; where it is absent, {@code most}
     */
    List<Delivery> claim(Instant now, Map<String, Integer> room, int most) {
        List<String> due = store.read(h -> due(h, now, room, most));
        if (due.isEmpty()) {
            return List.of();
        }
        String claim = Ids.next("att");
        List<String> claimed = store.maintain(tx -> claimed(tx.handle(), due, claim, now));
        return claimed.isEmpty()
                ? List.of()
                : store.read(h -> h.createQuery("SELECT * FROM webhook_delivery WHERE claim = :claim AND id IN (<ids>)")
                        .bind("claim", claim)
                        .bindList("ids", claimed)
                        .map((row, context) -> delivery(row))
                        .list());
    }

    private static List<String> due(Handle handle, Instant now, Map<String, Integer> room, int most) {
        List<String> endpoints = handle.createQuery("""
                        SELECT e.id FROM webhook_endpoint e WHERE e.enabled AND EXISTS (SELECT 1 FROM webhook_delivery d
                          WHERE d.endpoint = e.id AND d.status = 'pending' AND d.next_at <= :now)""")
                .bind("now", now.toEpochMilli())
                .mapTo(String.class)
                .list();
        List<String> due = new ArrayList<>();
        for (String endpoint : endpoints) {
            due.addAll(handle.createQuery("""
                            SELECT id FROM webhook_delivery
                            WHERE endpoint = :endpoint AND status = 'pending' AND next_at <= :now
                            ORDER BY next_at, id LIMIT :room""")
                    .bind("endpoint", endpoint)
                    .bind("now", now.toEpochMilli())
                    .bind("room", room.getOrDefault(endpoint, most))
                    .mapTo(String.class)
                    .list());
        }
        return due;
    }

    /** What another node has claimed meanwhile is not due any more. */
    private static List<String> claimed(Handle handle, List<String> due, String claim, Instant now) {
        List<String> claimed = new ArrayList<>();
        for (String id : due) {
            int rows = handle.execute(
                    "UPDATE webhook_delivery SET claim = ?, next_at = ? WHERE id = ? AND status = 'pending' AND next_at <= ?",
                    claim,
                    now.plus(LEASE).toEpochMilli(),
                    id,
                    now.toEpochMilli());
            if (rows == 1) {
                claimed.add(id);
            }
        }
        return claimed;
    }

    /** Writes down how an attempt went, unless its claim is another one's by now; whether it was written. */
    static boolean attempted(
            Handle handle, Delivery of, WebhookAttempt attempt, Delivery.Status status, int tries, Instant nextAt) {
        List<WebhookAttempt> all = new ArrayList<>(of.attempts());
        all.add(attempt);
        Attempts kept = new Attempts(all.subList(Math.max(0, all.size() - KEPT_ATTEMPTS), all.size()));
        return handle.createUpdate("""
                        UPDATE webhook_delivery SET status = :status, tries = :tries, attempts = :attempts, claim = NULL,
                          next_at = :nextAt WHERE id = :id AND claim = :claim""")
                        .bind("status", status.wire())
                        .bind("tries", tries)
                        .bind("attempts", new String(Json.toBytes(kept), StandardCharsets.UTF_8))
                        .bind("nextAt", nextAt.toEpochMilli())
                        .bind("id", of.id())
                        .bind("claim", of.claim())
                        .execute()
                == 1;
    }

    /** Deletes what ended long ago, and what is left of endpoints that are gone. */
    static int prune(Handle handle, Instant before) {
        return handle.execute(
                "DELETE FROM webhook_delivery WHERE (status <> 'pending' AND created_at < ?)"
                        + " OR endpoint NOT IN (SELECT id FROM webhook_endpoint)",
                before.toEpochMilli());
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                row.getString("id"),
                row.getString("endpoint"),
                row.getString("message"),
                row.getString("type"),
                row.getString("body"),
                Delivery.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                row.getInt("tries"),
                Json.fromBytes(row.getString("attempts").getBytes(StandardCharsets.UTF_8), Attempts.class)
                        .list(),
                row.getString("claim"),
                Instant.ofEpochMilli(row.getLong("next_at")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    /** The column. */
    public record Attempts(List<WebhookAttempt> list) {}
}
