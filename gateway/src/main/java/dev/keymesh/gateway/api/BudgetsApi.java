package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.sdk.wire.Budget;
import dev.keymesh.sdk.wire.NewBudget;
import dev.keymesh.sdk.wire.Page;
import java.time.InstantSource;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** Budgets: {@code /api/v1/budgets}. */
public final class BudgetsApi implements Resource {
    private static final String PATH = "/api/v1/budgets";

    private final Store store;
    private final Limits limits;
    private final VirtualKeys keys;
    private final Workspaces workspaces;
    private final InstantSource clock;
    private final ObjLongConsumer<String> tooMuch;

    /**
     * The resource.
     *
     * @param tooMuch told of a scope whose holds now pass its budget, and by how many nano-dollars
     */
    public BudgetsApi(
            Store store,
            Limits limits,
            VirtualKeys keys,
            Workspaces workspaces,
            InstantSource clock,
            ObjLongConsumer<String> tooMuch) {
        this.tooMuch = tooMuch;
        this.store = store;
        this.limits = limits;
        this.keys = keys;
        this.workspaces = workspaces;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("PUT", PATH, "budgets.write", this::put),
                Route.shared("GET", PATH, "budgets.read", this::list),
                Route.of("DELETE", PATH, "budgets.write", this::delete));
    }

    private ApiResponse put(Call call) {
        NewBudget wanted = call.body(NewBudget.class);
        String scope = scope(wanted.scope());
        Period period = Checks.period(wanted.period(), "/period");
        Checks.currency(wanted.currency(), "/currency");
        if (wanted.amount() == null
                && !new String(call.request().body(), java.nio.charset.StandardCharsets.UTF_8).contains("\"amount\"")) {
            throw Rejection.invalid("/amount", "missing", "is missing", "Write null for an explicit no-limit.");
        }
        Long amount = wanted.amount() == null ? null : (Long) Checks.usd(wanted.amount(), "/amount");
        Limit limit = new Limit(scope, period, amount);
        store.write(call.actor(), new Act("budgets.write", scope), tx -> {
            limits.put(tx, limit, clock.instant());
            return true;
        });
        long[] sums = sums(limit);
        if (amount != null && sums[0] + sums[1] > amount) {
            tooMuch.accept(scope, sums[0] + sums[1] - amount);
        }
        return ApiResponse.ok(wire(limit));
    }

    private ApiResponse list(Call call) {
        call.allow("scope", "limit", "cursor");
        String scope = call.asked("scope");
        if (call.caller() instanceof Caller.Virtual virtual) {
            scope = Scopes.key(virtual.key().id());
        }
        String of = scope;
        store.barrier();
        List<Limit> found = store.read(handle -> limits.list(handle, of));
        return ApiResponse.ok(Page.last(found.stream().map(this::wire).toList()));
    }

    private ApiResponse delete(Call call) {
        call.allow("scope", "period");
        String scope = call.asked("scope");
        Period period = Checks.period(call.asked("period"), "?period");
        if (scope == null) {
            throw Rejection.malformed("Name the budget: ?scope=...&period=...");
        }
        store.write(call.actor(), new Act("budgets.write", scope, "{\"deleted\":true}"), tx -> {
            if (!limits.delete(tx, scope, period)) {
                throw Rejection.notFound("such budget");
            }
            return true;
        });
        return ApiResponse.noContent();
    }

    private String scope(@org.jspecify.annotations.Nullable String scope) {
        boolean known = scope != null
                && (scope.equals(Scopes.ACCOUNT)
                        || scope.equals(Scopes.space(Workspaces.DEFAULT))
                        || (scope.startsWith("workspace:") && workspace(scope.substring(10)))
                        || (scope.startsWith("key:")
                                && keys.get(scope.substring(4)).isPresent()));
        if (!known || scope == null) {
            throw Rejection.invalid(
                    "/scope",
                    "not_found",
                    "must name what is there: account, space:ID, workspace:SPACE/ID, key:ID",
                    null);
        }
        return scope;
    }

    private boolean workspace(String path) {
        String[] parts = path.split("/", -1);
        return parts.length == 2 && workspaces.get(parts[0], parts[1]).isPresent();
    }

    /** Spent and held in the window of now. */
    private long[] sums(Limit limit) {
        int day = Period.day(clock.instant());
        return store.read(h -> h.createQuery("""
                        SELECT COALESCE(SUM(spent), 0), COALESCE(SUM(held), 0) FROM balance
                        WHERE scope = :scope AND day >= :day""")
                .bind("scope", limit.scope())
                .bind("day", limit.period().firstDay(day))
                .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                .one());
    }

    private Budget wire(Limit limit) {
        int day = Period.day(clock.instant());
        long[] sums = sums(limit);
        Long amount = limit.amount();
        return new Budget(
                limit.scope(),
                limit.period().wire(),
                amount == null ? null : Usd.format(amount),
                Usd.format(sums[0]),
                Usd.format(sums[1]),
                amount == null ? null : signed(amount - sums[0] - sums[1]),
                "USD",
                limit.period().resetsAt(day));
    }

    private static String signed(long nanos) {
        return nanos < 0 ? "-" + Usd.format(-nanos) : Usd.format(nanos);
    }
}
