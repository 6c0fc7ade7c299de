package dev.keymesh.gateway.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the ledger said to a hold. */
public sealed interface HoldAnswer {
    /** The bound is held on every budget of the chain, and that is durable. */
    record Held(Hold hold, @Nullable Remaining tightest) implements HoldAnswer {}

    /**
     * A budget does not have what is asked for; amounts are in its unit.
     *
     * @param amount what it has in this window, an increase included
     * @param temporary only live holds are in the way: the call fits once they are settled
     */
    record Refused(
            Limit limit,
            long amount,
            long spent,
            long held,
            long bound,
            boolean temporary,
            @Nullable Instant resetsAt) implements HoldAnswer {
        /** The same, where less than the bound would do. */
        public Refused asTemporary() {
            return new Refused(limit, amount, spent, held, bound, true, resetsAt);
        }
    }

    /** The store did not answer in time; nothing is held. */
    record Unavailable() implements HoldAnswer {}

    /** What is left of the tightest budget: amount - spent - held, in its unit. */
    record Remaining(Limit limit, long amount, @Nullable Instant resetsAt) {}
}
