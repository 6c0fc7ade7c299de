package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.call.Settlement.Reached;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.Cost;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.Rate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Wherever a recorded stream is cut, what is settled is at least what was relayed, and never above what was held. */
class CutStreamsTest {
    private static final int RANDOM_CUTS = 200;
    /** Text that a model wrote, as the recorded events have it: found without our reader. */
    private static final Pattern WRITTEN =
            Pattern.compile("\"(?:content|text)\": ?\"([^\"]*)\"|output_text.delta\".*?\"delta\": ?\"([^\"]*)\"");

    private static final Pattern COUNTED = Pattern.compile("\"(?:completion|output)_tokens\": ?([0-9]+)");

    @Test
    void anAbortedStreamIsSettledAtNoLessThanWasRelayed() throws IOException {
        long seed = System.nanoTime();
        System.out.println("CutStreamsTest seed " + seed);
        Random random = new Random(seed);
        int streams = 0;
        for (UsageFixture fixture : UsageFixture.all()) {
            if (fixture.sse() && !fixture.operation().isMedia()) {
                streams++;
                for (int cut : cuts(fixture, random)) {
                    settledAtLeastWhatWasRelayed(fixture, cut);
                }
            }
        }
        assertThat(streams).isGreaterThan(15);
    }

    private static Set<Integer> cuts(UsageFixture fixture, Random random) {
        Set<Integer> cuts = new TreeSet<>();
        int at = 0;
        for (String event : fixture.events()) {
            cuts.add(at);
            at += event.getBytes(StandardCharsets.UTF_8).length;
        }
        cuts.add(at);
        for (int i = 0; i < RANDOM_CUTS; i++) {
            cuts.add(random.nextInt(at));
        }
        return cuts;
    }

    private static void settledAtLeastWhatWasRelayed(UsageFixture fixture, int cut) {
        byte[] relayed = Arrays.copyOf(fixture.answer(), cut);
        Meter meter = Meter.of(fixture.operation(), fixture.kind(), true, false);
        meter.feed(ByteBuffer.wrap(relayed));
        Facts request = fixture.request();
        Price price = fixture.price();
        Settlement settled = Settlement.of(
                Reached.PART, 200, meter, price, bound(fixture, request), null, request, Instant.EPOCH, 0);
        String text = new String(relayed, StandardCharsets.UTF_8);
        String whole = text.substring(0, text.lastIndexOf("\n\n") + 1);
        String at = fixture + " cut at " + cut;
        assertThat(settled.how()).as(at).isIn("reported", "estimated");
        assertThat(settled.outputTokens()).as(at).isGreaterThanOrEqualTo(lastCount(whole));
        if (settled.how().equals("estimated")) {
            assertThat(settled.outputTokens()).as(at).isGreaterThanOrEqualTo(written(whole));
            assertThat(settled.inputTokens()).as(at).isGreaterThanOrEqualTo(Math.max(0, meter.reportedInput()));
            assertThat(settled.cost())
                    .as(at)
                    .isGreaterThanOrEqualTo(Cost.of(
                            0,
                            0,
                            Math.max(meter.reportedOutput(), meter.outputBytes()),
                            price.rates().of(Rate.OUTPUT)));
        }
    }

    private static Bound bound(UsageFixture fixture, Facts request) {
        return Bound.of(request.size(), fixture.price(), fixture.kind(), null, null, Instant.EPOCH);
    }

    private static long written(String events) {
        return WRITTEN.matcher(events)
                .results()
                .mapToLong(found -> (found.group(1) == null ? found.group(2) : found.group(1)).length())
                .sum();
    }

    /** The last number that the provider told of the output. */
    private static long lastCount(String events) {
        List<Long> counts = COUNTED.matcher(events)
                .results()
                .map(found -> Long.valueOf(found.group(1)))
                .toList();
        return counts.isEmpty() ? 0 : counts.getLast();
    }
}
