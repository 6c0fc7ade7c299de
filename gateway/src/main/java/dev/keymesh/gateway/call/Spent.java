package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.price.Usd;

/** Says which budget has not what a call needs, and what to do about it. */
final class Spent {
    private Spent() {}

    static Refusal refusal(HoldAnswer.Refused refused) {
        String limit = Usd.format(
                refused.limit().amount() == null ? 0 : refused.limit().amount());
        String budget = "the " + refused.limit().period().wire() + " budget of " + limit + " USD on "
                + refused.limit().scope();
        String spent = Usd.format(refused.spent()) + " USD spent";
        String bound = "this call may cost up to " + Usd.format(refused.bound()) + " USD";
        if (refused.temporary()) {
            return Refusal.budgetHeld("Calls that are running hold " + Usd.format(refused.held()) + " USD of " + budget
                    + " (" + spent + "); " + bound + ". It fits once they are settled: try again in a second.");
        }
        String reset = refused.resetsAt() == null ? "It does not reset." : "It resets at " + refused.resetsAt() + ".";
        return Refusal.budgetExceeded("This call does not fit into " + budget + " (" + spent + ", "
                + Usd.format(refused.held()) + " USD held); " + bound + ". " + reset
                + " Ask for less output with a lower cap, or for a higher budget.");
    }
}
