package dev.keymesh.gateway.price;

import org.jspecify.annotations.Nullable;

/**
 * What a call's bound is made of.
 *
 * @param bytes of the whole body
 * @param images images whose bytes are in the body
 * @param tools whether any are offered
 * @param vendorTools tools of the vendor's own type, each of which adds to the prompt
 * @param serverToolUses how often the vendor's own tools may bill the input again
 * @param cacheControl whether the body asks for a cache to be written
 * @param outputCap how the output is capped; {@link OutputCap#NONE} is no output
 * @param maxTokens the cap under {@code max_tokens}, or under the one name that the operation has; null is none
 * @param maxCompletionTokens the cap under {@code max_completion_tokens}; null is none
 * @param answers asked for, at least 1
 * @param references to input that is not in the body
 * @param searches that the vendor may run
 * @param audio whether it is sent or asked for
 * @param serviceTier asked for; null is none
 * @param fast whether a premium speed is asked for
 * @param characters of text that is to be spoken
 */
public record CallSize(
        int bytes,
        int messages,
        int images,
        boolean tools,
        int vendorTools,
        int serverToolUses,
        boolean cacheControl,
        OutputCap outputCap,
        @Nullable Integer maxTokens,
        @Nullable Integer maxCompletionTokens,
        long answers,
        int references,
        int searches,
        boolean audio,
        @Nullable String serviceTier,
        boolean fast,
        int characters) {
    private static final int COUNT_MARGIN_DIVISOR = 20;
    private static final int COUNT_MARGIN = 16;

    /** The same with another bound of the body. */
    public CallSize withBytes(int bound) {
        return with(bound, messages, images, tools, vendorTools, references);
    }

    /** The same, its whole input counted by the vendor, which says that its count is an estimate: so 5 % more, and 16. */
    public CallSize counted(long tokens) {
        return with(capped(tokens + tokens / COUNT_MARGIN_DIVISOR + 1 + COUNT_MARGIN), 0, 0, false, 0, references);
    }

    /** The same, its whole input known. */
    public CallSize reported(long tokens) {
        return with(capped(tokens), 0, 0, false, 0, 0);
    }

    private static int capped(long tokens) {
        return (int) Math.min(Integer.MAX_VALUE, tokens);
    }

    private CallSize with(int bound, int inMessages, int ofImages, boolean anyTools, int vendors, int referred) {
        return new CallSize(
                bound,
                inMessages,
                ofImages,
                anyTools,
                vendors,
                serverToolUses,
                cacheControl,
                outputCap,
                maxTokens,
                maxCompletionTokens,
                answers,
                referred,
                searches,
                audio,
                serviceTier,
                fast,
                characters);
    }
}
