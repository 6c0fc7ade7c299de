package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Unit;

/** Says which budget has not what a call needs, and what to do about it. */
final class Spent {
    private Spent() {}

    static Refusal refusal(HoldAnswer.Refused refused) {
        Limit limit = refused.limit();
        String budget = "the " + limit.period().wire() + " budget of " + amount(limit.unit(), refused.amount())
                + counted(limit) + " on " + limit.scope();
        String spent = amount(limit.unit(), refused.spent()) + " spent";
        String bound = limit.unit() == Unit.USD
                ? "this call may cost up to " + amount(limit.unit(), refused.bound())
                : "this call may use up to " + amount(limit.unit(), refused.bound());
        if (refused.temporary()) {
            return Refusal.budgetHeld(
                    "Calls that are running hold " + amount(limit.unit(), refused.held()) + " of " + budget + " ("
                            + spent + "); " + bound + ". It fits once they are settled: try again in a second.");
        }
        String reset = refused.resetsAt() == null ? "It does not reset." : "It resets at " + refused.resetsAt() + ".";
        String remedy = limit.unit() == Unit.REQUESTS
                ? " Ask for a higher budget."
                : " Ask for less output with a lower cap, or for a higher budget.";
        return Refusal.budgetExceeded("This call does not fit into " + budget + " (" + spent + ", "
                + amount(limit.unit(), refused.held()) + " held); " + bound + ". " + reset + remedy);
    }

    private static String amount(Unit unit, long amount) {
        return unit.format(amount) + " " + (unit == Unit.USD ? "USD" : unit.wire());
    }

    private static String counted(Limit limit) {
        return (limit.model().isEmpty() ? "" : " for the model " + limit.model())
                + (limit.provider().isEmpty() ? "" : " at " + limit.provider());
    }
}
