package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.call.Settlement.Reached;
import dev.keymesh.gateway.dialect.Meter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each provider's answers are read as and cost: the files of {@code usage} beside this package, each case by name. */
class UsageFixturesTest {
    private static final int MANY = 60;

    static List<UsageFixture> fixtures() throws IOException {
        return UsageFixture.all();
    }

    @Test
    void eachProviderOfTheFieldMapHasAFile() throws IOException {
        assertThat(fixtures()).hasSizeGreaterThanOrEqualTo(MANY);
        assertThat(fixtures().stream().map(UsageFixture::file).collect(Collectors.toSet()))
                .contains(
                        "openai-chat",
                        "openai-responses",
                        "openai-embeddings",
                        "openai-images",
                        "openai-audio",
                        "anthropic",
                        "gemini",
                        "deepseek",
                        "xai",
                        "openrouter",
                        "groq",
                        "mistral",
                        "vllm",
                        "ollama");
        assertThat(fixtures().stream().filter(one -> one.usage() != null && one.cost() != null))
                .as("with an exact cost")
                .hasSizeGreaterThanOrEqualTo(MANY);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void anAnswerIsReadAlikeHoweverItIsSliced(UsageFixture fixture) {
        byte[] bytes = fixture.answer();
        expect(fixture, bytes, bytes.length, null);
        expect(fixture, bytes, 1, null);
        for (int slice : new int[] {2, 3, 7, 64, 1_000}) {
            expect(fixture, bytes, slice, null);
        }
        Random random = new Random(5);
        for (int i = 0; i < 20; i++) {
            expect(fixture, bytes, 0, random);
        }
        if (fixture.sse()) {
            byte[] windows = new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
                    .replace("\n", "\r\n")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            expect(fixture, windows, 1, null);
            expect(fixture, windows, 13, null);
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void anAnswerCostsWhatIsWorkedOutByHand(UsageFixture fixture) {
        Meter meter = fed(fixture, fixture.answer(), 17, null, false);
        Settlement settled = Settlement.of(
                Reached.WHOLE, 200, meter, fixture.price(), null, null, fixture.request(), Instant.EPOCH, 0);
        assertThat(settled.how()).isEqualTo(fixture.how());
        if (settled.how().equals("estimated")) {
            assertThat(settled.cost()).as("at least the input's").isNotNull().isPositive();
        } else {
            assertThat(settled.cost()).isEqualTo(fixture.cost());
        }
    }

    /** With and without taking the usage chunk out again. */
    private static void expect(
            UsageFixture fixture, byte[] bytes, int slice, @org.jspecify.annotations.Nullable Random random) {
        for (boolean strip : new boolean[] {false, true}) {
            assertThat(fed(fixture, bytes, slice, random, strip).usage())
                    .as("%s in slices of %s", fixture, slice)
                    .isEqualTo(fixture.usage());
        }
    }

    private static Meter fed(
            UsageFixture fixture,
            byte[] bytes,
            int slice,
            @org.jspecify.annotations.Nullable Random random,
            boolean strip) {
        Meter meter = Meter.of(fixture.operation(), fixture.kind(), fixture.sse(), strip);
        int at = 0;
        while (at < bytes.length) {
            int count = Math.min(bytes.length - at, random == null ? slice : 1 + random.nextInt(40));
            var _ = meter.relay(ByteBuffer.wrap(bytes, at, count), at + count == bytes.length);
            at += count;
        }
        return meter;
    }
}
