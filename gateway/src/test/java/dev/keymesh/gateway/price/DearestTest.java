package dev.keymesh.gateway.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bound against every way in which a call under conditional rates may turn out. */
class DearestTest {
    private static final Instant MONDAY = Instant.parse("2026-11-23T00:00:00Z");
    private static final List<String> TIERS = List.of("default", "flex", "priority", "fast");

    private static final List<ProviderKind> KINDS = List.of(ProviderKind.values());

    private final Set<String> seen = new TreeSet<>();

    @Test
    void noCallCostsMoreThanItsBoundWhateverOverridesApply() {
        long seed = System.nanoTime();
        System.out.println("DearestTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Price price = price(random);
            ProviderKind kind = KINDS.get(random.nextInt(KINDS.size()));
            CallSize call = call(random);
            Instant admitted = MONDAY.plusSeconds(random.nextInt(14 * 24 * 3_600));
            Bound bound = Bound.of(call, price, kind, null, null, admitted);
            Circumstances asked = new Circumstances(
                    call.serviceTier(), call.fast(), false, admitted.plusSeconds(random.nextInt(960) - 60));
            Usage usage = usage(random, bound, call, kind);
            long cost = Cost.of(usage, price, asked);
            note(price, usage, call, cost == bound.nanos());
            assertThat(cost)
                    .as("%s of %s as %s at %s", usage, call, asked, price)
                    .isBetween(0L, bound.nanos());
        }
        assertThat(seen)
                .contains("promptTokensAbove", "serviceTier", "fast", "utc", "batch", "multiply", "set", "audio")
                .contains(
                        "image",
                        "searches",
                        "references",
                        "above the threshold",
                        "served otherwise",
                        "as dear as can be");
    }

    private void note(Price price, Usage usage, CallSize call, boolean dearest) {
        for (PriceOverride override : price.overrides()) {
            PriceCondition when = override.when();
            Long above = when.promptTokensAbove();
            add("promptTokensAbove", above != null);
            add("above the threshold", above != null && usage.inputTokens() > above);
            add("serviceTier", when.serviceTier() != null);
            add("fast", when.fast());
            add("batch", when.batch());
            add("utc", when.utc() != null);
            add("multiply", override.multiply() != null);
            add("set", !override.set().isEmpty());
        }
        String tier = usage.details().serviceTier();
        add("served otherwise", tier != null && !tier.equals(call.serviceTier()));
        add("audio", usage.details().audioInputTokens() > 0);
        add("image", usage.details().imageInputTokens() > 0);
        add("searches", usage.details().webSearches() > 0);
        add("references", call.references() > 0);
        add("as dear as can be", dearest);
    }

    private void add(String what, boolean is) {
        if (is) {
            seen.add(what);
        }
    }

    private static Price price(Random random) {
        Map<Rate, Long> stated = rates(random, 2);
        stated.put(Rate.INPUT, random.nextLong(5_000_000_000L));
        stated.put(Rate.OUTPUT, random.nextLong(20_000_000_000L));
        List<PriceOverride> overrides = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            overrides.add(new PriceOverride(
                    condition(random),
                    rates(random, 3),
                    random.nextBoolean() ? null : (Long) random.nextLong(4 * PriceOverride.ONE)));
        }
        return new Price("v", Rates.of(stated), overrides, 1_000, null, null, 5_000, null);
    }

    private static Map<Rate, Long> rates(Random random, int oneIn) {
        Map<Rate, Long> rates = new EnumMap<>(Rate.class);
        for (Rate rate : Rate.values()) {
            if (rate.stateable() && random.nextInt(oneIn) == 0) {
                rates.put(rate, random.nextLong(20_000_000_000L));
            }
        }
        return rates;
    }

    private static PriceCondition condition(Random random) {
        PriceCondition.Window utc = random.nextBoolean()
                ? null
                : new PriceCondition.Window(
                        EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)), DayOfWeek.of(1 + random.nextInt(7))),
                        LocalTime.of(random.nextInt(24), random.nextInt(60)),
                        LocalTime.of(random.nextInt(24), random.nextInt(60), 30));
        return new PriceCondition(
                random.nextBoolean() ? null : (Long) random.nextLong(8_000),
                random.nextInt(3) > 0 ? null : TIERS.get(random.nextInt(TIERS.size())),
                random.nextInt(4) == 0,
                random.nextInt(8) == 0,
                utc);
    }

    private static CallSize call(Random random) {
        boolean tools = random.nextBoolean();
        int uses = tools ? random.nextInt(4) : 0;
        String tier = random.nextInt(3) > 0 ? null : random.nextInt(3) == 0 ? "auto" : TIERS.get(random.nextInt(4));
        return new CallSize(
                1 + random.nextInt(5_000),
                random.nextInt(5),
                random.nextInt(5) == 0 ? 1 : 0,
                tools,
                tools ? 1 : 0,
                uses,
                random.nextBoolean(),
                OutputCap.CHAT,
                1 + random.nextInt(500),
                null,
                1 + random.nextInt(3),
                random.nextInt(3) == 0 ? 1 : 0,
                uses,
                random.nextInt(3) == 0,
                tier,
                random.nextInt(4) == 0,
                0);
    }

    /** As a provider of the kind may report it: all within the bound, or exactly it. */
    private static Usage usage(Random random, Bound bound, CallSize call, ProviderKind kind) {
        long input = upTo(random, bound.inputTokens());
        long read = upTo(random, input);
        boolean asked = kind == ProviderKind.ANTHROPIC && call.cacheControl();
        boolean unasked = kind == ProviderKind.OPENAI || kind == ProviderKind.OPENAI_COMPATIBLE;
        long written = asked || unasked ? upTo(random, input - read) : 0;
        long hour = asked ? upTo(random, written) : 0;
        long output = upTo(random, bound.outputTokens());
        return new Usage(
                input,
                read,
                asked ? written - hour : 0,
                hour,
                unasked ? written : 0,
                output,
                details(random, input, read, output, call));
    }

    private static UsageDetails details(Random random, long input, long read, long output, CallSize call) {
        boolean audio = call.audio() || call.references() > 0;
        boolean images = call.images() > 0 || call.references() > 0;
        return new UsageDetails(
                audio ? upTo(random, input) : 0,
                audio ? upTo(random, read) : 0,
                images ? upTo(random, input) : 0,
                call.audio() ? upTo(random, output) : 0,
                upTo(random, output),
                upTo(random, call.searches()),
                0,
                0,
                null,
                tier(random, call.serviceTier()),
                call.fast() && random.nextBoolean());
    }

    /** What was asked for, the default instead of it, or nothing said; where the choice was the provider's, any. */
    private static @Nullable String tier(Random random, @Nullable String asked) {
        if (asked == null || asked.equals("auto")) {
            return TIERS.get(random.nextInt(TIERS.size()));
        }
        return random.nextInt(3) == 0 ? null : random.nextBoolean() ? asked : "default";
    }

    private static long upTo(Random random, long most) {
        return random.nextInt(4) == 0 ? most : random.nextLong(most + 1);
    }
}
