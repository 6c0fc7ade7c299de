package dev.keymesh.gateway.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CostTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final Circumstances PLAIN = new Circumstances(null, false, false, NOON);

    @Test
    void theSumIsExactAtEverySize() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            Sum sum = new Sum();
            BigInteger exact = BigInteger.ZERO;
            for (int terms = random.nextInt(4); terms >= 0; terms--) {
                long a = random.nextLong() >>> (1 + random.nextInt(63));
                long b = random.nextLong() >>> (1 + random.nextInt(63));
                sum.plus(a, b);
                exact = exact.add(BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)));
            }
            if (exact.bitLength() > 126) {
                continue;
            }
            BigInteger up = exact.add(BigInteger.valueOf(999_999)).divide(BigInteger.valueOf(1_000_000));
            assertThat(sum.roundedUp(1_000_000)).isEqualTo(up.bitLength() > 63 ? Long.MAX_VALUE : up.longValueExact());
        }
    }

    @Test
    void eachPartIsPricedOnceAtItsOwnRate() {
        Price price = PriceText.read(
                "v",
                "input=1 cachedInput=0.1 output=2 audioInput=10 audioCachedInput=3"
                        + " audioOutput=20 imageInput=5 imageOutput=30 webSearch=10 audio=0.36 characters=15");
        UsageDetails details = new UsageDetails(300, 100, 50, 20, 10, 2, 60_000, 1_000, null, null, false);
        Usage usage = new Usage(1_000, 200, 0, 0, 0, 100, details);
        // 550 text, 100 text and 100 audio from the cache, 200 audio, 50 image; 70 text, 20 audio, 10 image
        long micros = 550 + 10 + 300 + 2_000 + 250 + 140 + 400 + 300;
        assertThat(Cost.of(usage, price, PLAIN)).isEqualTo(micros * 1_000 + 20_000_000 + 6_000_000 + 15_000_000);
    }

    @Test
    void partsBeyondTheWholeAreNotChargedTwice() {
        Price price = PriceText.read("v", "input=1 output=1 audioInput=1 imageInput=1 audioOutput=1 imageOutput=1");
        UsageDetails details = new UsageDetails(900, 900, 900, 90, 90, 0, 0, 0, null, null, false);
        assertThat(Cost.of(new Usage(1_000, 500, 0, 0, 0, 100, details), price, PLAIN))
                .isEqualTo(1_100_000);
    }

    @Test
    void aCostThatTheProviderReportsStands() {
        UsageDetails details = new UsageDetails(0, 0, 0, 0, 0, 0, 0, 0, 42L, null, false);
        Price price = PriceText.read("v", "input=1 output=1");
        assertThat(Cost.of(new Usage(1_000, 0, 0, 0, 0, 1, details), price, PLAIN))
                .isEqualTo(42);
    }

    @Test
    void overridesApplyInOrderToWhatThoseBeforeLeft() {
        Price price = PriceText.read(
                "v",
                "input=2 output=8 | promptTokensAbove=100 -> input=4 output=12"
                        + " | serviceTier=priority -> multiply=2 | batch=true -> multiply=0.5");
        assertThat(cost(price, 100, null)).isEqualTo(200_000);
        assertThat(cost(price, 101, null)).isEqualTo(404_000);
        assertThat(cost(price, 101, "priority")).isEqualTo(808_000);
        Circumstances batch = new Circumstances("priority", false, true, NOON);
        assertThat(Cost.of(new Usage(101, 0, 0, 0, 0, 0), price, batch)).isEqualTo(404_000);
    }

    @Test
    void theTierThatServedTheCallDecidesNotTheOneAskedFor() {
        Price price = PriceText.read("v", "input=2 output=8 | serviceTier=priority -> multiply=2");
        Circumstances asked = new Circumstances("priority", false, false, NOON);
        UsageDetails standard = new UsageDetails(0, 0, 0, 0, 0, 0, 0, 0, null, "default", false);
        assertThat(Cost.of(new Usage(1, 0, 0, 0, 0, 0), price, asked)).isEqualTo(4_000);
        assertThat(Cost.of(new Usage(1, 0, 0, 0, 0, 0, standard), price, asked)).isEqualTo(2_000);
    }

    @Test
    void aTimeOfTheWeekIsThatOfItsDayAlsoAfterMidnight() {
        Price price = PriceText.read("v", "input=1 output=1 | days=fri from=22:00 to=02:00 -> input=3");
        for (var row : Map.of(
                        "2026-11-27T21:59:59Z", 1L,
                        "2026-11-27T22:00:00Z", 3L,
                        "2026-11-28T01:59:59Z", 3L,
                        "2026-11-28T02:00:00Z", 1L,
                        "2026-11-27T01:00:00Z", 1L,
                        "2026-11-28T23:00:00Z", 1L)
                .entrySet()) {
            Circumstances call = new Circumstances(null, false, false, Instant.parse(row.getKey()));
            assertThat(Cost.of(new Usage(1, 0, 0, 0, 0, 0), price, call))
                    .as(row.getKey())
                    .isEqualTo(1_000 * row.getValue());
        }
    }

    @Test
    void aRateThatNobodyStatesFollowsTheOneItIsDerivedFrom() {
        Price price = PriceText.read("v", "input=2 output=8 | promptTokensAbove=100 -> input=4");
        assertThat(Cost.of(new Usage(200, 100, 0, 0, 0, 0), price, PLAIN)).isEqualTo(800_000);
        assertThat(Cost.of(new Usage(200, 0, 100, 0, 0, 0), price, PLAIN)).isEqualTo(1_200_000);
    }

    @Test
    void aPriceIsReadAsItWasWritten() {
        for (PriceRow row : Catalogue.read()) {
            Price price = row.price();
            assertThat(PriceText.read(price.version(), PriceText.write(price))).isEqualTo(price);
        }
        Price window = PriceText.read("v", "input=1 output=1 | days=mon,sun from=22:00 to=02:00 -> multiply=0.25");
        assertThat(PriceText.write(window))
                .isEqualTo("input=1 output=1 | days=mon,sun from=22:00 to=02:00 -> multiply=0.25");
        assertThat(window.overrides()).hasSize(1);
    }

    private static long cost(Price price, long input, @Nullable String tier) {
        return Cost.of(new Usage(input, 0, 0, 0, 0, 0), price, new Circumstances(tier, false, false, NOON));
    }

    @Test
    void theCatalogueHasEachModelOnceAtATime() {
        List<PriceRow> rows = Catalogue.read();
        assertThat(rows).hasSizeGreaterThan(75);
        assertThat(rows.stream().map(row -> row.provider() + row.model() + row.effectiveFrom()))
                .doesNotHaveDuplicates();
        assertThat(rows.stream().map(row -> row.price().version())).doesNotHaveDuplicates();
        assertThat(rows).allSatisfy(row -> {
            assertThat(ProviderKind.of(row.provider())).isPresent();
            assertThat(row.price().rates().stated().keySet()).contains(Rate.INPUT, Rate.OUTPUT);
        });
    }
}
