package dev.keymesh.sdk.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.sdk.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bodies of the API's description, letter by letter: what is read and written again says the same. */
class BodiesTest {
    private static final String VALIDATION = """
            {"valid":true,"code":"VALID",
             "key":{"id":"key_1","title":"Customer Runtime","status":"active",
                    "fields":{"workspace_id":"acme-prod","allowed_models":["gpt-5.4","gpt-5.4-mini"],"tool_allowlist":["web.search","files.read"]}},
             "currentMonthValidations":182341,"currentMonthValidationLimit":500000,"requestId":"req_1"}""";

    @Test
    void requestsKeepEveryMember() {
        holds(NewProvider.class, """
                {"name":"openai","kind":"openai","baseUrl":"https://api.openai.com/v1","credential":"sk-..."}""");
        holds(NewWorkspace.class, """
                {"id":"acme-prod","title":"Acme prod","environment":"live",
                 "policy":{"allowedModels":["gpt-5.4","gpt-5.4-mini"],"toolAllowlist":["web.search","files.read"]}}""");
        holds(NewKey.class, """
                {"title":"Customer Runtime","workspace":"acme-prod","fields":{"tier":"gold"},"expiresAt":null,
                 "owner":"ana@example.com","tags":["agents"],"externalId":null,
                 "budget":{"amount":"5.00","currency":"USD","period":"monthly"},
                 "policy":{"allowedModels":["gpt-5.4-mini"]}}""");
        holds(NewKey.class, "{\"title\":\"t\",\"uses\":[\"gateway\",\"validation\"],\"environment\":\"live\"}");
        holds(NewBudget.class, """
                {"scope":"key:key_1","period":"monthly","amount":"5.00","currency":"USD"}""");
        holds(NewBudget.class, "{\"scope\":\"account\",\"period\":\"total\",\"amount\":null}");
        holds(NewPrice.class, """
                {"provider":"openai","model":"gpt-5.4","inputPerMillion":"2.50","cachedInputPerMillion":"0.25","outputPerMillion":"15.00"}""");
        holds(NewPrice.class, """
                {"cacheWritePerMillion":"1","cacheWrite1hPerMillion":"2","maxOutputTokens":128000,"encoding":"o200k_base"}""");
        holds(ValidateRequest.class, """
                {"key":"km-1","context":{"model":"gpt-5.4","tool":"web.search","ip":"203.0.113.7"}}""");
        holds(Policy.class, """
                {"deniedModels":["o3"],"deniedTools":[],"maxOutputTokens":1000,"defaultMaxOutputTokens":500,"allowedModalities":["text"],
                 "ipAllowlist":["203.0.113.0/24"],"windows":[{"days":["mon","fri"],"from":"08:00","to":"18:00","timezone":"UTC"}]}""");
    }

    @Test
    void answersKeepEveryMember() {
        holds(IssuedKey.class, """
                {"id":"key_1","secret":"km-1","hint":"km-AbC...x9Q2","title":"Customer Runtime","status":"active","space":"default",
                 "workspace":"acme-prod","fields":{"tier":"gold"},"createdAt":"2026-11-21T08:00:00Z","expiresAt":null}""");
        holds(Budget.class, """
                {"scope":"key:key_1","period":"monthly","amount":"5.00","spent":"0.001275","held":"0","remaining":"4.998725",
                 "currency":"USD","resetsAt":"2026-12-01T00:00:00Z"}""");
        holds(UsageRow.class, """
                {"key":"key_1","model":"gpt-5.4","day":"2026-11-21","requests":3,"inputTokens":300,"cachedInputTokens":0,
                 "outputTokens":60,"cost":"0.00165","currency":"USD"}""");
    }

    @Test
    void validationIsTheProductPagesAndNoMore() {
        JsonObject written = holds(Validation.class, VALIDATION);
        assertThat(written.keySet())
                .containsExactly(
                        "valid",
                        "code",
                        "error",
                        "key",
                        "currentMonthValidations",
                        "currentMonthValidationLimit",
                        "requestId");
        assertThat(written.getJsonObject("key").keySet()).containsExactly("id", "title", "status", "fields");
    }

    @Test
    void invalidKeyHasAnErrorAndUnknownKeyNoKey() {
        JsonObject written = parse(
                Json.toBytes(new Validation(false, "NOT_FOUND", "There is no such key.", null, 7, null, "req_1")));
        assertThat(written.get("key")).isEqualTo(JsonValue.NULL);
        assertThat(written.get("currentMonthValidationLimit")).isEqualTo(JsonValue.NULL);
        assertThat(written.getString("error")).isEqualTo("There is no such key.");
    }

    @Test
    void secretsAreNotInText() {
        VirtualKey key = Json.fromBytes(bytes("{\"id\":\"key_1\",\"title\":\"t\"}"), VirtualKey.class);
        List<Record> records = List.of(
                IssuedKey.of(key, "s3cret"),
                NewProvider.of("n", "openai", null, "s3cret"),
                new ProviderCredential("s3cret"),
                NewWebhookEndpoint.slack("https://hooks.example.com/s3cret", "*"),
                new IssuedWebhookEndpoint(
                        "whe_1",
                        "s3cret",
                        null,
                        null,
                        List.of(),
                        null,
                        "standard",
                        null,
                        true,
                        null,
                        null,
                        null,
                        Instant.EPOCH,
                        Instant.EPOCH),
                new ValidateRequest("s3cret", new ValidationContext(null, "t", Map.of("q", "s3cret"), null, null)));
        assertThat(records).allSatisfy(record -> {
            assertThat(record.toString()).doesNotContain("s3cret");
            assertThat(new String(Json.toBytes(record), StandardCharsets.UTF_8)).contains("s3cret");
        });
    }

    @Test
    void issuedKeyWithoutItsSecretIsTheKey() {
        VirtualKey key = Json.fromBytes(bytes("{\"id\":\"key_1\",\"title\":\"t\"}"), VirtualKey.class);
        assertThat(IssuedKey.of(key, "km-1").withoutSecret()).isEqualTo(key);
    }

    /** Reads and writes; every member of the literal is written again with its value, every other one is null. */
    private static JsonObject holds(Class<?> type, String literal) {
        JsonObject expected = parse(bytes(literal));
        JsonObject written = parse(Json.toBytes(Json.fromBytes(bytes(literal), type)));
        same(expected, written);
        return written;
    }

    private static void same(JsonObject expected, JsonObject written) {
        assertThat(written.keySet()).containsAll(expected.keySet());
        expected.forEach((name, value) -> {
            if (value instanceof JsonObject object) {
                same(object, written.getJsonObject(name));
            } else {
                assertThat(written.get(name)).as(name).isEqualTo(value);
            }
        });
    }

    private static JsonObject parse(byte[] json) {
        return jakarta.json.Json.createReader(new ByteArrayInputStream(json)).readObject();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
