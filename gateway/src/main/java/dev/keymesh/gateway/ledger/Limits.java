package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The budgets of an installation: rows, and all of them in memory. */
public final class Limits {
    private final Map<String, List<Limit>> byScope = new ConcurrentHashMap<>();

    public Limits(Store store) {
        store.read(handle -> rows(handle, "")).forEach(row -> remember(row.limit()));
    }

    Map<String, List<Limit>> byScope() {
        return byScope;
    }

    /** The budgets of one scope. */
    public List<Limit> of(String scope) {
        return byScope.getOrDefault(scope, List.of());
    }

    /** Whether any budget with an amount stands on the chain; without one a call need not wait for the ledger. */
    public boolean apply(Scopes scopes) {
        for (String scope : scopes.all()) {
            for (Limit limit : byScope.getOrDefault(scope, List.of())) {
                if (limit.amount() != null) {
                    return true;
                }
            }
        }
        return false;
    }

    public void put(Tx tx, Limit limit, Instant at) {
        tx.handle()
                .createUpdate("""
                        INSERT INTO budget (scope, period, amount, created_at) VALUES (:scope, :period, :amount, :at)
                        ON CONFLICT (scope, period) DO UPDATE SET amount = excluded.amount""")
                .bind("scope", limit.scope())
                .bind("period", limit.period().wire())
                .bind("amount", limit.amount())
                .bind("at", at.toEpochMilli())
                .execute();
        tx.afterCommit(() -> remember(limit));
    }

    /** Whether there was one. */
    public boolean delete(Tx tx, String scope, Period period) {
        int rows = tx.handle()
                .createUpdate("DELETE FROM budget WHERE scope = :scope AND period = :period")
                .bind("scope", scope)
                .bind("period", period.wire())
                .execute();
        tx.afterCommit(() -> byScope.computeIfPresent(scope, (s, limits) -> without(limits, period)));
        return rows == 1;
    }

    /** The budgets of one scope, or of all. */
    public List<Dated> list(Handle handle, @Nullable String scope) {
        return rows(handle, scope == null ? "" : scope);
    }

    static List<Dated> rows(Handle handle, String scope) {
        return handle.createQuery("""
                        SELECT scope, period, amount, created_at FROM budget WHERE :scope = '' OR scope = :scope
                        ORDER BY created_at, scope, period""")
                .bind("scope", scope)
                .map((row, context) -> {
                    long amount = row.getLong(3);
                    Long limit = row.wasNull() ? null : (Long) amount;
                    return new Dated(
                            new Limit(
                                    row.getString(1),
                                    Period.of(row.getString(2)).orElseThrow(),
                                    limit),
                            Instant.ofEpochMilli(row.getLong(4)));
                })
                .list();
    }

    /** What is spent and held in the window that a day belongs to. */
    public Used used(Handle handle, Limit limit, int day) {
        return handle.createQuery("""
                        SELECT COALESCE(SUM(spent), 0), COALESCE(SUM(held), 0) FROM balance
                        WHERE scope = :scope AND day >= :day""")
                .bind("scope", limit.scope())
                .bind("day", limit.period().firstDay(day))
                .map((row, context) -> new Used(row.getLong(1), row.getLong(2)))
                .one();
    }

    /** The outermost budget of the chain whose whole amount is spent, or null; live holds may still come back. */
    public @Nullable Limit exhausted(Handle handle, Scopes scopes, int day) {
        for (String scope : scopes.all()) {
            for (Limit limit : byScope.getOrDefault(scope, List.of())) {
                Long amount = limit.amount();
                if (amount != null && used(handle, limit, day).spent() >= amount) {
                    return limit;
                }
            }
        }
        return null;
    }

    private void remember(Limit limit) {
        byScope.compute(limit.scope(), (scope, known) -> {
            List<Limit> limits = new ArrayList<>(known == null ? List.of() : without(known, limit.period()));
            limits.add(limit);
            return List.copyOf(limits);
        });
    }

    private static List<Limit> without(List<Limit> limits, Period period) {
        return limits.stream().filter(limit -> limit.period() != period).toList();
    }

    /** A budget and when it was first set. */
    public record Dated(Limit limit, Instant createdAt) {}

    /** Nano-dollars. */
    public record Used(long spent, long held) {}
}
