package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.Budget;
import dev.keymesh.sdk.wire.NewBudget;
import dev.keymesh.sdk.wire.Page;

/** Limits of money, requests or tokens: one budget for each scope, provider, model, unit and period. */
public final class Budgets {
    private final Api api;

    Budgets(Api api) {
        this.api = api;
    }

    /** Sets a budget, also in the middle of its period: what was spent there counts. */
    public Budget put(NewBudget budget) {
        return api.put("/api/v1/budgets", budget, Budget.class);
    }

    /**
     * Budgets and where they stand, newest first.
     *
     * @param query filtered by {@code scope period}
     */
    public Page<Budget> list(Query query) {
        return api.page("/api/v1/budgets" + query, Budget.class);
    }

    /** Takes a budget away that {@link #list} has found. */
    public void delete(Budget budget) {
        api.delete("/api/v1/budgets"
                + Query.all()
                        .where("scope", budget.scope())
                        .where("period", budget.period())
                        .where("unit", budget.unit())
                        .where("provider", budget.provider())
                        .where("model", budget.model()));
    }

    /** Takes a scope's budget of US dollars over all providers and models away. */
    public void delete(String scope, String period) {
        api.delete("/api/v1/budgets" + Query.all().where("scope", scope).where("period", period));
    }
}
