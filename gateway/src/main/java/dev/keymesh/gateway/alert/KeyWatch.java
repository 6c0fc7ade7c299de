package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.access.KeyIndex;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Rounds;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Looks every ten minutes, on one node, for keys that expire soon and for keys that spend more than they usually do. */
public final class KeyWatch implements AutoCloseable {
    private static final Duration FIRST = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMinutes(10);
    private static final List<Integer> NOTICE_DAYS = List.of(1, 7);
    private static final int USUAL_DAYS = 7;
    private static final int TIMES = 3;
    private static final long LEAST_NANOS = 1_000_000_000;
    private static final int MOST = 500;
    /** Longer than any notice is given before. */
    private static final Duration KEPT = Duration.ofDays(30);

    private final Store store;
    private final Alarm alarm;
    private final Predicate<String> revoked;
    private final InstantSource clock;
    private final Rounds rounds = new Rounds("keymesh-key-watch", "The look at the keys");

    KeyWatch(Store store, Predicate<String> revoked, InstantSource clock) {
        this.store = store;
        this.revoked = revoked;
        this.clock = clock;
        alarm = new Alarm(store);
    }

    /** Begins some minutes after the start. */
    public static KeyWatch start(Store store, KeyIndex keys, InstantSource clock) {
        KeyWatch watch = new KeyWatch(store, id -> revoked(keys.byId(id)), clock);
        watch.rounds.begin(FIRST, PAUSE, watch::once);
        return watch;
    }

    /** By itself or by a parent. */
    private static boolean revoked(@Nullable VirtualKey key) {
        return key == null || key.status().equals(VirtualKey.REVOKED);
    }

    /** One look; where another node is at it, none. */
    void once() {
        var _ = store.alone(() -> {
            Instant now = clock.instant();
            NOTICE_DAYS.forEach(days -> expiring(now, days));
            unusual(now);
            store.maintain(tx -> Told.prune(tx.handle(), now.minus(KEPT)));
        });
    }

    private record Ending(String id, Instant end) {}

    /** The shortest notice that fits; a key that was issued for less than that is not told of. */
    private void expiring(Instant now, int days) {
        int shorter = NOTICE_DAYS.stream()
                .filter(one -> one < days)
                .mapToInt(one -> one)
                .max()
                .orElse(0);
        List<Ending> ending = store.read(h -> h.createQuery("""
                        SELECT k.id, k.expires_at FROM virtual_key k WHERE k.status = 'active' AND k.expires_at > :from
                          AND k.expires_at <= :until AND k.created_at < k.expires_at - :notice
                          AND NOT EXISTS (SELECT 1 FROM told WHERE what = :what
                            AND subject = k.id || '/' || k.expires_at || '/' || :days)
                        ORDER BY k.expires_at LIMIT :most""")
                .bind("from", now.plus(Duration.ofDays(shorter)).toEpochMilli())
                .bind("until", now.plus(Duration.ofDays(days)).toEpochMilli())
                .bind("notice", Duration.ofDays(days).toMillis())
                .bind("what", EventTypes.KEY_EXPIRING)
                .bind("days", String.valueOf(days))
                .bind("most", MOST)
                .map((row, context) -> new Ending(row.getString(1), Instant.ofEpochMilli(row.getLong(2))))
                .list());
        for (Ending key : ending) {
            String subject = key.id + "/" + key.end.toEpochMilli() + "/" + days;
            if (revoked.test(key.id)) {
                store.maintain(tx -> Told.mark(tx.handle(), EventTypes.KEY_EXPIRING, subject, now, Told.EVER));
            } else {
                Act act = act(EventTypes.KEY_EXPIRING, key.id, Map.of("expiresAt", key.end.toString(), "days", days));
                var _ = alarm.raise(act, subject, now, Told.EVER);
            }
        }
    }

    private record Spend(String key, long nanos) {}

    /** By the books' own days, so that a key's parts count on the key. */
    private void unusual(Instant now) {
        int today = Period.day(now);
        String prefix = Scopes.key("");
        List<Spend> spends = store.read(h -> h.createQuery("""
                        SELECT scope, spent FROM balance WHERE day = :today AND provider = '' AND model = ''
                          AND spent > :least AND scope LIKE :keys""")
                .bind("today", today)
                .bind("least", LEAST_NANOS)
                .bind("keys", prefix + "%")
                .map((row, context) -> new Spend(row.getString(1).substring(prefix.length()), row.getLong(2)))
                .list());
        for (Spend spend : spends) {
            List<Long> before = store.read(h -> before(h, spend.key, today));
            long sum = before.stream().mapToLong(nanos -> nanos).sum();
            if (!before.isEmpty() && spend.nanos / TIMES > sum / before.size()) {
                tell(spend, today, sum / before.size(), now);
            }
        }
    }

    /** What it spent on its last days with spend; the balances of older days than a month or two are folded. */
    private static List<Long> before(Handle handle, String key, int today) {
        return handle.createQuery("""
                        SELECT spent FROM balance WHERE scope = :scope AND provider = '' AND model = ''
                          AND day < :today AND day > 0 AND spent > 0 ORDER BY day DESC LIMIT :days""")
                .bind("scope", Scopes.key(key))
                .bind("today", today)
                .bind("days", USUAL_DAYS)
                .mapTo(Long.class)
                .list();
    }

    private void tell(Spend spend, int today, long usual, Instant now) {
        Map<String, Object> data = Map.of(
                "day", LocalDate.ofEpochDay(today).toString(),
                "spent", Usd.format(spend.nanos),
                "usual", Usd.format(usual),
                "currency", "USD");
        String subject = spend.key + "/" + today;
        boolean told = store.read(h -> Told.is(h, EventTypes.SPEND_UNUSUAL, subject));
        if (!told) {
            var _ = alarm.raise(act(EventTypes.SPEND_UNUSUAL, spend.key, data), subject, now, Told.EVER);
        }
    }

    private static Act act(String action, String target, Map<String, ?> data) {
        return new Act(action, target, new String(Json.toBytes(new TreeMap<>(data)), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        rounds.close();
    }
}
