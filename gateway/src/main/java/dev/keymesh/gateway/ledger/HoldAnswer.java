package dev.keymesh.gateway.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the ledger said to a hold. */
public sealed interface HoldAnswer {
    /** The amount is held on every budget of the chain, and that is durable. */
    record Held(Hold hold, @Nullable Remaining tightest) implements HoldAnswer {}

    /**
     * A budget does not have the amount.
     *
     * @param temporary only live holds are in the way: the call fits once they are settled
     */
    record Refused(
            Limit limit,
            long spent,
            long held,
            long bound,
            boolean temporary,
            @Nullable Instant resetsAt) implements HoldAnswer {
        /** The same, where less than the bound would do. */
        public Refused asTemporary() {
            return new Refused(limit, spent, held, bound, true, resetsAt);
        }
    }

    /** The store did not answer in time; nothing is held. */
    record Unavailable() implements HoldAnswer {}

    /** What is left of the tightest budget: limit - spent - held, in nano-dollars. */
    record Remaining(String scope, long amount, @Nullable Instant resetsAt) {}
}
