package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The budgets of an installation: rows, and all of them in memory. */
public final class Limits {
    /** Asked for budget by budget, for PostgreSQL would read the days of all scopes to join them. */
    private static final String USED = """
            SELECT b.scope, b.provider, b.model, b.unit, b.period,
              COALESCE((SELECT SUM(CASE b.unit WHEN 'usd' THEN spent WHEN 'requests' THEN requests ELSE tokens END)
                FROM balance a WHERE <window>), 0) AS used,
              COALESCE((SELECT SUM(CASE b.unit WHEN 'usd' THEN held WHEN 'requests' THEN held_requests ELSE held_tokens END)
                FROM balance a WHERE <window>), 0) AS held
            FROM budget b WHERE b.scope IN (<scopes>)""".replace(
            "<window>", "a.scope = b.scope AND a.provider = b.provider AND a.model = b.model AND a.day >= <first>");

    private final Map<String, List<Limit>> byScope = new ConcurrentHashMap<>();
    private final Store store;
    private final AtomicLong refills = new AtomicLong();

    public Limits(Store store) {
        this.store = store;
        store.read(handle -> rows(handle, "")).forEach(row -> remember(row.limit()));
    }

    /** Reads the budgets of a scope anew. */
    public void reload(String scope) {
        List<Dated> there = store.read(handle -> rows(handle, scope));
        byScope.put(scope, there.stream().map(Dated::limit).toList());
    }

    Map<String, List<Limit>> byScope() {
        return byScope;
    }

    /** Counts the budgets whose balances were made from what was on the books. */
    long refills() {
        return refills.get();
    }

    /** The budgets of one scope. */
    public List<Limit> of(String scope) {
        return byScope.getOrDefault(scope, List.of());
    }

    /** The units that budgets with an amount count on the chain for a provider and a model. */
    public Set<Unit> units(Scopes scopes, String provider, String model) {
        EnumSet<Unit> units = EnumSet.noneOf(Unit.class);
        for (String scope : scopes.all()) {
            for (Limit limit : of(scope)) {
                if (limit.amount() != null && limit.counts(provider, model)) {
                    units.add(limit.unit());
                }
            }
        }
        return units;
    }

    /** Whether any budget with an amount stands on the chain. */
    public boolean apply(Scopes scopes) {
        return scopes.all().stream().anyMatch(scope -> of(scope).stream().anyMatch(limit -> limit.amount() != null));
    }

    /** Sets a budget, also in the middle of its window: what was used there counts. */
    public void put(Tx tx, Limit limit, Instant at) {
        Handle handle = tx.handle();
        if (store.shared()) {
            SharedBalances.lock(handle, limit.scope());
        }
        boolean refill = limit.narrow() && !counted(handle, limit);
        Limit.Increase increase = limit.increase();
        bound(handle.createUpdate("""
                        INSERT INTO budget (scope, provider, model, unit, period, amount, thresholds, increase_amount,
                          increase_until, created_at)
                        VALUES (:scope, :provider, :model, :unit, :period, :amount, :thresholds, :increaseAmount,
                          :increaseUntil, :at)
                        ON CONFLICT (scope, provider, model, unit, period) DO UPDATE SET amount = excluded.amount,
                          thresholds = excluded.thresholds, increase_amount = excluded.increase_amount,
                          increase_until = excluded.increase_until"""), limit.id())
                .bind("amount", limit.amount())
                .bind(
                        "thresholds",
                        limit.thresholds().stream().map(String::valueOf).collect(Collectors.joining(",")))
                .bind("increaseAmount", increase == null ? null : (Long) increase.amount())
                .bind(
                        "increaseUntil",
                        increase == null ? null : (Long) increase.until().toEpochMilli())
                .bind("at", at.toEpochMilli())
                .execute();
        if (refill) {
            Refill.of(handle, limit.balance());
        }
        tx.afterCommit(() -> {
            remember(limit);
            refills.addAndGet(refill ? 1 : 0);
        });
    }

