package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.price.OutputCap;
import dev.keymesh.gateway.price.Usage;
import dev.keymesh.gateway.provider.Shape;
import org.jspecify.annotations.Nullable;

/** The numbers of a usage object as they come; later ones replace earlier ones, for they are cumulative. */
final class Counts {
    /** More than any call can use: a count beyond it is a mistake, and sums of those below do not overflow. */
    private static final long MOST = 10_000_000_000L;

    private final Shape shape;
    private final boolean outputless;
    private long input = -1;
    private long output = -1;
    private long total = -1;
    private long cacheRead;
    private long cacheWrite;
    private long cacheWrite1h;
    private boolean malformed;

    Counts(Operation operation) {
        shape = operation.shape();
        outputless = operation.outputCap() == OutputCap.NONE;
    }

    void number(@Nullable String name, @Nullable String inner, long value) {
        if (name == null) {
            return;
        }
        switch (inner == null ? name : name + "." + inner) {
            case "prompt_tokens", "input_tokens" -> input = checked(value);
            case "completion_tokens", "output_tokens" -> output = checked(value);
            case "total_tokens" -> total = checked(value);
            case "cache_read_input_tokens",
                    "prompt_tokens_details.cached_tokens",
                    "input_tokens_details.cached_tokens" -> cacheRead = checked(value);
            case "cache_creation_input_tokens",
                    "prompt_tokens_details.cache_write_tokens",
                    "input_tokens_details.cache_write_tokens" -> cacheWrite = checked(value);
            case "cache_creation.ephemeral_1h_input_tokens" -> cacheWrite1h = checked(value);
            default -> {
                // details that are part of the counts above
            }
        }
    }

    private long checked(long value) {
        malformed |= value > MOST;
        return value;
    }

    void mistyped(@Nullable String name) {
        malformed |= name != null
                && (name.equals("prompt_tokens")
                        || name.equals("completion_tokens")
                        || name.equals("input_tokens")
                        || name.equals("output_tokens"));
    }

    boolean malformed() {
        return malformed;
    }

    /** What was reported as a whole, or null. */
    @Nullable
    Usage usage() {
        if (outputless) {
            // Some providers count an embedding's tokens in one sum only.
            long all = input < 0 ? total : input;
            return malformed || all < 0 ? null : new Usage(all, 0, 0, 0, 0, 0);
        }
        if (malformed || input < 0 || output < 0) {
            return null;
        }
        long whole = shape == Shape.ANTHROPIC ? input + cacheRead + cacheWrite : input;
        if (cacheRead + cacheWrite > whole || cacheWrite1h > cacheWrite) {
            return null;
        }
        return shape == Shape.ANTHROPIC
                ? new Usage(whole, cacheRead, cacheWrite - cacheWrite1h, cacheWrite1h, 0, output)
                : new Usage(whole, cacheRead, 0, 0, cacheWrite, output);
    }

    /** The input that a stream reported at its start, caches included; -1 is none. */
    long input() {
        if (malformed || input < 0) {
            return -1;
        }
        return shape == Shape.ANTHROPIC ? input + cacheRead + cacheWrite : input;
    }

    long output() {
        return malformed ? 0 : Math.max(0, output);
    }
}
