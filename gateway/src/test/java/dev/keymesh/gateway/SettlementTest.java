package dev.keymesh.gateway;

import static dev.keymesh.gateway.TestGateway.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Corrections of calls whose provider did not say what they cost. */
class SettlementTest {
    @TempDir
    Path folder;

    private TestGateway at;
    private TestGateway.Key key;

    @BeforeEach
    void start() {
        at = new TestGateway(config(folder));
        key = at.issue("1.00");
    }

    @AfterEach
    void stop() {
        at.close();
    }

    GatewayConfig config(Path data) {
        return GatewayConfig.embedded(data);
    }

    /** The id of a call that the provider did not answer: it is not known whether it is billed. */
    private String unknown() {
        at.provider.status = 0;
        assertThat(at.chat(key.secret(), TestGateway.body(100, "")).statusCode())
                .isGreaterThanOrEqualTo(500);
        at.provider.status = 200;
        String list = at.admin("GET", "/api/v1/requests?limit=1", null);
        assertThat(list).contains("\"settlement\":\"unknown\"");
        return member(list, "id");
    }

    private HttpResponse<String> settle(String id, String cost, String reason) {
        return at.send(
                "POST",
                "/api/v1/requests/" + id + "/settlement",
                at.root,
                "{\"cost\":\"" + cost + "\",\"reason\":\"" + reason + "\"}");
    }

    @Test
    void aCallWithoutAPriceCostsWhatItIsCorrectedToAndNoneAMillion() {
        at.admin("DELETE", "/api/v1/budgets?scope=key:" + key.id() + "&period=monthly", null);
        at.admin("DELETE", "/api/v1/prices?provider=fake&model=m", null);
        String id = unknown();
        assertThat(settle(id, "1000000.01", "a typo").statusCode()).isEqualTo(422);
        assertThat(settle(id, "1.5", "the bill").body()).contains("\"cost\":\"1.5\"");
        assertThat(at.admin("GET", "/api/v1/usage", null)).contains("\"cost\":\"1.5\"");
    }

    @Test
    void aCorrectionMovesTheBudgetAndStaysBesideTheCall() {
        String id = unknown();
        assertThat(at.budget(key)).contains("\"spent\":\"0.0001\"", "\"held\":\"0\"");
        HttpResponse<String> answer = settle(id, "0.00003", "the bill");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"settlement\":\"corrected\"", "\"cost\":\"0.00003\"");
        assertThat(at.budget(key)).contains("\"spent\":\"0.00003\"");
        String list = at.admin("GET", "/api/v1/requests", null);
        assertThat(list).contains("\"cost\":\"0.00003\"").doesNotContain("correction");
        assertThat(list.split("\"id\":", -1)).hasSize(2);
        assertThat(at.admin("GET", "/api/v1/usage", null)).contains("\"requests\":1", "\"cost\":\"0.00003\"");
        assertThat(at.admin("GET", "/api/v1/events", null)).contains("budgets.write", id, "the bill");
        assertThat(at.send("GET", "/api/v1/requests/" + id + "c", at.root, null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void theSameCorrectionTwiceIsOneAndAnotherIsRefused() {
        String id = unknown();
        assertThat(settle(id, "0.00003", "the bill").statusCode()).isEqualTo(200);
        assertThat(settle(id, "0.000030", "the bill").statusCode()).isEqualTo(200);
        assertThat(settle(id, "0.00004", "the bill").body()).contains("\"code\":\"conflict\"");
        assertThat(settle(id, "0.00003", "a guess").statusCode()).isEqualTo(409);
        assertThat(at.budget(key)).contains("\"spent\":\"0.00003\"");
        assertThat(at.admin("GET", "/api/v1/events", null).split("the bill", -1))
                .hasSize(2);
    }

    @Test
    void ofManyAtOnceOneIsWritten() throws Exception {
        String id = unknown();
        AtomicInteger cost = new AtomicInteger(10);
        AtomicInteger good = new AtomicInteger();
        TestGateway.together(16, () -> {
            int status =
                    settle(id, "0.0000" + cost.incrementAndGet(), "the bill").statusCode();
            assertThat(status).isIn(200, 409);
            good.addAndGet(status == 200 ? 1 : 0);
        });
        assertThat(good).hasValue(1);
        String call = at.admin("GET", "/api/v1/requests/" + id, null);
        assertThat(at.budget(key)).contains("\"spent\":\"" + member(call, "cost") + "\"");
    }

    @Test
    void onlyWhatWasNotReportedIsCorrected() {
        assertThat(at.chat(key.secret(), TestGateway.body(100, "")).statusCode())
                .isEqualTo(200);
        String id = member(at.admin("GET", "/api/v1/requests?limit=1", null), "id");
        HttpResponse<String> answer = settle(id, "0", "the bill");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("\"code\":\"conflict\"", "neither");
        assertThat(at.budget(key)).contains("\"spent\":\"0.0001\"");
    }

    @Test
    void aCallOfAnotherSpaceOrOfNoneIsNotFound() {
        String id = unknown();
        at.admin("POST", "/api/v1/spaces", "{\"id\":\"acme\"}");
        String other = member(
                at.admin(
                        "POST",
                        "/api/v1/management-keys",
                        "{\"title\":\"a\",\"permissionSet\":\"admin\",\"space\":\"acme\"}"),
                "secret");
        String body = "{\"cost\":\"0\",\"reason\":\"r\"}";
        for (String call : new String[] {id, "req_none", id + "c"}) {
            assertThat(at.send("POST", "/api/v1/requests/" + call + "/settlement", other, body)
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(at.send("POST", "/api/v1/requests/" + id + "/settlement", key.secret(), body)
                        .statusCode())
                .isEqualTo(403);
        assertThat(at.budget(key)).contains("\"spent\":\"0.0001\"");
    }

    @Test
    void aBadBodyIsRefusedWithItsPlace() {
        String id = unknown();
        for (String[] bad : new String[][] {{"-1", "r"}, {"1e3", "r"}, {"", "r"}, {"0.0000000001", "r"}}) {
            assertThat(settle(id, bad[0], bad[1]).body()).contains("\"pointer\":\"/cost\"");
        }
        for (String reason : new String[] {"", " ", "x".repeat(501)}) {
            HttpResponse<String> answer = settle(id, "0", reason);
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("\"pointer\":\"/reason\"");
        }
        assertThat(settle(id, "0", "x".repeat(500)).statusCode()).isEqualTo(200);
    }
}
