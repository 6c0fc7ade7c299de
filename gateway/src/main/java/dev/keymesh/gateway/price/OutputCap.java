package dev.keymesh.gateway.price;

import org.jspecify.annotations.Nullable;

/** Under which member of its body an operation's output is capped. */
public enum OutputCap {
    /** Under the one that the kind of provider honours, or that is configured for the provider. */
    CHAT,
    MAX_TOKENS,
    MAX_OUTPUT_TOKENS,
    /** Nowhere: an answer is as long as the model makes it, at most its own maximum. */
    MODEL,
    /** There is no output, so there is nothing to cap. */
    NONE;

    /** OpenAI refuses a response that is capped below it. */
    private static final int LEAST_OF_A_RESPONSE = 16;

    /**
     * The member that a cap is written under; null is none.
     *
     * @param configured the member that the provider honours for chat; null is the kind's own
     */
    public @Nullable String member(ProviderKind kind, @Nullable String configured) {
        return switch (this) {
            case CHAT ->
                configured != null ? configured : kind == ProviderKind.OPENAI ? "max_completion_tokens" : "max_tokens";
            case MAX_TOKENS -> "max_tokens";
            case MAX_OUTPUT_TOKENS -> "max_output_tokens";
            case MODEL, NONE -> null;
        };
    }

    /** Whether a cap can be written at all. */
    public boolean isWritten() {
        return this != MODEL && this != NONE;
    }

    /** The lowest cap that may be written for a provider of the kind. */
    public int least(ProviderKind kind) {
        return this == MAX_OUTPUT_TOKENS && kind == ProviderKind.OPENAI ? LEAST_OF_A_RESPONSE : 1;
    }
}
