package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.ledger.HoldRequest;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.CallSize;
import dev.keymesh.gateway.price.OutputCap;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.provider.Provider;
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

    private final Ledger ledger;
    private final Counting counting;
    private final LiveCalls live;
    private final Admission.Request request;
    private final Provider provider;
    private final Price price;
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
            Admission.Request request,
            Provider provider,
            Price price,
            @Nullable Integer policyCap,
            Consumer<Admission.Answer> then) {
        this.ledger = ledger;
        this.counting = counting;
        this.live = live;
        this.request = request;
        this.provider = provider;
        this.price = price;
        this.cap = policyCap;
        this.then = then;
        size = request.facts().size();
    }

    /** Answers once. */
    void hold() {
        Facts facts = request.facts();
        Bound bound = bound(size, cap);
        HoldRequest wanted = new HoldRequest(
                request.id(),
                request.chain().scopes(),
                provider.name(),
                facts.model(),
                facts.operation().wire(),
                price.version(),
                bound.nanos());
        ledger.hold(wanted, answer -> answered(answer, bound));
    }

    private void answered(HoldAnswer answer, Bound bound) {
        switch (answer) {
            case HoldAnswer.Held held ->
                then.accept(new Admission.Answer.Admitted(
                        provider, price, bound, bound.capToSet(), held.hold(), held.tightest()));
            case HoldAnswer.Unavailable _ ->
                then.accept(new Admission.Answer.Refused(Refusal.unavailable(
                        "The ledger did not answer in time, so nothing was forwarded. Try again.")));
            case HoldAnswer.Refused refused -> refused(refused);
        }
    }

    private void refused(HoldAnswer.Refused asked) {
        HoldAnswer.Refused refused = judged(asked);
        if (!counted) {
            counted = true;
            Thread.startVirtualThread(() -> guarded(this::count, refused));
        } else if (!cleared && refused.temporary()) {
            cleared = true;
            Thread.startVirtualThread(
                    () -> guarded(() -> live.count(refused.limit().scope()), refused));
        } else if (lowered(refused)) {
            hold();
        } else {
            then.accept(new Admission.Answer.Refused(Spent.refusal(refused)));
        }
    }

    /** The ledger knows one bound; a call without a cap fits once the running ones are settled, if a lower one does. */
    private HoldAnswer.Refused judged(HoldAnswer.Refused refused) {
        long unheld = refused.limit().amount() == null ? 0 : refused.limit().amount() - refused.spent();
        return refused.temporary() || refused.held() == 0 || !capless() || affordable(unheld) < LEAST_BY_SPEND
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
        CallSize better = counting.counted(
                request.facts(),
                request.body(),
                provider,
                price,
                request.chain().key().id());
        if (better != null && bound(better, cap).nanos() < bound(size, cap).nanos()) {
            size = better;
        }
    }

    /** Caps the output at what the budget has, unless that is too little to be of use; says whether it did. */
    private boolean lowered(HoldAnswer.Refused refused) {
        long limit = refused.limit().amount() == null ? 0 : refused.limit().amount();
        int now = capless() && caps++ < MOST_CAPS ? affordable(limit - refused.spent() - refused.held()) : 0;
        if (now < LEAST_BY_SPEND || now < Math.min(LEAST_BY_HOLDS, affordable(limit - refused.spent()))) {
            return false;
        }
        cap = now;
        return true;
    }

    private boolean capless() {
        return size.outputCap() != OutputCap.NONE && Bound.cap(size, provider.kind(), provider.capField()) == null;
    }

    /** The largest cap whose bound is within an amount; 0 is none. */
    private int affordable(long nanos) {
        long most = bound(size, cap).outputTokens() / Math.max(1, size.answers());
        long low = 0;
        long high = Math.min(most, Integer.MAX_VALUE);
        while (low < high) {
            long middle = (low + high + 1) / 2;
            if (bound(size, (int) middle).nanos() <= nanos) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return (int) low;
    }

    private Bound bound(CallSize of, @Nullable Integer capped) {
        return Bound.of(of, price, provider.kind(), provider.capField(), capped);
    }
}
