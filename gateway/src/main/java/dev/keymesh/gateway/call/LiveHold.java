package dev.keymesh.gateway.call;

import dev.keymesh.gateway.ledger.Amounts;
import dev.keymesh.gateway.ledger.Hold;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.CallSize;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a running call holds; it becomes less when more is known of the call. */
final class LiveHold {
    private final Ledger ledger;
    private final Fitting.Wanted wanted;
    private final Bound bound;
    private final Hold hold;
    private final AtomicBoolean counted = new AtomicBoolean();
    private final AtomicBoolean reported = new AtomicBoolean();

    LiveHold(Ledger ledger, Fitting.Wanted wanted, Bound bound, Hold hold) {
        this.ledger = ledger;
        this.wanted = wanted;
        this.bound = bound;
        this.hold = hold;
    }

    Hold hold() {
        return hold;
    }

    /** Whether the input may come to less than is held. */
    boolean countable() {
        return !counted.get();
    }

    /** When it was admitted: what was held for is charged by the rates of that moment. */
    Instant at() {
        return wanted.at();
    }

    /** Counts the input, unless that was done before, and holds what it comes to; waits for both. */
    void count(Counting counting) {
        if (counted.getAndSet(true)) {
            return;
        }
        CallSize size = wanted.counted(counting);
        if (size == null) {
            counted.set(false);
        } else {
            shrink(size).join();
        }
    }

    /** The provider has said how large the input is, and nothing can add to it any more. */
    void reported(long inputTokens) {
        boolean whole =
                wanted.facts().serverToolUses() == 0 && wanted.facts().models().size() == 1;
        if (whole && !reported.getAndSet(true)) {
            counted.set(true);
            var _ = shrink(wanted.facts().size().reported(inputTokens));
        }
    }

    private CompletableFuture<HoldAnswer> shrink(CallSize size) {
        CompletableFuture<HoldAnswer> done = new CompletableFuture<>();
        Amounts now = hold.amounts();
        Amounts less = wanted.amounts(wanted.bound(size, bound.capToSet()));
        if (less.nanos() <= now.nanos() && less.tokens() <= now.tokens() && !less.equals(now)) {
            ledger.resize(hold, less, done::complete);
        } else {
            done.complete(new HoldAnswer.Unavailable());
        }
        return done;
    }
}
