package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.call.Settlement.Reached;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.FactsReader;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Rate;
import dev.keymesh.gateway.price.Rates;
import dev.keymesh.gateway.price.Usage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What other gateways were reported to get wrong about an answer's usage, one test each. */
class PeersMeteringTest {
    /** A token of input costs 1,000 nano-dollars, one from a cache 100, one of output 10,000. */
    private static final Price PRICE = new Price(
            "v",
            Rates.of(java.util.Map.of(
                    Rate.INPUT, 1_000_000_000L, Rate.CACHED_INPUT, 100_000_000L, Rate.OUTPUT, 10_000_000_000L)),
            List.of(),
            null,
            null,
            null,
            null,
            null);

    private static final List<String> COUNTS = List.of(
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            "prompt_cache_hit_tokens",
            "prompt_cache_miss_tokens",
            "num_cached_tokens",
            "seconds",
            "cost",
            "cost_in_usd_ticks");

    private static Facts request(Operation operation) {
        return (Facts) FactsReader.read(
                operation,
                Payload.of(
                        "{\"model\":\"m\",\"max_tokens\":500,\"input\":\"Hello\"}".getBytes(StandardCharsets.UTF_8)));
    }

    private static Settlement settled(
            Reached reached,
            Operation operation,
            ProviderKind kind,
            boolean sse,
            String answer,
            @Nullable Price price) {
        return Settlement.of(
                reached,
                200,
                meter(operation, kind, sse, answer),
                price,
                null,
                null,
                request(operation),
                java.time.Instant.EPOCH,
                0);
    }

    private static Meter meter(Operation operation, ProviderKind kind, boolean sse, String answer) {
        Meter meter = Meter.of(operation, kind, sse, false);
        meter.feed(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
        return meter;
    }

    private static Settlement chat(String usage) {
        return settled(
                Reached.WHOLE,
                Operation.CHAT_COMPLETIONS,
                ProviderKind.OPENAI_COMPATIBLE,
                false,
                "{\"usage\":" + usage + "}",
                PRICE);
    }

    /** A usage with the number in the place of what it says there. */
    private static String with(String count, String number) {
        StringBuilder usage = new StringBuilder("{\"" + count + "\":" + number);
        for (String other : List.of("prompt_tokens", "completion_tokens")) {
            usage.append(other.equals(count) ? "" : ",\"" + other + "\":20");
        }
        return usage.append('}').toString();
    }

    private static final String DELTAS = """
            data: {"choices":[{"index":0,"delta":{"content":"three hundred words of text"}}]}

            data: {"choices":[{"index":0,"delta":{"content":" and some more of them"}}]}

            """;

    @Test
    void aCancelledStreamIsNeitherFreeNorOneToken() {
        Settlement cut = settled(Reached.PART, Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, true, DELTAS, PRICE);
        assertThat(cut.outputTokens()).isGreaterThanOrEqualTo(49);
        assertThat(cut.inputTokens()).isPositive();
        assertThat(cut.cost()).isGreaterThanOrEqualTo(490_000);
    }

    @Test
    void aDisconnectAfterTheUsageWasSaidCostsTheUsage() {
        String said = DELTAS
                + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":40,\"completion_tokens\":296,\"total_tokens\":336}}\n\n";
        Settlement cut = settled(Reached.PART, Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, true, said, PRICE);
        assertThat(cut.outputTokens()).isGreaterThanOrEqualTo(296);
        assertThat(cut.inputTokens()).isEqualTo(40);
    }

    @Test
    void cachedTokensAreNotBilledAsInputAndNotTwice() {
        assertThat(chat("{\"prompt_tokens\":100,\"completion_tokens\":1,\"total_tokens\":101,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":90}}")
                        .cost())
                .isEqualTo(10 * 1_000 + 90 * 100 + 10_000);
    }

