package dev.keymesh.gateway.price;

import org.jspecify.annotations.Nullable;

/**
 * The most that a call can cost, by bytes: a byte-level tokenizer never makes more tokens than bytes.
 *
 * @param nanos nano-dollars to hold
 * @param inputTokens bound of the input, over all its billings
 * @param inputRate nano-dollars for a million tokens that the input was bounded at
 * @param outputTokens bound of the output, over all answers
 * @param capToSet the cap that must be written into the request for the bound to be one; null is none
 */
public record Bound(
        long nanos,
        long inputTokens,
        long inputRate,
        long outputTokens,
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
    private static final int OUTPUT_WHERE_UNKNOWN = 16_384;

    /**
     * The bound of a request.
     *
     * @param capField the member that the provider honours, where it is configured; null is the kind's own
     * @param policyCap what policy sets where the caller set none
     */
    public static Bound of(
            CallSize call, Price price, ProviderKind kind, @Nullable String capField, @Nullable Integer policyCap) {
        long input = call.bytes() + (long) TOKENS_A_MESSAGE * call.messages();
        int image = kind == ProviderKind.ANTHROPIC ? TOKENS_AN_ANTHROPIC_IMAGE : TOKENS_AN_IMAGE;
        input += (long) image * call.images();
        if (call.tools()) {
            input += TOKENS_OF_TOOLS + (long) TOKENS_A_VENDOR_TOOL * call.vendorTools();
        }
        input = times(input, 1L + call.serverToolUses());
        long rate = inputRate(call, price, kind);
        if (call.outputCap() == OutputCap.NONE) {
            return new Bound(Cost.of(input, rate, 0, price.output()), input, rate, 0, null);
        }
        Integer cap = cap(call, kind, capField);
        Integer set = cap != null ? null : policyCap;
        Integer most = price.maxOutputTokens();
        if (cap == null && set == null && most == null) {
            set = OUTPUT_WHERE_UNKNOWN;
        }
        long output = firstOf(cap, set, most);
        output = times(output, call.answers());
        return new Bound(Cost.of(input, rate, output, price.output()), input, rate, output, set);
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
    private static long inputRate(CallSize call, Price price, ProviderKind kind) {
        long read = Math.max(price.input(), price.cachedRate());
        return switch (kind) {
            case ANTHROPIC -> call.cacheControl() ? price.dearestInput() : read;
            case OPENAI, OPENAI_COMPATIBLE -> Math.max(read, price.unaskedCacheWriteRate());
            case DEMO -> read;
        };
    }
}
