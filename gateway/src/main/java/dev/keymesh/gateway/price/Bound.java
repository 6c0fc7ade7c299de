package dev.keymesh.gateway.price;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The most that a call can cost, by bytes: a byte-level tokenizer never makes more tokens than bytes.
 *
 * @param nanos nano-dollars to hold
 * @param inputTokens bound of the input, over all its billings
 * @param inputRate nano-dollars for a million tokens that the input was bounded at
 * @param outputTokens bound of the output, over all answers
 * @param outputRate the same as the input's for the output
 * @param capToSet the cap that must be written into the request for the bound to be one; null is none
 */
public record Bound(
        long nanos,
        long inputTokens,
        long inputRate,
        long outputTokens,
        long outputRate,
        @Nullable Integer capToSet) {
    /** Of input and output together. */
    public long tokens() {
        long sum = inputTokens + outputTokens;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static final int TOKENS_A_MESSAGE = 16;
    private static final int TOKENS_OF_TOOLS = 400;
    private static final int TOKENS_A_VENDOR_TOOL = 1_500;
    /** A small picture file may be a large picture: what the largest ones were seen to cost. */
    private static final int TOKENS_AN_IMAGE = 15_000;

    private static final int TOKENS_AN_ANTHROPIC_IMAGE = 4_800;
    private static final long A_MILLION = 1_000_000;
    private static final long SECONDS_OF_AN_HOUR = 3_600;
    private static final int OUTPUT_WHERE_UNKNOWN = 16_384;

    /**
     * The bound of a request.
     *
     * @param capField the member that the provider honours, where it is configured; null is the kind's own
     * @param policyCap what policy sets where the caller set none
     * @param now when it is admitted
     */
    public static Bound of(
            CallSize call,
            Price price,
            ProviderKind kind,
            @Nullable String capField,
            @Nullable Integer policyCap,
            Instant now) {
        Circumstances asked = new Circumstances(call.serviceTier(), call.fast(), false, now);
        return of(call, price, kind, capField, policyCap, asked);
    }

    /**
     * The bound of one request of a batch, which is a tier of its own. Where it asks for a cap to be set, there is none: a
     * batch's requests are not written into.
     */
    public static Bound ofBatch(CallSize call, Price price, ProviderKind kind, @Nullable String capField, Instant now) {
        return of(call, price, kind, capField, null, Circumstances.ofBatch(now));
    }

    private static Bound of(
            CallSize call,
            Price price,
            ProviderKind kind,
            @Nullable String capField,
            @Nullable Integer policyCap,
            Circumstances asked) {
        long input = inputTokens(call, price, kind);
        Rates rates = price.overrides().isEmpty() ? price.rates() : price.dearest(input, asked);
        long inputRate = inputRate(call, rates, kind);
        if (call.outputCap() == OutputCap.NONE) {
            return of(call, rates, input, inputRate, 0, null);
        }
        Integer most = price.maxOutputTokens();
        if (call.outputCap() == OutputCap.MODEL) {
            Bound tokens = of(call, rates, input, inputRate, times(most == null ? 0 : most, call.answers()), null);
            return tokens.with(media(call, price, rates));
        }
        Integer cap = cap(call, kind, capField);
        Integer set = cap != null ? null : policyCap;
        if (cap == null && set == null && most == null) {
            set = OUTPUT_WHERE_UNKNOWN;
        }
        return of(call, rates, input, inputRate, times(firstOf(cap, set, most), call.answers()), set);
    }

    private static Bound of(
            CallSize call, Rates rates, long input, long inputRate, long output, @Nullable Integer capToSet) {
        long outputRate = outputRate(call, rates);
        long nanos = Cost.of(input, inputRate, output, outputRate, call.searches(), rates.of(Rate.WEB_SEARCH));
        return new Bound(nanos, input, inputRate, output, outputRate, capToSet);
    }

    /** What is billed by the time of the audio and by the characters that are spoken; nano-dollars. */
    private static long media(CallSize call, Price price, Rates rates) {
        Integer seconds = price.worstCaseAudioSeconds();
        long spoken = Sum.of(call.characters(), rates.of(Rate.CHARACTERS)).roundedUp(A_MILLION);
        return seconds == null
                ? spoken
                : plus(spoken, Sum.of(seconds, rates.of(Rate.AUDIO)).roundedUp(SECONDS_OF_AN_HOUR));
    }

    private Bound with(long more) {
        return new Bound(plus(nanos, more), inputTokens, inputRate, outputTokens, outputRate, capToSet);
    }

    private static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** By reference comes at most the price's worst case each; without one a call under a budget is refused before. */
    private static long inputTokens(CallSize call, Price price, ProviderKind kind) {
        long input = call.bytes() + (long) TOKENS_A_MESSAGE * call.messages();
        int image = kind == ProviderKind.ANTHROPIC ? TOKENS_AN_ANTHROPIC_IMAGE : TOKENS_AN_IMAGE;
        input += (long) image * call.images();
        if (call.tools()) {
            input += TOKENS_OF_TOOLS + (long) TOKENS_A_VENDOR_TOOL * call.vendorTools();
        }
        Integer reference = price.worstCaseInputTokens();
        if (reference != null) {
            input += (long) reference * call.references();
        }
        return times(input, 1L + call.serverToolUses());
    }

    /** The cap that counts: under the names that this kind of provider honours; null is none. */
    public static @Nullable Integer cap(CallSize call, ProviderKind kind, @Nullable String capField) {
        Integer tokens = call.maxTokens();
        if (call.outputCap() != OutputCap.CHAT) {
            return tokens;
        }
        Integer completion = call.maxCompletionTokens();
        if (kind == ProviderKind.OPENAI) {
            return tokens == null ? completion : completion == null ? tokens : (Integer) Math.max(tokens, completion);
        }
        return "max_completion_tokens".equals(capField) ? completion : tokens;
    }

    private static long firstOf(@Nullable Integer... caps) {
        for (Integer cap : caps) {
            if (cap != null) {
                return cap;
            }
        }
        return OUTPUT_WHERE_UNKNOWN;
    }

    /** Of two amounts that are not negative; beyond a long the largest long, which fits into no budget. */
    private static long times(long a, long b) {
        return b != 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }

    /** Anthropic's caches are written where the body asks for it, OpenAI's at any time. */
    private static long inputRate(CallSize call, Rates rates, ProviderKind kind) {
        long rate = Math.max(rates.of(Rate.INPUT), rates.of(Rate.CACHED_INPUT));
        if (kind == ProviderKind.OPENAI || kind == ProviderKind.OPENAI_COMPATIBLE) {
            rate = Math.max(rate, rates.of(Rate.UNASKED_CACHE_WRITE));
        } else if (kind == ProviderKind.ANTHROPIC && call.cacheControl()) {
            rate = Math.max(rate, Math.max(rates.of(Rate.CACHE_WRITE), rates.of(Rate.CACHE_WRITE_1H)));
        }
        if (call.audio() || call.references() > 0) {
            rate = Math.max(rate, Math.max(rates.of(Rate.AUDIO_INPUT), rates.of(Rate.AUDIO_CACHED_INPUT)));
        }
        return call.images() > 0 || call.references() > 0 ? Math.max(rate, rates.of(Rate.IMAGE_INPUT)) : rate;
    }

    /** A model that has a rate for images may make one whatever it is asked. */
    private static long outputRate(CallSize call, Rates rates) {
        long rate = Math.max(rates.of(Rate.OUTPUT), rates.of(Rate.IMAGE_OUTPUT));
        return call.audio() ? Math.max(rate, rates.of(Rate.AUDIO_OUTPUT)) : rate;
    }
}
