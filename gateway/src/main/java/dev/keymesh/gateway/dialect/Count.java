package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.provider.Shape;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a usage object: one row each, with the places where the providers of a shape write it. A provider that
 * writes one elsewhere is a place more.
 *
 * <p>Of the OpenAI shape: {@code prompt_cache_hit_tokens} and its sister are DeepSeek's, {@code num_cached_tokens} and
 * {@code prompt_audio_seconds} Mistral's, {@code cost_in_usd_ticks} is xAI's, {@code cost} OpenRouter's.
 */
enum Count {
    INPUT(Unit.WHOLE, List.of("prompt_tokens", "input_tokens"), List.of("input_tokens")),
    OUTPUT(Unit.WHOLE, List.of("completion_tokens", "output_tokens"), List.of("output_tokens")),
    TOTAL(Unit.WHOLE, List.of("total_tokens"), List.of()),
    CACHE_READ(
            Unit.WHOLE,
            List.of(
                    "prompt_tokens_details.cached_tokens",
                    "input_tokens_details.cached_tokens",
                    "input_token_details.cached_tokens",
                    "prompt_cache_hit_tokens",
                    "num_cached_tokens"),
            List.of("cache_read_input_tokens")),
    CACHE_MISS(Unit.WHOLE, List.of("prompt_cache_miss_tokens"), List.of()),
    CACHE_WRITE(
            Unit.WHOLE,
            List.of("prompt_tokens_details.cache_write_tokens", "input_tokens_details.cache_write_tokens"),
            List.of("cache_creation_input_tokens")),
    CACHE_WRITE_5M(Unit.WHOLE, List.of(), List.of("cache_creation.ephemeral_5m_input_tokens")),
    CACHE_WRITE_1H(Unit.WHOLE, List.of(), List.of("cache_creation.ephemeral_1h_input_tokens")),
    AUDIO_INPUT(
            Unit.WHOLE,
            List.of(
                    "prompt_tokens_details.audio_tokens",
                    "input_tokens_details.audio_tokens",
                    "input_token_details.audio_tokens"),
            List.of()),
    AUDIO_CACHED(
            Unit.WHOLE,
            List.of(
                    "prompt_tokens_details.cached_tokens_details.audio_tokens",
                    "input_token_details.cached_tokens_details.audio_tokens"),
            List.of()),
    IMAGE_INPUT(
            Unit.WHOLE, List.of("prompt_tokens_details.image_tokens", "input_tokens_details.image_tokens"), List.of()),
    AUDIO_OUTPUT(
            Unit.WHOLE,
            List.of(
                    "completion_tokens_details.audio_tokens",
                    "output_tokens_details.audio_tokens",
                    "output_token_details.audio_tokens"),
            List.of()),
    IMAGE_OUTPUT(
            Unit.WHOLE,
            List.of("completion_tokens_details.image_tokens", "output_tokens_details.image_tokens"),
            List.of()),
    SEARCHES(
            Unit.WHOLE,
            List.of("server_tool_use.web_search_requests", "server_tool_use_details.web_search_requests"),
            List.of("server_tool_use.web_search_requests")),
    AUDIO_MILLIS(Unit.SECONDS, List.of("seconds", "prompt_audio_seconds"), List.of()),
    TICKS(Unit.TICKS, List.of("cost_in_usd_ticks"), List.of()),
    COST(Unit.DOLLARS, List.of("cost"), List.of()),
    /** What is charged to the caller's own account at the provider behind, where it is used. */
    UPSTREAM_COST(Unit.DOLLARS, List.of("cost_details.upstream_inference_cost"), List.of());

    private static final Map<String, Count> OPENAI = places(Shape.OPENAI);
    private static final Map<String, Count> ANTHROPIC = places(Shape.ANTHROPIC);

    /** More than any call can use: a count beyond it is a mistake, and sums of those below do not overflow. */
    private static final long MOST = 10_000_000_000L;
    /** Of a decimal before its point: a thousand million dollars, as nano-dollars, still is a long. */
    private static final int MOST_DIGITS = 9;

    private static final int LONGEST = 100;
    /** An xAI tick is the tenth part of a nano-dollar. */
    private static final long TICKS_OF_A_NANO = 10;

    private enum Unit {
        WHOLE,
        /** Decimal; counted as milliseconds, rounded up. */
        SECONDS,
        /** Decimal; counted as nano-dollars, rounded up. */
        DOLLARS,
        /** Whole; counted as nano-dollars, rounded up. */
        TICKS
    }

    private final Unit unit;
    /** Of {@code List.of}, which Error Prone cannot see. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> openai;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> anthropic;

    Count(Unit unit, List<String> openai, List<String> anthropic) {
        this.unit = unit;
        this.openai = openai;
        this.anthropic = anthropic;
    }

    /** What stands at a place below the usage object, such as {@code prompt_tokens_details.cached_tokens}. */
    static @Nullable Count at(Shape shape, String place) {
        return (shape == Shape.OPENAI ? OPENAI : ANTHROPIC).get(place);
    }

    private static Map<String, Count> places(Shape shape) {
        Map<String, Count> places = new HashMap<>();
        for (Count count : values()) {
            (shape == Shape.OPENAI ? count.openai : count.anthropic).forEach(place -> places.put(place, count));
        }
        return Map.copyOf(places);
    }

    /**
     * The value of a JSON number; -1 is none that can be.
     *
     * @param whole whether it is written without fraction and exponent
     */
    long value(String number, boolean whole) {
        if (number.startsWith("-") || number.length() > LONGEST) {
            return -1;
        }
        return switch (unit) {
            case WHOLE -> whole(number, whole, MOST);
            case TICKS -> {
                long ticks = whole(number, whole, CallRecord.MOST_COST * TICKS_OF_A_NANO);
                yield ticks < 0 ? -1 : Math.ceilDiv(ticks, TICKS_OF_A_NANO);
            }
            case SECONDS -> decimal(number, 3);
            case DOLLARS -> {
                long nanos = decimal(number, 9);
                yield nanos > CallRecord.MOST_COST ? -1 : nanos;
            }
        };
    }

    private static long whole(String number, boolean whole, long most) {
        if (!whole || number.length() > 18) {
            return -1;
        }
        long value = Long.parseLong(number);
        return value > most ? -1 : value;
    }

    private static long decimal(String number, int places) {
        BigDecimal value = new BigDecimal(number);
        boolean fits = value.signum() == 0
                || ((long) value.precision() - value.scale() <= MOST_DIGITS && value.scale() <= LONGEST);
        if (!fits) {
            return -1;
        }
        return value.signum() == 0
                ? 0
                : value.movePointRight(places).setScale(0, RoundingMode.CEILING).longValueExact();
    }
}
