package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.Amounts;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.ledger.HoldRequest;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.ledger.Unit;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.CallSize;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.provider.Provider;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a call's bound. Where it does not fit by its bytes: its input is counted, then that of the running calls in its
 * way, and then, if its caller gave no cap, its output is capped at what there is. What is left does not fit.
 */
final class Fitting {
    /** No cap is lowered below it because of what is spent: an answer that short helps nobody. */
    private static final int LEAST_BY_SPEND = 1_024;
    /** Nor below this because of running calls, whose holds come back. */
    private static final int LEAST_BY_HOLDS = 8_192;
    /** Each refusal may be another budget's. */
    private static final int MOST_CAPS = 4;
    /** No call uses as many; and so many of them add up without an overflow. */
    private static final long MOST_TOKENS = 1L << 50;

    private final Ledger ledger;
    private final Counting counting;
    private final LiveCalls live;
    private final Wanted wanted;
    private final Consumer<Admission.Answer> then;
    private @Nullable Integer cap;
    private CallSize size;
    private boolean counted;
    private boolean cleared;
    private int caps;

    Fitting(
            Ledger ledger,
            Counting counting,
            LiveCalls live,
            Wanted wanted,
            @Nullable Integer policyCap,
            Consumer<Admission.Answer> then) {
        this.ledger = ledger;
        this.counting = counting;
        this.live = live;
        this.wanted = wanted;
        this.cap = policyCap;
        this.then = then;
        size = wanted.request().facts().size();
    }

    /**
     * What is to be held for.
     *
     * @param dollars whether a budget of dollars applies; else none are held
     * @param at when it was asked
     */
    record Wanted(
            Admission.Request request,
            boolean dollars,
            Provider provider,
            @Nullable Price price,
            Instant at) {
        Facts facts() {
            return request.facts();
        }

        Bound bound(CallSize size, @Nullable Integer cap) {
            return Bound.of(size, price == null ? Price.NONE : price, provider.kind(), provider.capField(), cap, at);
        }

        Amounts amounts(Bound bound) {
            return new Amounts(dollars ? bound.nanos() : 0, 1, Math.min(bound.tokens(), MOST_TOKENS));
        }

        /** Its size with its input counted, or null where it cannot be; blocks. */
        @Nullable
        CallSize counted(Counting counting) {
            return counting.counted(
                    facts(),
                    request.body(),
                    provider,
                    price == null ? Price.NONE : price,
                    request.chain().key().id());
        }
    }

    /** Answers once. */
    void hold() {
        Bound bound = wanted.bound(size, cap);
        Price price = wanted.price();
        HoldRequest asked = new HoldRequest(
                wanted.request().id(),
                wanted.request().chain().scopes(),
                wanted.provider().name(),
                wanted.facts().model(),
                wanted.facts().operation().wire(),
                price == null ? null : price.version(),
                wanted.amounts(bound));
        ledger.hold(asked, answer -> answered(answer, bound));
    }

    private void answered(HoldAnswer answer, Bound bound) {
        switch (answer) {
            case HoldAnswer.Held held ->
                then.accept(new Admission.Answer.Admitted(
                        wanted.provider(),
                        wanted.price(),
                        bound,
                        bound.capToSet(),
                        new LiveHold(ledger, wanted, bound, held.hold()),
                        held.tightest()));
            case HoldAnswer.Unavailable _ ->
                then.accept(new Admission.Answer.Refused(Refusal.unavailable(
                        "The ledger did not answer in time, so nothing was forwarded. Try again.")));
            case HoldAnswer.Refused refused -> refused(refused);
        }
    }

    private void refused(HoldAnswer.Refused asked) {
        HoldAnswer.Refused refused = judged(asked);
        if (refused.limit().unit() == Unit.REQUESTS) {
            then.accept(new Admission.Answer.Refused(Spent.refusal(refused)));
        } else if (!counted) {
            counted = true;
            Thread.startVirtualThread(() -> guarded(this::count, refused));
        } else if (!cleared && refused.temporary()) {
            cleared = true;
            Thread.startVirtualThread(() -> guarded(() -> live.tighten(refused.limit(), counting), refused));
        } else if (lowered(refused)) {
            hold();
        } else {
            then.accept(new Admission.Answer.Refused(Spent.refusal(refused)));
        }
    }

    /** The ledger knows one bound; a call without a cap fits once the running ones are settled, if a lower one does. */
    private HoldAnswer.Refused judged(HoldAnswer.Refused refused) {
        return refused.temporary()
                        || refused.held() == 0
                        || !capless()
                        || affordable(refused.limit().unit(), refused.amount() - refused.spent()) < LEAST_BY_SPEND
                ? refused
                : refused.asTemporary();
    }

    /** What is counted is a better bound or none; then the ledger is asked again. */
    private void guarded(Runnable step, HoldAnswer.Refused refused) {
        try {
            step.run();
            hold();
        } catch (RuntimeException e) {
            then.accept(new Admission.Answer.Refused(Spent.refusal(refused)));
        }
    }

    private void count() {
        CallSize better = wanted.counted(counting);
        if (better != null
                && wanted.bound(better, cap).tokens() < wanted.bound(size, cap).tokens()) {
            size = better;
        }
    }

    /** Caps the output at what the budget has, unless that is too little to be of use; says whether it did. */
    private boolean lowered(HoldAnswer.Refused refused) {
        if (!capless() || caps++ >= MOST_CAPS) {
            return false;
        }
        Unit unit = refused.limit().unit();
        int now = affordable(unit, refused.amount() - refused.spent() - refused.held());
        int unheld = affordable(unit, refused.amount() - refused.spent());
        if (now < LEAST_BY_SPEND || now < Math.min(LEAST_BY_HOLDS, unheld)) {
            return false;
        }
        cap = now;
        return true;
    }

    private boolean capless() {
        return size.outputCap().isWritten()
                && Bound.cap(size, wanted.provider().kind(), wanted.provider().capField()) == null;
    }

    /** The largest cap whose bound is within an amount; 0 is none. */
    private int affordable(Unit unit, long amount) {
        long low = 0;
        long high = Math.min(Integer.MAX_VALUE, wanted.bound(size, cap).outputTokens() / Math.max(1, size.answers()));
        while (low < high) {
            long middle = (low + high + 1) / 2;
            if (wanted.amounts(wanted.bound(size, (int) middle)).of(unit) <= amount) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return (int) low;
    }
}