    /** Whether a budget is there that keeps the balance. */
    private static boolean counted(Handle handle, Limit limit) {
        return handle.createQuery("""
                        SELECT COUNT(*) FROM budget WHERE scope = :scope AND provider = :provider AND model = :model""")
                        .bind("scope", limit.scope())
                        .bind("provider", limit.provider())
                        .bind("model", limit.model())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    private static <S extends SqlStatement<S>> S bound(S statement, Limit.Id id) {
        return statement
                .bind("scope", id.scope())
                .bind("provider", id.provider())
                .bind("model", id.model())
                .bind("unit", id.unit().wire())
                .bind("period", id.period().wire());
    }

    /** Whether there was one. */
    public boolean delete(Tx tx, Limit.Id id) {
        if (store.shared()) {
            SharedBalances.lock(tx.handle(), id.scope());
        }
        int rows = bound(tx.handle().createUpdate("""
                        DELETE FROM budget WHERE scope = :scope AND provider = :provider AND model = :model
                          AND unit = :unit AND period = :period"""), id).execute();
        tx.afterCommit(() -> byScope.computeIfPresent(id.scope(), (s, limits) -> without(limits, id)));
        return rows == 1;
    }

    /** The budgets of one scope, or of all. */
    public List<Dated> list(Handle handle, @Nullable String scope) {
        return rows(handle, scope == null ? "" : scope);
    }

    static List<Dated> rows(Handle handle, String scope) {
        return handle.createQuery("""
                        SELECT * FROM budget WHERE :scope = '' OR scope = :scope
                        ORDER BY created_at, scope, period, unit, provider, model""")
                .bind("scope", scope)
                .map((row, context) -> new Dated(row(row), Instant.ofEpochMilli(row.getLong("created_at"))))
                .list();
    }

    /** The budget of a row. */
    static Limit row(ResultSet row) throws SQLException {
        Long until = number(row, "increase_until");
        Long more = number(row, "increase_amount");
        String thresholds = row.getString("thresholds");
        return new Limit(
                row.getString("scope"),
                row.getString("provider"),
                row.getString("model"),
                Unit.of(row.getString("unit")).orElseThrow(),
                Period.of(row.getString("period")).orElseThrow(),
                number(row, "amount"),
                thresholds.isEmpty()
                        ? List.of()
                        : Arrays.stream(thresholds.split(",", -1))
                                .map(Integer::valueOf)
                                .toList(),
                until == null || more == null ? null : new Limit.Increase(more, Instant.ofEpochMilli(until)));
    }

    private static Limit.Id id(ResultSet row) throws SQLException {
        return new Limit.Id(
                row.getString("scope"),
                row.getString("provider"),
                row.getString("model"),
                Unit.of(row.getString("unit")).orElseThrow(),
                Period.of(row.getString("period")).orElseThrow());
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }

    /** What is spent and held in the window that a day belongs to, in the budget's unit. */
    public static Used used(Handle handle, Limit limit, int day) {
        String columns = switch (limit.unit()) {
            case USD -> "COALESCE(SUM(spent), 0), COALESCE(SUM(held), 0)";
            case REQUESTS -> "COALESCE(SUM(requests), 0), COALESCE(SUM(held_requests), 0)";
            case TOKENS -> "COALESCE(SUM(tokens), 0), COALESCE(SUM(held_tokens), 0)";
        };
        return handle.createQuery("SELECT " + columns + """
                         FROM balance
                        WHERE scope = :scope AND provider = :provider AND model = :model AND day >= :day""")
                .bind("scope", limit.scope())
                .bind("provider", limit.provider())
                .bind("model", limit.model())
                .bind("day", limit.period().firstDay(day))
                .map((row, context) -> new Used(row.getLong(1), row.getLong(2)))
                .one();
    }

    /** What of each budget is spent and held in the window that a day belongs to, by one question; none for those not set. */
    public static Map<Limit.Id, Used> used(Handle handle, Collection<Limit> limits, int day) {
        if (limits.isEmpty()) {
            return Map.of();
        }
        Query query = handle.createQuery(USED.replace("<first>", firstDays()))
                .bindList("scopes", limits.stream().map(Limit::scope).distinct().toList());
        for (Period period : Period.values()) {
            query.bind(period.wire(), period.firstDay(day));
        }
        return query
                .map((row, context) -> Map.entry(id(row), new Used(row.getLong("used"), row.getLong("held"))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The first day of the window of a budget's period. */
    private static String firstDays() {
        return Arrays.stream(Period.values())
                .map(period -> "WHEN '%1$s' THEN :%1$s".formatted(period.wire()))
                .collect(Collectors.joining(" ", "CASE b.period ", " END"));
    }

    /** The outermost budget of the chain whose whole amount is spent, or null; live holds may still come back. */
    public @Nullable Limit exhausted(Handle handle, Scopes scopes, Instant now) {
        for (String scope : scopes.all()) {
            for (Limit limit : of(scope)) {
                Long amount = limit.narrow() ? null : limit.amountAt(now);
                if (amount != null && used(handle, limit, Period.day(now)).spent() >= amount) {
                    return limit;
                }
            }
        }
        return null;
    }

    /** The budgets whose increase ended after one instant and not after another. */
    public List<Limit> endedIncreases(Instant after, Instant until) {
        return byScope.values().stream()
                .flatMap(List::stream)
                .filter(limit -> limit.increase() != null
                        && limit.increase().until().isAfter(after)
                        && !limit.increase().until().isAfter(until))
                .toList();
    }

    private void remember(Limit limit) {
        byScope.compute(limit.scope(), (scope, known) -> {
            List<Limit> limits = new ArrayList<>(known == null ? List.of() : without(known, limit.id()));
            limits.add(limit);
            return List.copyOf(limits);
        });
    }

    private static List<Limit> without(List<Limit> limits, Limit.Id id) {
        return limits.stream().filter(limit -> !limit.id().equals(id)).toList();
    }

    /** A budget and when it was first set. */
    public record Dated(Limit limit, Instant createdAt) {}

    /** In the budget's unit. */
    public record Used(long spent, long held) {
        public long both() {
            return Amounts.sum(spent, held);
        }
    }
}
