package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usage;
import dev.keymesh.gateway.price.UsageDetails;
import dev.keymesh.gateway.provider.Shape;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a usage object as they come. Nothing is ever added up over the events of a stream: OpenAI's shape says
 * all each time, so that the last object counts alone, Anthropic's repeats only what has changed.
 */
final class Counts {
    /**
     * Anthropic's turns within one call. What compacts, and what another model does, is in them and not in the sums
     * beside them.
     */
    static final String ITERATIONS = "iterations";

    private static final String WITHIN_ITERATIONS = ITERATIONS + ".";
    private static final int LONGEST_TIER = 32;

    private final Shape shape;
    private final Operation.Billing billing;
    /** Only such a provider may say what it charges: the others have no such member. */
    private final boolean mayTellCost;

    private final Map<Count, Long> values = new EnumMap<>(Count.class);
    private final Map<Count, Long> iterations = new EnumMap<>(Count.class);
    private boolean malformed;
    private boolean ownAccount;
    private boolean fast;
    private long searchItems;
    private @Nullable String serviceTier;

    Counts(Operation operation, ProviderKind kind) {
        shape = operation.shape();
        billing = operation.billing();
        mayTellCost = kind == ProviderKind.OPENAI_COMPATIBLE;
    }

    /** A usage object begins. */
    void begin() {
        if (shape == Shape.OPENAI) {
            values.clear();
            malformed = false;
            ownAccount = false;
        }
    }

    /** The list of iterations begins; it is told anew each time. */
    void beginIterations() {
        iterations.clear();
    }

    /** Items of a whole response that are searches. */
    void searchItems(long items) {
        searchItems = items;
    }

    void number(String place, String number, boolean whole) {
        boolean iteration = shape == Shape.ANTHROPIC && place.startsWith(WITHIN_ITERATIONS);
        Count count = Count.at(shape, iteration ? place.substring(WITHIN_ITERATIONS.length()) : place);
        if (count == null) {
            return;
        }
        long value = count.value(number, whole);
        malformed |= value < 0;
        if (iteration && value >= 0) {
            iterations.merge(count, value, Long::sum);
        } else if (!iteration) {
            values.put(count, value);
        }
    }

    /** A text in the place of a number is none. */
    void text(String place, String text) {
        if (place.equals("service_tier")) {
            serviceTier(text);
        } else if (place.equals("speed")) {
            fast = text.equals("fast");
        } else {
            malformed |= Count.at(shape, place) != null;
        }
    }

    void flag(String place, boolean on) {
        if (place.equals("is_byok")) {
            ownAccount = on;
        } else {
            malformed |= Count.at(shape, place) != null;
        }
    }

    void serviceTier(String tier) {
        serviceTier = tier.length() <= LONGEST_TIER ? tier : null;
    }

    /** What was reported as a whole, or null. */
    @Nullable
    Usage usage() {
        if (malformed) {
            return null;
        }
        return shape == Shape.ANTHROPIC ? anthropic() : openai();
    }

    private @Nullable Usage anthropic() {
        if (!said(Count.INPUT) || !said(Count.OUTPUT)) {
            return null;
        }
        long output = most(Count.OUTPUT);
        long write1h = most(Count.CACHE_WRITE_1H);
        // The parts can be told without their sum.
        long write = Math.max(most(Count.CACHE_WRITE), most(Count.CACHE_WRITE_5M) + write1h);
        return new Usage(input(), most(Count.CACHE_READ), write - write1h, write1h, 0, output, details(output));
    }

    private @Nullable Usage openai() {
        long input = input();
        long output = of(Count.OUTPUT);
        if (billing == Operation.Billing.INPUT) {
            // Some providers count an embedding's tokens in one sum only.
            input = input < 0 ? of(Count.TOTAL) : input;
            output = 0;
        } else if (cost() != null || said(Count.AUDIO_MILLIS)) {
            input = Math.max(0, input);
            output = Math.max(0, output);
        }
        if (input < 0 || output < 0) {
            return null;
        }
        // What the total counts beyond its parts is thought that the parts leave out; but Mistral's is audio.
        if (billing != Operation.Billing.INPUT && !said(Count.AUDIO_MILLIS)) {
            output = Math.max(output, of(Count.TOTAL) - input);
        }
        long read = most(Count.CACHE_READ);
        long write = most(Count.CACHE_WRITE);
        return read + write > input ? null : new Usage(input, read, 0, 0, write, output, details(output));
    }

    private UsageDetails details(long output) {
        return new UsageDetails(
                most(Count.AUDIO_INPUT),
                most(Count.AUDIO_CACHED),
                most(Count.IMAGE_INPUT),
                unless(Count.AUDIO_OUTPUT, billing == Operation.Billing.SPEECH, output),
                unless(Count.IMAGE_OUTPUT, billing == Operation.Billing.IMAGES, output),
                Math.max(most(Count.SEARCHES), searchItems),
                most(Count.AUDIO_MILLIS),
                0,
                cost(),
                serviceTier,
                fast);
    }

    /** What an operation makes besides text is all that it makes, unless the provider says how much. */
    private long unless(Count part, boolean all, long output) {
        return all && !said(part) ? output : most(part);
    }

    private @Nullable Long cost() {
        boolean said = said(Count.COST) || said(Count.TICKS);
        if (!mayTellCost || !said) {
            return null;
        }
        long own = ownAccount ? most(Count.UPSTREAM_COST) : 0;
        return Math.max(most(Count.TICKS), most(Count.COST)) + own;
    }

    private boolean said(Count count) {
        return of(count) >= 0;
    }

    private long of(Count count) {
        return values.getOrDefault(count, -1L);
    }

    /** The larger of the sum and of what the iterations come to; 0 where nothing is said. */
    private long most(Count count) {
        return Math.max(0, Math.max(of(count), iterations.getOrDefault(count, 0L)));
    }

    /** The input that a stream reported at its start, caches included; -1 is none. */
    long input() {
        if (malformed) {
            return -1;
        }
        if (shape == Shape.ANTHROPIC) {
            long write = Math.max(most(Count.CACHE_WRITE), most(Count.CACHE_WRITE_5M) + most(Count.CACHE_WRITE_1H));
            return said(Count.INPUT) ? most(Count.INPUT) + most(Count.CACHE_READ) + write : -1;
        }
        return said(Count.CACHE_MISS)
                ? Math.max(of(Count.INPUT), most(Count.CACHE_READ) + of(Count.CACHE_MISS))
                : of(Count.INPUT);
    }

    long output() {
        return malformed ? 0 : most(Count.OUTPUT);
    }
}
