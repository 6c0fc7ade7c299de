package dev.keymesh.gateway.call;

import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Unit;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/** Tells a caller what is left of the tightest budget. */
final class BudgetHeaders {
    private BudgetHeaders() {}

    /** Nothing where no budget applies. */
    static void put(HoldAnswer.@Nullable Remaining tightest, HttpFields.Mutable headers) {
        if (tightest == null) {
            return;
        }
        Limit limit = tightest.limit();
        headers.put("x-keymesh-budget-remaining", limit.unit().format(tightest.amount()));
        headers.put("x-keymesh-budget-scope", limit.scope());
        if (limit.unit() != Unit.USD) {
            headers.put("x-keymesh-budget-unit", limit.unit().wire());
        }
        headers.put(
                "x-keymesh-budget-reset",
                tightest.resetsAt() == null ? "never" : tightest.resetsAt().toString());
    }
}
