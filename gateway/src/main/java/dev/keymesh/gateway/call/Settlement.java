package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.ledger.Hold;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.Circumstances;
import dev.keymesh.gateway.price.Cost;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.Rate;
import dev.keymesh.gateway.price.Usage;
import java.time.Instant;
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
     * @param startedAt when the call came, by which rates of a time of the day are chosen
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
            Instant startedAt,
            long unseenNanos) {
        if (reached == Reached.NOTHING || facts.operation().billing() == Operation.Billing.FREE) {
            return NOTHING;
        }
        if (reached == Reached.REQUEST || meter == null) {
            return unknown(hold);
        }
        Usage usage = usage(meter, status, facts, price);
        if (usage != null) {
            return new Settlement(
                    cost(usage, price, asked(facts, startedAt)),
                    "reported",
                    usage.inputTokens(),
                    usage.cachedInputTokens(),
                    usage.outputTokens());
        }
        if (status >= 400 && reached == Reached.WHOLE) {
            return NOTHING;
        }
        if (facts.operation().isMedia()) {
            return unknown(hold);
        }
        long input = meter.reportedInput() >= 0
                ? meter.reportedInput()
                : bound == null ? facts.length() : bound.inputTokens();
        boolean outputless = facts.operation().billing() == Operation.Billing.INPUT;
        long output = outputless ? 0 : output(reached, meter, unseenNanos);
        return estimated(new Usage(input, 0, 0, 0, 0, output), price, bound, hold, asked(facts, startedAt));
    }

    /** Nano-dollars; null where none are held: a budget of calls or of tokens alone bounds no cost. */
    private static @Nullable Long money(@Nullable Hold hold) {
        return hold == null || hold.amount() == 0 ? null : (Long) hold.amount();
    }

    /** The request was written, and nothing is known of what became of it. */
    static Settlement unknown(@Nullable Hold hold) {
        return new Settlement(money(hold), "unknown", 0, 0, 0);
    }

    /** What is reported; null where that is not what the price is for. */
    private static @Nullable Usage usage(Meter meter, int status, Facts facts, @Nullable Price price) {
        Usage usage = meter.usage();
        if (price == null || status >= 400) {
            return usage;
        }
        if (facts.characters() > 0 && price.rates().states(Rate.CHARACTERS)) {
            return spoken(usage, facts.characters());
        }
        boolean untimed = usage != null
                && facts.operation().billing() == Operation.Billing.TRANSCRIPT
                && price.rates().states(Rate.AUDIO)
                && usage.details().audioMillis() == 0
                && usage.details().cost() == null;
        return untimed ? null : usage;
    }

    /** With the characters that were sent: where sound comes back nothing is said of them. */
    private static Usage spoken(@Nullable Usage usage, int characters) {
        Usage told = usage == null ? new Usage(0, 0, 0, 0, 0, 0) : usage;
        return told.with(told.details().with(characters));
    }

    /** What the provider says that it charges goes before any price; null where no rate is for what was used. */
    private static @Nullable Long cost(Usage usage, @Nullable Price price, Circumstances asked) {
        Long charged = usage.details().cost();
        if (charged != null || price == null) {
            return charged;
        }
        long cost = Cost.of(usage, price, asked);
        boolean tokens = usage.inputTokens() + usage.outputTokens() > 0;
        boolean media = usage.details().audioMillis() + usage.details().characters() > 0;
        return cost == 0 && media && !tokens ? null : (Long) cost;
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

    private static Circumstances asked(Facts facts, Instant startedAt) {
        return new Circumstances(facts.serviceTier(), facts.fast(), false, startedAt);
    }

    /** At the rates that were held; without a hold at those that were asked for. */
    private static Settlement estimated(
            Usage usage, @Nullable Price price, @Nullable Bound bound, @Nullable Hold hold, Circumstances asked) {
        long input = usage.inputTokens();
        long output = usage.outputTokens();
        if (price == null) {
            return new Settlement(null, "estimated", input, 0, output);
        }
        long cost = bound == null
                ? Cost.of(usage, price, asked)
                : Cost.of(input, bound.inputRate(), output, bound.outputRate());
        Long most = money(hold);
        return new Settlement(most == null ? cost : Math.min(cost, most), "estimated", input, 0, output);
    }
}
