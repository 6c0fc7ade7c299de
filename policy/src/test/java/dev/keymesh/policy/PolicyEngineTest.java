package dev.keymesh.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyEngineTest {
    private static final Instant MONDAY_NOON = Instant.parse("2026-11-23T12:00:00Z");

    private PolicyEngine engine;

    @BeforeAll
    void open() {
        engine = PolicyEngine.open(2);
    }

    @AfterAll
    void close() {
        engine.close();
    }

    @Test
    void aListedModelIsAllowedAndAnotherIsNot() {
        Rules rules = models("gpt-5.4", "claude-*");
        assertThat(ask("gpt-5.4", rules).allowed()).isTrue();
        assertThat(ask("claude-sonnet-5", rules).allowed()).isTrue();
        assertThat(ask("gpt-6", rules).reasons()).containsExactly(new Reason("model.not_allowed", "gpt-6"));
    }

    @Test
    void noRulesRestrictNothingAndAnEmptyListAllowsNothing() {
        assertThat(ask("anything", Rules.NONE).allowed()).isTrue();
        assertThat(ask("anything", models()).allowed()).isFalse();
    }

    @Test
    void aMissingCapIsSetAndAnExplicitOneAboveTheLimitIsDenied() {
        Rules rules = new Rules(null, null, null, null, 1_000, 500, null, null, null);
        assertThat(engine.decide(question("m", List.of(), null, null, rules)).capOutput())
                .hasValue(500);
        assertThat(engine.decide(question("m", List.of(), 1_000, null, rules)).allowed())
                .isTrue();
        assertThat(engine.decide(question("m", List.of(), 1_001, null, rules)).reasons())
                .extracting(Reason::code)
                .containsExactly("output.cap_exceeded");
    }

    @Test
    void anAddressOutsideTheRangesIsDenied() throws Exception {
        Rules rules =
                new Rules(null, null, null, null, null, null, null, List.of("203.0.113.0/24", "2001:db8::/32"), null);
        assertThat(engine.decide(question("m", List.of(), null, InetAddress.ofLiteral("203.0.113.9"), rules))
                        .allowed())
                .isTrue();
        assertThat(engine.decide(question("m", List.of(), null, InetAddress.ofLiteral("2001:db8::1"), rules))
                        .allowed())
                .isTrue();
        assertThat(engine.decide(question("m", List.of(), null, InetAddress.ofLiteral("203.0.114.9"), rules))
                        .reasons())
                .extracting(Reason::code)
                .containsExactly("ip.not_allowed");
        assertThat(engine.decide(question("m", List.of(), null, null, rules)).allowed())
                .isFalse();
    }

    @Test
    void aClosedWindowIsDenied() {
        Rules open = windows(new Window(List.of("mon"), "08:00", "18:00", "UTC"));
        Rules closed = windows(new Window(List.of("tue"), "08:00", "18:00", "UTC"));
        Rules night = windows(new Window(List.of("sun"), "22:00", "14:00", "Europe/Berlin"));
        assertThat(ask("m", open).allowed()).isTrue();
        assertThat(ask("m", closed).reasons()).extracting(Reason::code).containsExactly("window.closed");
        assertThat(ask("m", night).allowed()).isTrue();
    }

    @Test
    void aKnownAnswerComesFromTheCacheAndAChangedRuleHasAnAnswerOfItsOwn() {
        Question first = question("m-1", List.of("t"), 5, null, models("m-*"));
        Decision decided = engine.decide(first);
        assertThat(engine.cached(first)).isSameAs(decided);
        assertThat(engine.cached(question("m-1", List.of("t"), 5, null, models("m-1"))))
                .isNull();
    }

    @Test
    void manyThreadsGetTheAnswersOfOne() throws Exception {
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int thread = t;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 200; i++) {
                    String model = "m" + (i % 7) + "-" + thread + "-" + i;
                    boolean allowed = ask(model, models("m1*", "m3*")).allowed();
                    if (allowed != (i % 7 == 1 || i % 7 == 3)) {
                        wrong.add(model);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void fiveHundredToolsAreDecidedTogether() {
        List<String> tools = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            tools.add("tool." + i);
        }
        Rules rules = new Rules(null, null, List.of("tool.*"), List.of("tool.499"), null, null, null, null, null);
        assertThat(engine.decide(question("m", tools, null, null, rules)).reasons())
                .containsExactly(new Reason("tool.denied", "tool.499"));
    }

    @Test
    void anInputThatBreaksTheVmIsADenialAndTheNextOneIsAnswered() {
        try (Evaluator evaluator = new Evaluator()) {
            byte[] huge = new byte[40 * 1024 * 1024];
            assertThat(evaluator.decide(huge, "p", "c").reasons())
                    .extracting(Reason::code)
                    .containsExactly("policy.error");
            byte[] broken = "{\"n\":".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            assertThat(evaluator.decide(broken, "p", "c").allowed()).isFalse();
            byte[] good = Wire.input(question("m", List.of(), null, null, Rules.NONE));
            assertThat(evaluator.decide(good, "p", "c").allowed()).isTrue();
        }
    }

    @Test
    void rulesThatCannotBeMeantAreRefusedWithWhatToWrite() {
        assertThatThrownBy(() -> Grant.of("l", models("a*b*c"), null)).hasMessageContaining("allowedModels");
        assertThatThrownBy(() -> Grant.of("l", new Rules(null, null, null, null, 0, null, null, null, null), null))
                .hasMessageContaining("maxOutputTokens");
        assertThatThrownBy(() -> Grant.of(
                        "l", new Rules(null, null, null, null, null, null, null, List.of("10.0.0.0/33"), null), null))
                .hasMessageContaining("ipAllowlist");
        assertThatThrownBy(() -> new Window(List.of("monday"), "08:00", "18:00", "UTC"))
                .hasMessageContaining("windows.days");
        assertThatThrownBy(() -> new Window(List.of("mon"), "8", "18:00", "UTC"))
                .hasMessageContaining("HH:MM");
        assertThatThrownBy(() -> new Window(List.of("mon"), "08:00", "18:00", "Mars"))
                .hasMessageContaining("windows.timezone");
    }

    private Decision ask(String model, Rules rules) {
        return engine.decide(question(model, List.of(), null, null, rules));
    }

    static Question question(
            String model, List<String> tools, @Nullable Integer cap, @Nullable InetAddress ip, Rules rules) {
        return new Question(
                "virtual_key",
                "key_1",
                "model.invoke",
                Set.of(model),
                tools,
                Set.of("text"),
                cap,
                "live",
                ip,
                MONDAY_NOON,
                List.of(Grant.of("workspace:default/acme", rules, "live")));
    }

    private static Rules models(String... allowed) {
        return new Rules(List.of(allowed), null, null, null, null, null, null, null, null);
    }

    private static Rules windows(Window window) {
        return new Rules(null, null, null, null, null, null, null, null, List.of(window));
    }
}
