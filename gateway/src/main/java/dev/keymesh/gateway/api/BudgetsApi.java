package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.sdk.wire.NewBudget;
import dev.keymesh.sdk.wire.Page;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Budgets: {@code /api/v1/budgets}. */
public final class BudgetsApi implements Resource {
    private static final String PATH = "/api/v1/budgets";

    private final Store store;
    private final Limits limits;
    private final VirtualKeys keys;
    private final Workspaces workspaces;
    private final Spaces spaces;
    private final BudgetView view;
    private final InstantSource clock;
    private final Consumer<Limit> lowered;

    /**
     * The resource.
     *
     * @param lowered told of a budget that may now be passed by what is held
     */
    public BudgetsApi(
            Store store,
            Limits limits,
            VirtualKeys keys,
            Workspaces workspaces,
            Spaces spaces,
            BudgetView view,
            InstantSource clock,
            Consumer<Limit> lowered) {
        this.lowered = lowered;
        this.store = store;
        this.limits = limits;
        this.keys = keys;
        this.workspaces = workspaces;
        this.spaces = spaces;
        this.view = view;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("PUT", PATH, "budgets.write", this::put)
                        .taking(Call.DRY_RUN)
                        .narrowing(),
                Route.shared("GET", PATH, "budgets.read", this::list)
                        .taking("scope", "limit", "cursor")
                        .narrowing(),
                Route.of("DELETE", PATH, "budgets.write", this::delete)
                        .taking("scope", "provider", "model", "unit", "period")
                        .narrowing());
    }

    private ApiResponse put(Call call) {
        NewBudget wanted = call.body(NewBudget.class);
        String scope = scope(call, wanted.scope());
        Limit limit = BudgetBody.limit(call, wanted, scope, clock.instant());
        if (call.isDry()) {
            return ApiResponse.ok(view.wire(limit));
        }
        store.write(call.actor(), new Act("budgets.write", scope), tx -> {
            limits.put(tx, limit, clock.instant());
            return true;
        });
        lowered.accept(limit);
        return ApiResponse.ok(view.wire(limit));
    }

    private ApiResponse list(Call call) {
        String scope = call.asked("scope");
        if (scope != null && call.virtual() != null && !reaches(call, scope)) {
            throw Rejection.forbidden("budgets.read");
        }
        ofTheAccount(call, scope);
        store.barrier();
        List<Limits.Dated> found = store.read(handle -> limits.list(handle, scope)).stream()
                .filter(row -> reaches(call, row.limit().scope()))
                .toList();
        Page<Limit> page = call.slice(
                found, Limits.Dated::createdAt, row -> row.limit().id().toString(), Limits.Dated::limit);
        return ApiResponse.ok(new Page<>(view.wire(page.data()), page.pagination()));
    }

    private ApiResponse delete(Call call) {
        String scope = call.asked("scope");
        if (scope == null) {
            throw Rejection.malformed(
                    "Name the budget: ?scope=...&period=..., and its provider, model and unit if it has one.");
        }
        Limit.Id id = BudgetBody.id(call, scope);
        ofTheAccount(call, scope);
        store.write(call.actor(), new Act("budgets.write", scope, "{\"deleted\":true}"), tx -> {
            if (!reaches(call, scope) || !limits.delete(tx, id)) {
                throw Rejection.notFound("such budget");
            }
            return true;
        });
        return ApiResponse.noContent();
    }

    /** What a scope is in: one that is not there, or not within the caller's reach, is answered alike. */
    private String scope(Call call, @Nullable String scope) {
        ofTheAccount(call, scope);
        if (scope == null || !reaches(call, scope) || !exists(scope)) {
            throw Rejection.invalid(
                    "/scope",
                    "not_found",
                    "must name what is there: account, space:ID, workspace:SPACE/ID, key:ID",
                    null);
        }
        return scope;
    }

    private static void ofTheAccount(Call call, @Nullable String scope) {
        String only = call.onlySpace();
        if (only != null && Scopes.ACCOUNT.equals(scope)) {
            throw Rejection.oneSpaceOnly(only);
        }
    }

    private boolean exists(String scope) {
        return scope.equals(Scopes.ACCOUNT)
                || (scope.startsWith("space:") && spaces.exists(scope.substring(6)))
                || (scope.startsWith("workspace:") && workspace(scope.substring(10)))
                || (scope.startsWith("key:") && keys.get(scope.substring(4)).isPresent());
    }

    private boolean workspace(String path) {
        String[] parts = path.split("/", -1);
        return parts.length == 2 && workspaces.get(parts[0], parts[1]).isPresent();
    }

    /** A virtual key reaches the keys of its subtree; a management key of one space, what is in it. */
    private boolean reaches(Call call, String scope) {
        VirtualKey self = call.virtual();
        if (self != null) {
            return scope.startsWith("key:") && keys.isWithin(scope.substring(4), self.id());
        }
        String only = call.onlySpace();
        return only == null
                || scope.equals(Scopes.space(only))
                || scope.startsWith(Scopes.workspace(only, ""))
                || (scope.startsWith("key:")
                        && keys.get(scope.substring(4))
                                .map(key -> key.space().equals(only))
                                .orElse(false));
    }
}
