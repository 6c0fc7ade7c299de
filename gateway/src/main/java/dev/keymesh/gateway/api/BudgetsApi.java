package dev.keymesh.gateway.api;

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
                Route.shared("GET", PATH, "budgets.read", this::list).taking("scope", "limit", "cursor"),
                Route.of("DELETE", PATH, "budgets.write", this::delete).taking("scope", "period"));
    }

    private ApiResponse put(Call call) {
        NewBudget wanted = call.body(NewBudget.class);
        String scope = scope(wanted.scope());
        Period period = Checks.period(wanted.period(), "/period");
        Checks.currency(wanted.currency(), "/currency");
        if (!Bodies.has(call.request().body(), "/amount")) {
            throw Rejection.invalid("/amount", "missing", "is missing", "Write null for an explicit no-limit.");
        }
        Long amount = wanted.amount() == null ? null : (Long) Checks.usd(wanted.amount(), "/amount");
        Limit limit = new Limit(scope, period, amount);
        store.write(call.actor(), new Act("budgets.write", scope), tx -> {
            limits.put(tx, limit, clock.instant());
            return true;
        });
        Limits.Used used = used(limit);
        if (amount != null && used.spent() + used.held() > amount) {
            tooMuch.accept(scope, used.spent() + used.held() - amount);
        }
        return ApiResponse.ok(wire(limit));
    }

    private ApiResponse list(Call call) {
        String scope = call.own("scope", key -> Scopes.key(key.id()), "budgets.read");
        store.barrier();
        List<Limits.Dated> found = store.read(handle -> limits.list(handle, scope));
        return ApiResponse.ok(call.slice(
                found,
                Limits.Dated::createdAt,
                row -> row.limit().scope() + " " + row.limit().period().wire(),
                row -> wire(row.limit())));
    }

    private ApiResponse delete(Call call) {
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

    private Limits.Used used(Limit limit) {
        return store.read(handle -> limits.used(handle, limit, Period.day(clock.instant())));
    }

    private Budget wire(Limit limit) {
        int day = Period.day(clock.instant());
        Limits.Used used = used(limit);
        Long amount = limit.amount();
        return new Budget(
                limit.scope(),
                limit.period().wire(),
                amount == null ? null : Usd.format(amount),
                Usd.format(used.spent()),
                Usd.format(used.held()),
                amount == null ? null : signed(amount - used.spent() - used.held()),
                "USD",
                limit.period().resetsAt(day));
    }

    private static String signed(long nanos) {
        return nanos < 0 ? "-" + Usd.format(-nanos) : Usd.format(nanos);
    }
}
