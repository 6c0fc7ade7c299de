package dev.keymesh.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.sdk.TestServer.Answer;
import dev.keymesh.sdk.TestServer.Seen;
import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.Problem;
import dev.keymesh.sdk.wire.ProblemError;
import dev.keymesh.sdk.wire.Validation;
import dev.keymesh.sdk.wire.ValidationContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeymeshTest {
    private static final String VALIDATOR = "kma-validatorsecret";
    private static final String RUNTIME = "km-runtimesecret";
    private static final String VALID = """
            {"valid":true,"code":"VALID",
             "key":{"id":"key_1","title":"Customer Runtime","status":"active",
                    "fields":{"workspace_id":"acme-prod","allowed_models":["gpt-5.4","gpt-5.4-mini"],"tool_allowlist":["web.search","files.read"]}},
             "currentMonthValidations":182341,"currentMonthValidationLimit":500000,"requestId":"req_1"}""";

    private final TestServer server = new TestServer(KeymeshTest::answer);
    private final Keymesh sdk = Keymesh.at(server.url());

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void connectsAndValidatesAsTheProductPageShows() {
        sdk.account().connect(VALIDATOR);
        Validation validation = sdk.spaces().keys().validate(RUNTIME);

        assertThat(validation.valid()).isTrue();
        assertThat(validation.currentMonthValidationLimit()).isEqualTo(500_000);
        List<String> allowed = Objects.requireNonNull(validation.key()).fields().strings("allowed_models");
        assertThat(allowed).containsExactly("gpt-5.4", "gpt-5.4-mini");
        Seen last = last();
        assertThat(last.method()).isEqualTo("POST");
        assertThat(last.path()).isEqualTo("/api/v1/keys/validate");
        assertThat(last.headers()).containsEntry("Authorization", "Bearer " + VALIDATOR);
        assertThat(last.body()).isEqualTo("{\"key\":\"" + RUNTIME + "\",\"context\":null}");
    }

    @Test
    void contextIsSentAlong() {
        sdk.with(VALIDATOR)
                .spaces()
                .keys()
                .validate(RUNTIME, ValidationContext.ofModel("gpt-5.4").from("203.0.113.7"));
        assertThat(last().body())
                .contains("\"context\":{\"model\":\"gpt-5.4\",\"tool\":null,\"arguments\":null,\"ip\":\"203.0.113.7\"");
    }

    @Test
    void unknownCredentialLeavesTheClientAsItWas() {
        sdk.account().connect(VALIDATOR);
        assertThatThrownBy(() -> sdk.account().connect("kma-unknown"))
                .isInstanceOfSatisfying(
                        KeymeshException.class, e -> assertThat(e.status()).isEqualTo(401));
        sdk.account().whoami();
        assertThat(last().headers()).containsEntry("Authorization", "Bearer " + VALIDATOR);
    }

    @Test
    void anotherCredentialIsAnotherClient() {
        Keymesh other = sdk.with(VALIDATOR);
        assertThatThrownBy(() -> sdk.account().whoami()).isInstanceOf(KeymeshException.class);
        assertThat(other.account().whoami().permissions()).containsExactly("keys.validate");
    }

    @Test
    void credentialThatIsNoneIsRefusedWithoutRepeatingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sdk.account().connect(null))
                .withMessageContaining("missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sdk.with("kma-half\nsecret"))
                .withMessageContaining("line break")
                .withMessageNotContaining("secret");
        assertThat(server.seen()).isEmpty();
    }

    @Test
    void issuesIntoTheDefaultSpaceOrAnother() {
        Keys keys = sdk.with(VALIDATOR).spaces().keys();
        NewKey key = NewKey.titled("Customer Runtime")
                .withWorkspace("acme-prod")
                .withFields(Map.of("tier", "gold"))
                .withBudget(KeyBudget.monthly("5.00"))
                .withPolicy(Policy.allowing(List.of("gpt-5.4-mini"), null));

        assertThat(keys.issue(key).secret()).isEqualTo("km-issued");
        assertThat(last().path()).isEqualTo("/api/v1/spaces/default/keys");
        assertThat(last().body())
                .contains("\"fields\":{\"tier\":\"gold\"}")
                .contains("\"budget\":{\"amount\":\"5.00\",\"currency\":\"USD\",\"period\":\"monthly\"}")
                .contains("\"allowedModels\":[\"gpt-5.4-mini\"]");
        keys.in("acme").issue(key);
        assertThat(last().path()).isEqualTo("/api/v1/spaces/acme/keys");
    }

    @Test
    void problemBecomesAnExceptionThatSaysWhatToDo() {
        assertThatThrownBy(() -> sdk.with(VALIDATOR).spaces().keys().issue(NewKey.titled("")))
                .isInstanceOfSatisfying(KeymeshException.class, e -> {
                    assertThat(e.status()).isEqualTo(422);
                    assertThat(e.code()).isEqualTo("validation_failed");
                    assertThat(e.requestId()).isEqualTo("req_2");
                    assertThat(e.errors()).singleElement().satisfies(error -> {
                        assertThat(error.pointer()).isEqualTo("/title");
                        assertThat(error.fix()).isEqualTo("Give the key a title.");
                    });
                })
                .hasMessage("One member is wrong. /title: It is empty. Give the key a title."
                        + " (422 validation_failed, req_2)");
    }

    @Test
    void whatTheDetailSaysOfTheOneMemberIsSaidOnce() {
        ProblemError error = new ProblemError("/title", "empty", "must not be empty", "Give the key a title.");
        Problem problem = new Problem(
                "about:blank",
                "Validation failed",
                422,
                "The body is not valid: /title must not be empty.",
                "validation_failed",
                "req_2",
                List.of(error));
        assertThat(KeymeshException.of(422, problem))
                .hasMessage("The body is not valid: /title must not be empty. Give the key a title."
                        + " (422 validation_failed, req_2)");
    }

    @Test
    void answerThatIsNotOursIsSaidWithoutRepeatingIt() {
        Keymesh client = sdk.with(VALIDATOR);
        assertThatThrownBy(() -> client.spaces().keys().get("html"))
                .isInstanceOf(KeymeshException.class)
                .hasMessageContaining("answered 200 with a body that is not this API's")
                .hasMessageNotContaining("km-leaked")
                .hasNoCause();
        assertThatThrownBy(() -> client.spaces().keys().get("gateway"))
                .isInstanceOfSatisfying(
                        KeymeshException.class, e -> assertThat(e.status()).isEqualTo(500))
                .hasMessageContaining("without saying why");
    }

    @Test
    void patchNamesWhatChangesAndClearsWithNull() {
        sdk.with(VALIDATOR)
                .spaces()
                .keys()
                .patch(
                        "key_1",
                        Patch.none()
                                .set("title", "New")
                                .clear("expiresAt")
                                .set(
                                        "policy",
                                        Patch.none()
                                                .set("deniedModels", List.of("o3"))
                                                .clear("windows")));
        assertThat(last().method()).isEqualTo("PATCH");
        assertThat(last().headers()).containsEntry("Content-type", "application/merge-patch+json");
        assertThat(last().body())
                .isEqualTo("{\"title\":\"New\",\"expiresAt\":null,"
                        + "\"policy\":{\"deniedModels\":[\"o3\"],\"windows\":null}}");
    }

    @Test
    void ownBodyPassesAsItCame() {
        byte[] body = "{\"title\":\"x\",\"deniedModel\":[]}".getBytes(StandardCharsets.UTF_8);
        WireResponse answer = sdk.with(VALIDATOR).exchange("POST", "/api/v1/spaces/default/keys", body);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(last().body()).isEqualTo("{\"title\":\"x\",\"deniedModel\":[]}");
    }

    private Seen last() {
        return server.seen().get(server.seen().size() - 1);
    }

    private static Answer answer(Seen seen) {
        if (!("Bearer " + VALIDATOR).equals(seen.headers().get("Authorization"))) {
            return Answer.problem(
                    401,
                    "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"No such key.\","
                            + "\"code\":\"unauthenticated\",\"requestId\":\"req_1\",\"errors\":[]}");
        }
        if (seen.body().contains("\"title\":\"\"")) {
            return Answer.problem(
                    422,
                    "{\"type\":\"about:blank\",\"title\":\"Unprocessable\",\"status\":422,"
                            + "\"detail\":\"One member is wrong.\",\"code\":\"validation_failed\",\"requestId\":\"req_2\","
                            + "\"errors\":[{\"pointer\":\"/title\",\"code\":\"blank\",\"detail\":\"It is empty.\","
                            + "\"fix\":\"Give the key a title.\"}]}");
        }
        return switch (seen.path()) {
            case "/api/v1/whoami" -> Answer.json(200, "{\"permissions\":[\"keys.validate\"],\"spaces\":[\"default\"]}");
            case "/api/v1/keys/validate" -> Answer.json(200, VALID);
            case "/api/v1/keys/html" -> Answer.json(200, "<html>km-leaked</html>");
            case "/api/v1/keys/gateway" -> new Answer(500, Map.of("Content-Type", "text/html"), "<html/>");
            case "/api/v1/keys/key_1" -> Answer.json(200, "{\"id\":\"key_1\"}");
            default -> Answer.json(201, "{\"id\":\"key_1\",\"secret\":\"km-issued\"}");
        };
    }
}
