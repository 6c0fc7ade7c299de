package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is let through to a provider, over real HTTP: by its policy, and by what its budget can bound. */
class AdmissionTest {
    private static final String KEYS = "/api/v1/spaces/default/keys";
    private static final String[] UNPRICED = {
        "'service_tier':'priority'", "'modalities':['text','audio']", "'audio':{'voice':'x'}", "'speed':'fast'"
    };
    private static final String[] UNBOUNDED = {
        "'tools':[{'type':'web_search'}]",
        "'web_search_options':{}",
        "'prediction':{'type':'content','content':'x'}",
        "'container':'c'"
    };

    private TestGateway at;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(folder);
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void underABudgetWhatNoRateBoundsIsRefusedAndNothingIsCalled() {
        String secret = at.issue("1.00").secret();
        for (String member : UNPRICED) {
            expect(at.chat(secret, body(member)), 403, "keymesh_model_unpriced");
        }
        for (String member : UNBOUNDED) {
            expect(at.chat(secret, body(member)), 403, "keymesh_unbounded_input");
        }
        assertThat(at.provider.calls).hasValue(0);
        assertThat(at.chat(secret, body("'service_tier':'flex'")).statusCode()).isEqualTo(200);
        assertThat(at.chat(secret, body("'service_tier':null")).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutABudgetAllOfItIsForwarded() {
        String secret = key("{}");
        for (String member : UNPRICED) {
            assertThat(at.chat(secret, body(member)).statusCode()).as(member).isEqualTo(200);
        }
        for (String member : UNBOUNDED) {
            assertThat(at.chat(secret, body(member)).statusCode()).as(member).isEqualTo(200);
        }
    }

    @Test
    void policyJudgesTheCapThatTheProviderHonours() {
        String secret = key("{\"maxOutputTokens\":100}");
        HttpResponse<String> ignored = at.chat(secret, body("'max_completion_tokens':50"));
        assertThat(ignored.headers().firstValue("x-keymesh-injected")).hasValue("max_tokens=100");
        assertThat(at.chat(secret, body("'max_tokens':50,'max_completion_tokens':5000"))
                        .statusCode())
                .isEqualTo(200);
        expect(at.chat(secret, body("'max_tokens':500")), 403, "keymesh_output_cap_exceeded");
    }

    @Test
    void aNullCapIsNoWayAroundTheOneThatPolicySets() {
        String secret = key("{\"maxOutputTokens\":7}");
        assertThat(at.chat(secret, body("'max_tokens':null")).statusCode()).isEqualTo(200);
        assertThat(at.provider.billedOutput).hasValue(7);
    }

    @Test
    void aDeniedModelIsForbiddenEvenWhereNoProviderServesIt() {
        String secret = key("{\"allowedModels\":[\"m\"]}");
        expect(messages(secret, "other"), 403, "permission_error");
        expect(messages(secret, "m"), 404, "not_found_error");
    }

    private HttpResponse<String> messages(String secret, String model) {
        return at.send(
                "POST",
                "/v1/messages",
                secret,
                "{\"model\":\"" + model + "\",\"max_tokens\":5,\"messages\":[]}",
                "Content-Type",
                "application/json");
    }

    private String key(String policy) {
        return TestGateway.member(at.admin("POST", KEYS, "{\"title\":\"t\",\"policy\":" + policy + "}"), "secret");
    }

    private static String body(String member) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + member.replace('\'', '"')
                + "}";
    }

    private static void expect(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(code);
    }
}
