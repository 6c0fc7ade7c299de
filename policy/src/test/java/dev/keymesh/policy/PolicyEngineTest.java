package dev.keymesh.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

    @Test
    void aKeyIsIssuedOnlyWithinEveryLinkOfItsChain() {
        Rules above =
                new Rules(List.of("gpt-*"), List.of("gpt-bad"), List.of("web.*"), null, 100, null, null, null, null);
        assertThat(issue(models("gpt-5.4"), above).allowed()).isTrue();
        assertThat(issue(Rules.NONE, above).allowed()).isTrue();
        assertThat(issue(models("gpt-*"), above).reasons())
                .containsExactly(new Reason("grant.exceeds", "allowedModels: gpt-*"));
        Rules more = new Rules(List.of("o3"), null, List.of("shell"), null, 101, null, null, null, null);
        assertThat(issue(more, above).reasons())
                .extracting(Reason::value)
                .containsExactly("allowedModels: o3", "toolAllowlist: shell", "maxOutputTokens");
    }

    @Test
    void aKeyGetsNoAddressAndNoWindowBeyondItsChain() {
        Rules above = addresses("203.0.113.0/24", "2001:db8::/32");
        assertThat(issue(addresses("203.0.113.128/25", "2001:db8:1::/48", "203.0.113.7"), above)
                        .allowed())
                .isTrue();
        assertThat(issue(addresses("203.0.112.0/23", "0.0.0.0/0", "10.0.0.1", "::/0"), above)
                        .reasons())
                .extracting(Reason::value)
                .containsExactly(
                        "ipAllowlist: 203.0.112.0/23",
                        "ipAllowlist: 0.0.0.0/0",
                        "ipAllowlist: 10.0.0.1",
                        "ipAllowlist: ::/0");
        List<String> week = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
        Rules office = new Rules(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(
                        new Window(List.of("mon", "tue"), "08:00", "12:00", "Europe/Berlin"),
                        new Window(List.of("mon"), "12:00", "02:00", "Europe/Berlin")));
        assertThat(issue(windows(new Window(List.of("mon"), "09:00", "24:00", "Europe/Berlin")), office)
                        .allowed())
                .isTrue();
        for (Window outside : List.of(
                new Window(List.of("mon"), "09:00", "10:00", "UTC"),
                new Window(List.of("tue"), "02:00", "03:00", "Europe/Berlin"),
                new Window(List.of("sun"), "00:00", "00:00", "Europe/Berlin"))) {
            assertThat(issue(windows(outside), office).reasons())
                    .as(outside.toString())
                    .containsExactly(new Reason("grant.exceeds", "windows: 0"));
        }
        assertThat(issue(office, windows(new Window(week, "00:00", "24:00", "Asia/Tokyo")))
                        .allowed())
                .isTrue();
    }

    @Test
    void aKeyDoesNotOutliveItsParent() {
        assertThat(ends(MONDAY_NOON, MONDAY_NOON)).isTrue();
        assertThat(ends(MONDAY_NOON, null)).isTrue();
        assertThat(ends(null, MONDAY_NOON)).isTrue();
        assertThat(ends(MONDAY_NOON.plusMillis(1), MONDAY_NOON)).isFalse();
    }

    private boolean ends(@Nullable Instant at, @Nullable Instant before) {
        return engine.decide(new Issuance("virtual_key", "key_1", Rules.NONE, at, before, List.of()))
                .allowed();
    }

    @Test
    void whatIsIssuedAllowsNoNameThatTheChainDoesNot() {
        long seed = 20261126;
        Random random = new Random(seed);
        List<String> names = new ArrayList<>(List.of(""));
        for (int i = 0; names.size() < 255; i++) {
            names.add(names.get(i) + "a");
            names.add(names.get(i) + "b");
        }
        int issued = 0;
        int wider = 0;
        int beside = 0;
        for (int round = 0; round < 3_000; round++) {
            Rules above = random(random);
            Rules wanted = random(random);
            boolean more = names.stream().anyMatch(name -> allows(wanted, name) && !allows(above, name));
            boolean allowed = issue(wanted, above).allowed();
            assertThat(allowed && more)
                    .as("seed %d round %d: %s under %s", seed, round, wanted, above)
                    .isFalse();
            issued += allowed ? 1 : 0;
            wider += more ? 1 : 0;
            beside += allowed && above.deniedModels() != null && wanted.deniedModels() != null ? 1 : 0;
        }
        assertThat(issued).as("seed %d", seed).isGreaterThan(200);
        assertThat(wider).as("seed %d", seed).isGreaterThan(200);
        assertThat(beside).as("seed %d", seed).isGreaterThan(20);
    }

    private static Rules random(Random random) {
        List<String> denied = random.nextBoolean() ? null : patterns(random);
        return new Rules(patterns(random), denied, null, null, null, null, null, null, null);
    }

    private static List<String> patterns(Random random) {
        List<String> patterns = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            StringBuilder pattern = new StringBuilder();
            for (int letter = random.nextInt(3); letter >= 0; letter--) {
                pattern.append(random.nextBoolean() ? 'a' : 'b');
            }
            if (random.nextInt(3) > 0) {
                pattern.setCharAt(random.nextInt(pattern.length()), '*');
            }
            patterns.add(pattern.toString());
        }
        return patterns;
    }

    /** By the meaning of the lists alone. */
    private static boolean allows(Rules rules, String name) {
        return named(rules.allowedModels(), name)
                && (rules.deniedModels() == null || !named(rules.deniedModels(), name));
    }

    private static boolean named(@Nullable List<String> patterns, String name) {
        return patterns == null || patterns.stream().anyMatch(pattern -> name.matches(pattern.replace("*", "[ab]*")));
    }

    @Test
    void fiveHundredToolsAreIssuedOutOfFiveHundred() {
        List<String> tools = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            tools.add("server.tool." + i);
        }
        Rules many = new Rules(null, null, tools, null, null, null, null, null, null);
        assertThat(issue(many, many).allowed()).isTrue();
    }

    private Decision issue(Rules wanted, Rules above) {
        return engine.decide(new Issuance(
                "management_key",
                "mgk_1",
                wanted,
                null,
                null,
                List.of(Grant.of("workspace:default/acme", above, "live"))));
    }

    private static Rules addresses(String... ranges) {
        return new Rules(null, null, null, null, null, null, null, List.of(ranges), null);
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
