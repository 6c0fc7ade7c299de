package dev.keymesh.server.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.PriceCondition;
import dev.keymesh.sdk.wire.PriceOverride;
import dev.keymesh.server.mcp.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PriceFormatTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @Test
    void genaiPricesAreReadWithTheirTiersDatesAndTimes() throws Exception {
        PriceList list = read(PriceFormat.GENAI_PRICES, "acme");
        assertThat(list.prices())
                .extracting(NewPrice::model)
                .containsExactly("plain", "tiered", "dated", "dated", "peak");
        NewPrice plain = list.prices().get(0);
        assertThat(plain.inputPerMillion()).isEqualTo("1.5");
        assertThat(plain.webSearchPerThousand()).isEqualTo("10");
        assertThat(plain.contextTokens()).isEqualTo(200_000);
        PriceOverride tier = only(list.prices().get(1));
        assertThat(tier.when()).isEqualTo(new PriceCondition(200_000L, null, null, null, null));
        assertThat(Objects.requireNonNull(tier.set()).outputPerMillion()).isEqualTo("18");
        assertThat(list.prices().get(2).effectiveFrom()).isEqualTo("2026-08-01T00:00:00Z");
        assertThat(list.prices().get(3).effectiveFrom()).isEqualTo("2027-01-01T00:00:00Z");
        assertThat(Objects.requireNonNull(only(list.prices().get(4)).when().utc())
                        .to())
                .isEqualTo("04:00");
    }

    @Test
    void liteLlmsKeysAreConditions() throws Exception {
        PriceList list = read(PriceFormat.LITELLM, "acme");
        assertThat(list.prices()).extracting(NewPrice::model).containsExactly("large", "embed");
        NewPrice large = list.prices().get(0);
        assertThat(large.inputPerMillion()).isEqualTo("2.5");
        assertThat(large.cachedInputPerMillion()).isEqualTo("0.25");
        assertThat(large.cacheWritePerMillion()).isEqualTo("3.125");
        assertThat(large.cacheWrite1hPerMillion()).isEqualTo("5");
        assertThat(large.maxOutputTokens()).isEqualTo(128_000);
        assertThat(Objects.requireNonNull(large.overrides()))
                .extracting(PriceOverride::when)
                .containsExactlyInAnyOrder(
                        new PriceCondition(272_000L, null, null, null, null),
                        new PriceCondition(null, "priority", null, null, null),
                        new PriceCondition(null, null, null, true, null),
                        new PriceCondition(272_000L, "priority", null, null, null));
        assertThat(large.overrides().getLast().when().promptTokensAbove()).isEqualTo(272_000L);
        assertThat(large.overrides().getLast().when().serviceTier()).isEqualTo("priority");
        assertThat(list.prices().get(1).outputPerMillion()).isEqualTo("0");
    }

    @Test
    void modelsDevIsReadWithItsLimits() throws Exception {
        PriceList list = read(PriceFormat.MODELS_DEV, "acme");
        assertThat(list.prices()).extracting(NewPrice::model).containsExactly("long", "old");
        NewPrice price = list.prices().get(0);
        assertThat(price.maxOutputTokens()).isEqualTo(64_000);
        assertThat(Objects.requireNonNull(only(price).set()).cachedInputPerMillion())
                .isEqualTo("0.4");
        NewPrice old = list.prices().get(1);
        assertThat(old.maxOutputTokens()).isNull();
        assertThat(only(old).when().promptTokensAbove()).isEqualTo(200_000L);
    }

    @Test
    void whatIsNotUnderstoodIsNamedAndLeftOut() throws Exception {
        assertThat(read(PriceFormat.GENAI_PRICES, "acme").leftOut())
                .contains("acme/plain rerank_units: is a rate that Keymesh does not have");
        assertThat(read(PriceFormat.LITELLM, "acme").leftOut())
                .contains(
                        "acme/large search_context_cost_per_query: is a rate that Keymesh does not have",
                        "acme/image output_cost_per_image: is a rate that Keymesh does not have",
                        "acme/image: has no rate of input");
        assertThat(read(PriceFormat.MODELS_DEV, "acme").leftOut())
                .contains(
                        "acme/old cost.reasoning: is a rate that Keymesh does not have",
                        "acme/unknown cost: is missing")
                .anyMatch(what -> what.startsWith("acme/long cost.tiers: "));
    }

    @Test
    void aPriceOfZeroOrLessIsNoPrice() throws Exception {
        for (PriceFormat format : PriceFormat.values()) {
            PriceList list = read(format, "acme");
            assertThat(list.leftOut()).anyMatch(what -> what.contains("a price of zero or less is not taken"));
            assertThat(list.prices()).extracting(NewPrice::model).doesNotContain("free", "wrong");
        }
    }

    @Test
    void aModelWithANumberThatCannotBeTakenIsLeftOutAndTheRestIsRead() {
        for (String limit : new String[] {"4096.5", "0", "-1", "2147483648", "1e30", "\"many\""}) {
            PriceList list = parsed(PriceFormat.LITELLM, """
                    {"bad":{"litellm_provider":"acme","input_cost_per_token":1e-06,"output_cost_per_token":1e-06,
                      "max_output_tokens":%s},
                     "good":{"litellm_provider":"acme","input_cost_per_token":1e-06,"output_cost_per_token":1e-06,
                      "max_output_tokens":4096.0}}""".formatted(limit));
            onlyGood(list, "acme/bad max_output_tokens: is ");
            onlyGood(parsed(PriceFormat.GENAI_PRICES, """
                    [{"id":"acme","models":[
                      {"id":"bad","context_window":%s,"prices":{"input_mtok":1,"output_mtok":1}},
                      {"id":"good","prices":{"input_mtok":1,"output_mtok":1}}]}]""".formatted(limit)), "acme/bad context_window: is ");
        }
        for (String limit : new String[] {"4096.5", "-1", "1e30"}) {
            onlyGood(parsed(PriceFormat.MODELS_DEV, """
                    {"acme":{"models":{"bad":{"limit":{"context":%s},"cost":{"input":1,"output":1}},
                      "good":{"limit":{"context":0,"output":0},"cost":{"input":1,"output":1}}}}}""".formatted(limit)), "acme/bad limit.context: is ");
        }
        for (String rate : new String[] {"1e30", "9223372036.9", "1e99999"}) {
            onlyGood(parsed(PriceFormat.MODELS_DEV, """
                    {"acme":{"models":{"bad":{"cost":{"input":1,"output":1,"cache_read":%s}},
                      "good":{"cost":{"input":1,"output":9223372036}}}}}""".formatted(rate)), "acme/bad cost.cache_read: is ");
        }
    }

    @Test
    void aThresholdThatCannotBeTakenIsNamedAndTheRestIsRead() {
        PriceList list = parsed(PriceFormat.LITELLM, """
                {"good":{"litellm_provider":"acme","input_cost_per_token":1e-06,"output_cost_per_token":1e-06,
                  "input_cost_per_token_above_99999999999999999999k_tokens":2e-06}}""");
        onlyGood(list, "acme/good input_cost_per_token_above_99999999999999999999k_tokens: is a rate");
        for (String above : new String[] {"0.5", "-1", "1e30"}) {
            onlyGood(parsed(PriceFormat.MODELS_DEV, """
                    {"acme":{"models":{"bad":{"cost":{"input":1,"output":1,
                        "tiers":[{"input":2,"output":2,"tier":{"type":"context","size":%s}}]}},
                      "good":{"cost":{"input":1,"output":1}}}}}""".formatted(above)), "acme/bad cost.tiers: is ");
            onlyGood(parsed(PriceFormat.GENAI_PRICES, """
                    [{"id":"acme","models":[
                      {"id":"bad","prices":{"input_mtok":{"base":1,"tiers":[{"start":%s,"price":2}]},"output_mtok":1}},
                      {"id":"good","prices":{"input_mtok":1,"output_mtok":1}}]}]""".formatted(above)), "acme/bad input_mtok: is ");
        }
    }

    @Test
    void aModelOfAnotherShapeIsLeftOutAndTheRestIsRead() {
        onlyGood(parsed(PriceFormat.GENAI_PRICES, """
                [{"id":"acme","models":[
                  {"id":"bad","prices":[{"constraint":{"start_date":"soon"},"prices":{"input_mtok":1,"output_mtok":1}}]},
                  {"id":"good","prices":{"input_mtok":1,"output_mtok":1}}]}]"""), "acme/bad: has not the shape");
        onlyGood(parsed(PriceFormat.MODELS_DEV, """
                {"acme":{"models":{"bad":{"cost":7},"good":{"cost":{"input":1,"output":1}}}}}"""), "acme/bad: has not the shape");
    }

    private static PriceList parsed(PriceFormat format, String file) {
        return format.read(JsonText.read(file), "", NOW);
    }

    private static void onlyGood(PriceList list, String leftOut) {
        assertThat(list.prices()).extracting(NewPrice::model).containsExactly("good");
        assertThat(list.leftOut()).singleElement().asString().startsWith(leftOut);
    }

    @Test
    void allProvidersAreReadWhereNoneIsNamed() throws Exception {
        for (PriceFormat format : PriceFormat.values()) {
            assertThat(read(format, "").prices()).extracting(NewPrice::provider).contains("acme", "other");
        }
    }

    @Test
    void aFileOfAnotherShapeIsRefused() {
        for (PriceFormat format : PriceFormat.values()) {
            assertThatThrownBy(() -> format.read(JsonText.read("{\"a\":1}"), "", NOW))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(format.wire());
        }
    }

    private static PriceOverride only(NewPrice price) {
        List<PriceOverride> overrides = Objects.requireNonNull(price.overrides());
        assertThat(overrides).hasSize(1);
        return overrides.getFirst();
    }

    private static PriceList read(PriceFormat format, String provider) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(PriceFormatTest.class.getResourceAsStream(format.wire() + ".json"))) {
            return format.read(JsonText.read(file.readAllBytes()), provider, NOW);
        }
    }
}
