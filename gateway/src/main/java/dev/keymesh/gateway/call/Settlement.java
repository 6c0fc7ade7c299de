package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.ledger.Hold;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.Cost;
import dev.keymesh.gateway.price.OutputCap;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.Usage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt is charged: the settle table.
 *
 * @param cost nano-dollars; null where the model has no price
 * @param how {@code reported}, {@code estimated}, {@code unknown}, {@code none}
 */
record Settlement(@Nullable Long cost, String how, long inputTokens, long cachedInputTokens, long outputTokens) {
    static final Settlement NOTHING = new Settlement(0L, "none", 0, 0, 0);
    /** Output that may have been made but not relayed when a stream is cut. */
    private static final long CUT_TOKENS = 64;
    /** Output that a model may have made a second while it reasoned unseen. */
    private static final long UNSEEN_TOKENS_A_SECOND = 500;

    /** How far an attempt came. */
    enum Reached {
        /** No byte of the request was written. */
        NOTHING,
        /** The request was written, and no head of an answer came. */
        REQUEST,
        /** An answer began, and did not end. */
        PART,
        /** The answer is whole. */
        WHOLE
    }

    /**
     * What an attempt costs.
     *
     * @param unseenNanos how long the model may have worked before anything of it was seen
     */
    static Settlement of(
            Reached reached,
            int status,
            @Nullable Meter meter,
            @Nullable Price price,
            @Nullable Bound bound,
            @Nullable Hold hold,
            Facts facts,
            long unseenNanos) {
        if (reached == Reached.NOTHING || facts.operation().billing() == Operation.Billing.FREE) {
            return NOTHING;
        }
        if (reached == Reached.REQUEST || meter == null) {
            return new Settlement(hold == null ? null : (Long) hold.amount(), "unknown", 0, 0, 0);
        }
        Usage usage = meter.usage();
        if (usage != null) {
            Long cost = price == null ? null : (Long) Cost.of(usage, price);
            return new Settlement(
                    cost, "reported", usage.inputTokens(), usage.cachedInputTokens(), usage.outputTokens());
        }
        if (status >= 400 && reached == Reached.WHOLE) {
            return NOTHING;
        }
        long input = meter.reportedInput() >= 0
                ? meter.reportedInput()
                : bound == null ? facts.length() : bound.inputTokens();
        boolean outputless = facts.operation().outputCap() == OutputCap.NONE;
        long output = outputless ? 0 : output(reached, meter, unseenNanos);
        return estimated(input, output, price, bound, hold);
    }

    /** What was reported, or what was relayed and may have been made besides. */
    private static long output(Reached reached, Meter meter, long unseenNanos) {
        long output = meter.outputBytes();
        // An end of the connection ends an answer too, whether or not it is at its own.
        if (reached == Reached.PART || !meter.finished()) {
            output += CUT_TOKENS;
            if (meter.reportedOutput() == 0) {
                output += UNSEEN_TOKENS_A_SECOND * TimeUnit.NANOSECONDS.toMillis(unseenNanos) / 1_000;
            }
        }
        return Math.max(meter.reportedOutput(), output);
    }

    private static Settlement estimated(
            long input, long output, @Nullable Price price, @Nullable Bound bound, @Nullable Hold hold) {
        if (price == null) {
            return new Settlement(null, "estimated", input, 0, output);
        }
        long rate = bound == null ? price.input() : bound.inputRate();
        long cost = Cost.of(input, rate, output, price.output());
        return new Settlement(hold == null ? cost : Math.min(cost, hold.amount()), "estimated", input, 0, output);
    }
}
