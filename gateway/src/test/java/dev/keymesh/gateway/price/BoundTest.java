package dev.keymesh.gateway.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.FactsReader;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Splice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BoundTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final Circumstances PLAIN = new Circumstances(null, false, false, NOON);
    private static final Price PRICE = price(2_500_000_000L, 250_000_000L, null, null, 15_000_000_000L, 1_000, null);

    @Test
    void noUsageWithinTheBoundCostsMoreThanIt() {
        long seed = System.nanoTime();
        System.out.println("BoundTest seed " + seed);
        Random random = new Random(seed);
        List<ProviderKind> kinds = List.of(ProviderKind.values());
        Set<ProviderKind> seen = EnumSet.noneOf(ProviderKind.class);
        for (int i = 0; i < 5_000; i++) {
            ProviderKind kind = kinds.get(random.nextInt(kinds.size()));
            seen.add(kind);
            boolean cached = random.nextBoolean();
            Price price = price(random);
            Facts facts = facts("\"max_tokens\":" + (1 + random.nextInt(500)) + ",\"n\":" + (1 + random.nextInt(3))
                    + (cached ? ",\"cache_control\":{\"type\":\"ephemeral\"}" : ""));
            Bound bound = Bound.of(facts.size(), price, kind, null, null, NOON);
            Usage usage = usage(random, bound, kind, cached);
            assertThat(Cost.of(usage, price, PLAIN))
                    .as("%s at %s %s", usage, price, kind)
                    .isBetween(0L, bound.nanos());
        }
        assertThat(seen).containsExactlyInAnyOrder(ProviderKind.values());
    }

    private static Price price(
            long input,
            @Nullable Long cachedInput,
            @Nullable Long cacheWrite,
            @Nullable Long cacheWrite1h,
            long output,
            @Nullable Integer maxOutputTokens,
            @Nullable String encoding) {
        Map<Rate, Long> stated = new EnumMap<>(Map.of(Rate.INPUT, input, Rate.OUTPUT, output));
        put(stated, Rate.CACHED_INPUT, cachedInput);
        put(stated, Rate.CACHE_WRITE, cacheWrite);
        put(stated, Rate.CACHE_WRITE_1H, cacheWrite1h);
        return new Price("v", Rates.of(stated), List.of(), maxOutputTokens, null, encoding, null, null);
    }

    private static void put(Map<Rate, Long> stated, Rate rate, @Nullable Long value) {
        if (value != null) {
            stated.put(rate, value);
        }
    }

    private static Price price(Random random) {
        long input = random.nextLong(5_000_000_000L);
        return price(
                input,
                random.nextBoolean() ? null : (Long) random.nextLong(2 * input + 1),
                random.nextBoolean() ? null : (Long) random.nextLong(3 * input + 1),
                random.nextBoolean() ? null : (Long) random.nextLong(3 * input + 1),
                random.nextLong(20_000_000_000L),
                random.nextBoolean() ? null : (Integer) 1_000,
                null);
    }

    /** What a provider of the kind may report: Anthropic writes its cache where it is asked to, OpenAI at any time. */
    private static Usage usage(Random random, Bound bound, ProviderKind kind, boolean cached) {
        long input = random.nextLong(bound.inputTokens() + 1);
        long read = random.nextLong(input + 1);
        long written = kind == ProviderKind.DEMO ? 0 : random.nextLong(input - read + 1);
        long output = random.nextLong(bound.outputTokens() + 1);
        if (kind != ProviderKind.ANTHROPIC) {
            return new Usage(input, read, 0, 0, written, output);
        }
        long hour = random.nextLong(written + 1);
        return cached
                ? new Usage(input, read, written - hour, hour, 0, output)
                : new Usage(input, read, 0, 0, 0, output);
    }

    @Test
    void aPlainCallIsBoundAtTheInputRateWhereItsPriceListsNoCacheWrites() {
        for (ProviderKind kind : ProviderKind.values()) {
            assertThat(Bound.of(facts("\"n\":1").size(), PRICE, kind, null, null, NOON)
                            .inputRate())
                    .as(kind.wire())
                    .isEqualTo(PRICE.rates().of(Rate.INPUT));
        }
        Price listed = price(100, 10L, 125L, null, 1, 1_000, null);
        assertThat(Bound.of(facts("\"n\":1").size(), listed, ProviderKind.OPENAI, null, null, NOON)
                        .inputRate())
                .isEqualTo(125);
        Facts cached = facts("\"cache_control\":{\"type\":\"ephemeral\"}");
        assertThat(Bound.of(cached.size(), PRICE, ProviderKind.ANTHROPIC, null, null, NOON)
                        .inputRate())
                .isEqualTo(2 * PRICE.rates().of(Rate.INPUT));
    }

    @Test
    void aBoundBeyondALongIsTheLargestLong() {
        Price huge = price(Long.MAX_VALUE / 2, null, null, null, Long.MAX_VALUE, null, null);
        Facts facts = facts("\"n\":2147483647,\"max_tokens\":2147483647,"
                + "\"tools\":[{\"type\":\"web_search\",\"max_uses\":2147483647}]");
        for (ProviderKind kind : ProviderKind.values()) {
            assertThat(Bound.of(facts.size(), huge, kind, null, null, NOON).nanos())
                    .isEqualTo(Long.MAX_VALUE);
        }
        assertThat(Bound.of(facts.size(), huge, ProviderKind.OPENAI, null, null, NOON)
                        .outputTokens())
                .isEqualTo(2147483647L * 2147483647L);
    }

    @Test
    void aCapCountsOnlyUnderTheNameThatTheKindHonours() {
        Facts completion = facts("\"max_completion_tokens\":7");
        assertThat(Bound.of(completion.size(), PRICE, ProviderKind.OPENAI, null, null, NOON)
                        .outputTokens())
                .isEqualTo(7);
        assertThat(Bound.of(completion.size(), PRICE, ProviderKind.OPENAI_COMPATIBLE, null, null, NOON)
                        .outputTokens())
                .isEqualTo(1_000);
        Facts both = facts("\"max_completion_tokens\":7,\"max_tokens\":9");
        assertThat(Bound.of(both.size(), PRICE, ProviderKind.OPENAI, null, null, NOON)
                        .outputTokens())
                .isEqualTo(9);
    }

    @Test
    void withoutAnyKnownMaximumACapIsHeldAndSet() {
        Price unknown = price(1, null, null, null, 1, null, null);
        Bound bound = Bound.of(facts("\"n\":1").size(), unknown, ProviderKind.OPENAI, null, null, NOON);
        assertThat(bound.outputTokens()).isEqualTo(16_384);
        assertThat(bound.capToSet()).isEqualTo(16_384);
    }

    @Test
    void splicedBytesAreReadAsTheSameFactsWithTheCap() {
        for (String options : new String[] {
            "",
            ",\"stream_options\":{}",
            ",\"stream_options\":{\"include_usage\":false}",
            ",\"stream_options\":null",
            ",\"stream_options\":{\"x\":1}"
        }) {
            byte[] body = body("\"stream\":true" + options);
            Facts before = read(body);
            Payload spliced = Splice.apply(Payload.of(body), before, "max_tokens", 42, true);
            Facts after = (Facts) FactsReader.read(Operation.CHAT_COMPLETIONS, spliced);
            assertThat(after.maxTokens()).isEqualTo(42);
            assertThat(after.usageOption().state()).as(options).isEqualTo(Facts.UsageOption.State.ON);
            assertThat(after.model()).isEqualTo(before.model());
        }
    }

    @Test
    void dollarsAreExactToNinePlaces() {
        assertThat(Usd.parse("5.00")).isEqualTo(5_000_000_000L);
        assertThat(Usd.parse("0.000000001")).isEqualTo(1);
        assertThat(Usd.format(1_275_000)).isEqualTo("0.001275");
        assertThat(Usd.format(0)).isEqualTo("0");
        for (String bad : new String[] {"", "-1", "1e3", "1.0000000001", ".5", "5.", "NaN", "99999999999", " 1"}) {
            assertThatThrownBy(() -> Usd.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aCostIsRoundedUpOnceAndNeverOverflows() {
        Price tiny = price(1, null, null, null, 1, null, null);
        assertThat(Cost.of(new Usage(1, 0, 0, 0, 0, 1), tiny, PLAIN)).isEqualTo(1);
        Price huge = price(Long.MAX_VALUE / 4, null, null, null, Long.MAX_VALUE / 4, null, null);
        assertThat(Cost.of(new Usage(Long.MAX_VALUE, 0, 0, 0, 0, Long.MAX_VALUE), huge, PLAIN))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatHasNoOutputIsBoundByItsInputAndGetsNoCap() {
        for (Operation operation : new Operation[] {Operation.EMBEDDINGS, Operation.MODERATIONS}) {
            Facts facts = read(operation, "\"input\":[\"a\",\"b\"],\"max_tokens\":9");
            Bound bound = Bound.of(facts.size(), PRICE, ProviderKind.OPENAI, null, 7, NOON);
            assertThat(bound.outputTokens()).isZero();
            assertThat(bound.capToSet()).isNull();
            assertThat(bound.inputTokens()).isEqualTo(facts.length() + 2 * 16L);
            assertThat(bound.nanos())
                    .isEqualTo(Cost.of(
                            bound.inputTokens(),
                            PRICE.rates().of(Rate.INPUT),
                            0,
                            PRICE.rates().of(Rate.OUTPUT)));
        }
    }

    @Test
    void everyPromptOfACompletionMultipliesItsOutput() {
        Facts facts = read(Operation.COMPLETIONS, "\"prompt\":[\"a\",\"b\"],\"n\":2,\"best_of\":3,\"max_tokens\":10");
        assertThat(Bound.of(facts.size(), PRICE, ProviderKind.OPENAI, null, null, NOON)
                        .outputTokens())
                .isEqualTo(60);
    }

    @Test
    void eachOperationHonoursItsOwnCapWhateverIsConfiguredForChat() {
        Facts response = read(Operation.RESPONSES, "\"input\":\"hi\",\"max_output_tokens\":40,\"max_tokens\":7");
        Facts completion = read(Operation.COMPLETIONS, "\"prompt\":\"hi\",\"max_tokens\":40");
        for (Facts facts : new Facts[] {response, completion}) {
            for (ProviderKind kind : new ProviderKind[] {ProviderKind.OPENAI, ProviderKind.OPENAI_COMPATIBLE}) {
                assertThat(Bound.of(facts.size(), PRICE, kind, "max_completion_tokens", 3, NOON)
                                .outputTokens())
                        .isEqualTo(40);
            }
        }
        assertThat(OutputCap.MAX_OUTPUT_TOKENS.member(ProviderKind.OPENAI_COMPATIBLE, "max_completion_tokens"))
                .isEqualTo("max_output_tokens");
        assertThat(OutputCap.MAX_TOKENS.member(ProviderKind.OPENAI, "max_completion_tokens"))
                .isEqualTo("max_tokens");
        assertThat(OutputCap.CHAT.member(ProviderKind.OPENAI, null)).isEqualTo("max_completion_tokens");
        assertThat(OutputCap.CHAT.member(ProviderKind.OPENAI_COMPATIBLE, null)).isEqualTo("max_tokens");
        assertThat(OutputCap.NONE.member(ProviderKind.OPENAI, null)).isNull();
    }

    private static Facts read(Operation operation, String members) {
        byte[] body = ("{\"model\":\"m\"," + members + "}").getBytes(StandardCharsets.UTF_8);
        return (Facts) FactsReader.read(operation, Payload.of(body));
    }

    private static Facts facts(String members) {
        return read(body(members));
    }

    private static byte[] body(String members) {
        return ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + members + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Facts read(byte[] body) {
        return (Facts) FactsReader.read(Operation.CHAT_COMPLETIONS, Payload.of(body));
    }
}
