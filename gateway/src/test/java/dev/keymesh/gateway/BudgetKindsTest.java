package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budgets of requests, tokens, models and providers, with thresholds and increases, as callers meet them. */
class BudgetKindsTest {
    @TempDir
    Path folder;

    private TestGateway at;
    private TestGateway.Key key;

    @BeforeEach
    void start() {
        at = new TestGateway(config(folder));
        key = at.issue("1.00");
        at.admin("PUT", "/api/v1/prices", """
                {"provider":"fake","model":"n","inputPerMillion":"0","outputPerMillion":"1.00"}""");
    }

    @AfterEach
    void stop() {
        at.close();
    }

    GatewayConfig config(Path data) {
        return GatewayConfig.embedded(data);
    }

    private String put(String more) {
        return at.admin("PUT", "/api/v1/budgets", "{\"scope\":\"key:" + key.id() + "\"," + more + "}");
    }

    private HttpResponse<String> chat(String model, int cap) {
        return at.chat(key.secret(), TestGateway.body(cap, "").replace("\"m\"", "\"" + model + "\""));
    }

    private HttpResponse<String> admitted(String model, int cap) {
        HttpResponse<String> answer = chat(model, cap);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private void refused(String model, int cap, String text) {
        HttpResponse<String> answer = chat(model, cap);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(answer.body()).contains("keymesh_budget_exceeded", text);
    }

    private int told() {
        // What is asked of a budget waits until every call that was answered is settled.
        assertThat(at.budget(key)).contains("spent");
        return at.admin("GET", "/api/v1/events?limit=100", null).split("budget.threshold_reached", -1).length - 1;
    }

    @Test
    void aBudgetOfRequestsLetsSoManyThroughAlsoOfAModelWithoutAPrice() {
        at.admin("DELETE", "/api/v1/budgets?scope=key:" + key.id() + "&period=monthly", null);
        put("\"unit\":\"requests\",\"period\":\"daily\",\"amount\":\"2\"");
        HttpResponse<String> first = admitted("unpriced", 10);
        assertThat(first.headers().firstValue("x-keymesh-budget-remaining")).hasValue("1");
        assertThat(first.headers().firstValue("x-keymesh-budget-unit")).hasValue("requests");
        assertThat(first.headers().firstValue("x-keymesh-budget-scope")).hasValue("key:" + key.id());
        admitted("m", 10);
        refused("m", 10, "daily budget of 2 requests on key:" + key.id() + " (2 requests spent, 0 requests held)");
        assertThat(at.budget(key)).contains("\"spent\":\"2\"", "\"remaining\":\"0\"");
    }

    @Test
    void callsThatAskForMoreThanAllTokensLeaveNothingHeld() throws Exception {
        at.admin("DELETE", "/api/v1/budgets?scope=key:" + key.id() + "&period=monthly", null);
        put("\"unit\":\"requests\",\"period\":\"daily\",\"amount\":\"100\"");
        TestGateway.together(
                5, () -> at.chat(key.secret(), TestGateway.body(Integer.MAX_VALUE, ",\"n\":" + Integer.MAX_VALUE)));
        put("\"unit\":\"tokens\",\"period\":\"daily\",\"amount\":\"100000000000\"");
        assertThat(at.admin("GET", "/api/v1/budgets?scope=key:" + key.id(), null))
                .contains("\"unit\":\"tokens\"")
                .doesNotContain("\"held\":\"9", "\"held\":\"-", "\"remaining\":\"-")
                .contains("\"held\":\"0\"");
        admitted("m", 10);
    }

    @Test
    void aBudgetWithoutALimitCountsForTheOneThatFollowsIt() {
        put("\"model\":\"m\",\"period\":\"total\",\"amount\":null");
        admitted("m", 100);
        put("\"model\":\"m\",\"period\":\"total\",\"amount\":\"0.00015\"");
        refused("m", 100, "(0.0001 USD spent");
    }

    @Test
    void aBudgetOfTokensCountsInputAndOutput() {
        put("\"unit\":\"tokens\",\"period\":\"total\",\"amount\":\"1000\"");
        admitted("m", 300);
        assertThat(at.budget(key)).contains("\"unit\":\"tokens\"", "\"spent\":\"301\"");
        refused("m", 800, "total budget of 1000 tokens on key:" + key.id() + " (301 tokens spent");
        refused("m", 800, "It does not reset.");
        admitted("m", 300);
    }

    @Test
    void aBudgetOfAModelOrAProviderCountsThatAlone() {
        put("\"model\":\"m\",\"period\":\"monthly\",\"amount\":\"0.0001\"");
        admitted("m", 100);
        refused("m", 1, "for the model m");
        admitted("n", 100);
        put("\"provider\":\"fake\",\"period\":\"monthly\",\"amount\":\"0.0002\"");
        refused("n", 1, "at fake");
        put("\"provider\":\"fake\",\"period\":\"monthly\",\"amount\":\"0.0003\"");
        admitted("n", 100);
        put("\"provider\":\"other\",\"model\":\"n\",\"period\":\"monthly\",\"amount\":\"0\"");
        refused("n", 1, "at fake");
    }

    @Test
    void ofSeveralBudgetsOnOneScopeEachHolds() {
        put("\"unit\":\"requests\",\"period\":\"daily\",\"amount\":\"9\"");
        put("\"unit\":\"requests\",\"period\":\"total\",\"amount\":\"2\"");
        put("\"unit\":\"tokens\",\"period\":\"daily\",\"amount\":\"100000\"");
        admitted("m", 10);
        admitted("m", 10);
        refused("m", 10, "total budget of 2 requests");
        put("\"unit\":\"requests\",\"period\":\"total\",\"amount\":null");
        admitted("m", 10);
        put("\"period\":\"daily\",\"amount\":\"0.00003\"");
        refused("m", 10, "daily budget of 0.00003 USD");
    }

    @Test
    void aNarrowBudgetCountsWhatWasThereBeforeItAndWhatIsHeldAlsoWhenItIsSetAgain() throws Exception {
        admitted("m", 100);
        admitted("n", 100);
        HttpResponse<java.io.InputStream> stream = at.exchange(
                at.request(key.secret(), TestGateway.body(500, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        String body = "\"model\":\"m\",\"period\":\"monthly\",\"amount\":\"0.0007\"";
        assertThat(put(body)).contains("\"spent\":\"0.0001\"", "\"held\":\"0.0005\"");
        heldByTheStream(101);
        admitted("m", 100);
        at.admin("DELETE", "/api/v1/budgets?scope=key:" + key.id() + "&period=monthly&model=m", null);
        admitted("m", 100);
        assertThat(put(body.replace("0.0007", "0.0008")))
                .contains("\"spent\":\"0.0003\"", "\"held\":\"0.0005\"", "\"remaining\":\"0\"");
        heldByTheStream(1);
        stream.body().close();
    }

    private void heldByTheStream(int cap) {
        assertThat(chat("m", cap).body()).contains("keymesh_budget_held", "for the model m");
    }

    @Test
    void aThresholdIsToldOnceInItsWindowAlsoAfterARestartAndARaise() {
        put("\"unit\":\"requests\",\"period\":\"total\",\"amount\":\"4\",\"thresholds\":[50,100]");
        admitted("m", 1);
        assertThat(told()).isZero();
        admitted("m", 1);
        assertThat(told()).isEqualTo(1);
        at.gateway.close();
        try {
            at = new TestGateway(config(folder), at, InstantSource.system());
            admitted("m", 1);
            assertThat(told()).isEqualTo(1);
            put("\"unit\":\"requests\",\"period\":\"total\",\"amount\":\"8\",\"thresholds\":[50,100]");
            admitted("m", 1);
            assertThat(told()).isEqualTo(1);
            for (int i = 0; i < 4; i++) {
                admitted("m", 1);
            }
            assertThat(told()).isEqualTo(2);
            assertThat(at.admin("GET", "/api/v1/events", null))
                    .contains("\"threshold\":100", "\"spent\":\"8\"", "\"limit\":\"8\"");
        } finally {
            at.gateway.close();
        }
    }

    @Test
    void anIncreaseCountsUntilItsEndAndThenEndsTheNewestStream() {
        Instant until = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.MILLIS);
        put(
                "\"model\":\"m\",\"period\":\"monthly\",\"amount\":\"0.0001\",\"increase\":{\"amount\":\"0.0002\",\"until\":\""
                        + until + "\"}");
        CompletableFuture<String> stream = CompletableFuture.supplyAsync(() -> at.exchange(
                        at.request(key.secret(), TestGateway.body(250, ",\"stream\":true")),
                        HttpResponse.BodyHandlers.ofString())
                .body());
        assertThat(stream.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join())
                .contains("keymesh_budget_exceeded");
        assertThat(Instant.now()).isAfter(until);
        assertThat(chat("m", 101).statusCode()).isEqualTo(429);
    }

    @Test
    void aBadBudgetIsRefusedWithItsPlace() {
        String good = "\"period\":\"total\",\"amount\":\"1\"";
        String[][] bad = {
            {"/unit", good + ",\"unit\":\"eur\""},
            {"/currency", good + ",\"unit\":\"tokens\",\"currency\":\"USD\""},
            {"/currency", good + ",\"currency\":\"EUR\""},
            {"/amount", "\"period\":\"total\",\"unit\":\"tokens\",\"amount\":\"1.5\""},
            {"/amount", "\"period\":\"total\",\"unit\":\"requests\",\"amount\":\"-1\""},
            {"/amount", "\"period\":\"total\",\"unit\":\"requests\",\"amount\":\"9999999999999999999\""},
            {"/amount", "\"period\":\"total\",\"amount\":\"0.0000000001\""},
            {"/amount", "\"period\":\"total\""},
            {"/period", "\"period\":\"hourly\",\"amount\":\"1\""},
            {"/provider", good + ",\"provider\":\"A B\""},
            {"/model", good + ",\"model\":\"a b\""},
            {"/model", good + ",\"model\":\"\""},
            {"/thresholds", good + ",\"thresholds\":[0]"},
            {"/thresholds", good + ",\"thresholds\":[101]"},
            {"/thresholds/0", good + ",\"thresholds\":[9999999999]"},
            {"/thresholds/1", good + ",\"thresholds\":[50,\"80\"]"},
            {"/thresholds", good + ",\"thresholds\":[1,2,3,4,5,6,7,8,9,10,11]"},
            {
                "/increase",
                "\"period\":\"total\",\"amount\":null,\"increase\":{\"amount\":\"1\",\"until\":\"2099-01-01T00:00:00Z\"}"
            },
            {"/increase/until", good + ",\"increase\":{\"amount\":\"1\",\"until\":\"2020-01-01T00:00:00Z\"}"},
            {"/increase/amount", good + ",\"increase\":{\"amount\":\"x\",\"until\":\"2099-01-01T00:00:00Z\"}"},
        };
        for (String[] one : bad) {
            HttpResponse<String> answer =
                    at.send("PUT", "/api/v1/budgets", at.root, "{\"scope\":\"key:" + key.id() + "\"," + one[1] + "}");
            assertThat(answer.statusCode()).as(one[1] + answer.body()).isEqualTo(422);
            assertThat(answer.body()).as(one[1]).contains("\"pointer\":\"" + one[0] + "\"");
        }
    }
}