    @Test
    void anAnthropicStreamCountsItsInputAsWellAsItsOutput() {
        String stream = """
                data: {"type":"message_start","message":{"usage":{"input_tokens":70,"output_tokens":1}}}

                data: {"type":"message_delta","usage":{"output_tokens":5}}

                data: {"type":"message_stop"}

                """;
        Settlement whole = settled(Reached.WHOLE, Operation.MESSAGES, ProviderKind.ANTHROPIC, true, stream, PRICE);
        assertThat(whole.cost()).isEqualTo(70 * 1_000 + 5 * 10_000);
    }

    @Test
    void usageInEveryChunkIsNotAddedUp() {
        String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":"
                + "{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}\n\n";
        Settlement whole = settled(
                Reached.WHOLE,
                Operation.CHAT_COMPLETIONS,
                ProviderKind.OPENAI_COMPATIBLE,
                true,
                chunk.repeat(50) + "data: [DONE]\n\n",
                PRICE);
        assertThat(whole.outputTokens()).isEqualTo(3);
        assertThat(whole.cost()).isEqualTo(7 * 1_000 + 3 * 10_000);
    }

    @Test
    void anUnpricedModelIsNotFree() {
        Settlement unpriced = settled(
                Reached.WHOLE,
                Operation.CHAT_COMPLETIONS,
                ProviderKind.OPENAI,
                false,
                "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}",
                null);
        assertThat(unpriced.cost()).as("unknown, never zero").isNull();
    }

    @Test
    void searchesThatTheVendorRanAreCounted() {
        Usage usage = meter(
                        Operation.RESPONSES,
                        ProviderKind.OPENAI,
                        false,
                        "{\"output\":[{\"type\":\"web_search_call\"}],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}")
                .usage();
        assertThat(Objects.requireNonNull(usage).details().webSearches()).isEqualTo(1);
    }

    @Test
    void speechThatTellsNoUsageIsCountedByItsCharactersAndIsNotFree() {
        Settlement spoken = settled(Reached.WHOLE, Operation.AUDIO_SPEECH, ProviderKind.OPENAI, false, "sound", PRICE);
        assertThat(request(Operation.AUDIO_SPEECH).characters()).isEqualTo(5);
        assertThat(spoken.cost())
                .as("unknown while the price has no rate for it")
                .isNull();
    }

    @Test
    void anErrorThatTellsNoUsageCostsNothing() {
        Meter meter = meter(Operation.AUDIO_SPEECH, ProviderKind.OPENAI, false, "{\"error\":{}}");
        assertThat(Settlement.of(
                        Reached.WHOLE,
                        400,
                        meter,
                        PRICE,
                        null,
                        null,
                        request(Operation.AUDIO_SPEECH),
                        java.time.Instant.EPOCH,
                        0))
                .isEqualTo(Settlement.NOTHING);
    }

    @Test
    void noNumberMakesACostNegativeOrLessThanWasSaid() {
        for (String count : COUNTS) {
            for (String number : List.of(
                    "-1",
                    "-0.5",
                    "-9223372036854775808",
                    "9223372036854775807",
                    "9223372036854775808",
                    "18446744073709551616",
                    "1e308",
                    "1e400",
                    "\"10\"",
                    "true")) {
                Settlement settled = chat(with(count, number));
                assertThat(settled.how()).as(count + " " + number).isEqualTo("estimated");
                assertThat(settled.cost()).as(count + " " + number).isPositive();
            }
        }
    }

    @Test
    void moreOfAnythingNeverCostsLess() {
        for (String count :
                List.of("prompt_tokens", "completion_tokens", "total_tokens", "cost", "cost_in_usd_ticks")) {
            long before = 0;
            for (String number : List.of("0", "1", "7", "1000", "999999")) {
                String usage = with(count, number);
                long cost = Objects.requireNonNull(chat(usage).cost());
                assertThat(cost).as(usage).isGreaterThanOrEqualTo(before);
                before = cost;
            }
        }
    }
}
