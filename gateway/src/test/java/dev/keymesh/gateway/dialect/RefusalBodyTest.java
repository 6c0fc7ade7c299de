package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.provider.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalBodyTest {
    /** A refusal, and what it is in both shapes: status and type, and the header that says whether to try again. */
    private record Row(
            Refusal refusal, int openAi, String openAiType, int anthropic, String anthropicType, String retry) {}

    private static final String NO = "x-should-retry=false";

    private static final List<Row> TABLE = List.of(
            new Row(
                    Refusal.unauthenticated("key_revoked", "x"),
                    401,
                    "invalid_request_error",
                    401,
                    "authentication_error",
                    NO),
            new Row(Refusal.denied("tool.denied", "t"), 403, "permission_denied", 403, "permission_error", NO),
            new Row(Refusal.unpriced("m", "p"), 403, "permission_denied", 403, "permission_error", NO),
            new Row(Refusal.unboundedInput("url"), 403, "permission_denied", 403, "permission_error", NO),
            new Row(Refusal.budgetExceeded("x"), 429, "insufficient_quota", 402, "billing_error", NO),
            new Row(Refusal.budgetHeld("x"), 429, "insufficient_quota", 429, "rate_limit_error", "Retry-After=1"),
            new Row(Refusal.invalid("n", "x"), 400, "invalid_request_error", 400, "invalid_request_error", NO),
            new Row(Refusal.unknownPath("/x"), 404, "invalid_request_error", 404, "not_found_error", NO),
            new Row(Refusal.modelNotFound("m"), 404, "invalid_request_error", 404, "not_found_error", NO),
            new Row(Refusal.noSuchModel("m"), 404, "invalid_request_error", 404, "not_found_error", NO),
            new Row(Refusal.capTooLow(7, 16), 403, "permission_denied", 403, "permission_error", NO),
            new Row(Refusal.wrongMethod("POST"), 405, "invalid_request_error", 405, "invalid_request_error", NO),
            new Row(Refusal.tooLarge(1), 413, "invalid_request_error", 413, "request_too_large", NO),
            new Row(Refusal.encodedBody(), 415, "invalid_request_error", 415, "invalid_request_error", NO),
            new Row(Refusal.credentialRejected("p"), 502, "api_error", 502, "api_error", NO),
            new Row(Refusal.unreachable("p"), 502, "api_error", 502, "api_error", ""),
            new Row(Refusal.upstreamTimeout("p"), 504, "api_error", 504, "timeout_error", ""),
            new Row(Refusal.unavailable("x"), 503, "api_error", 503, "overloaded_error", "Retry-After=1"),
            new Row(
                    Refusal.denied("policy.timeout", null),
                    503,
                    "api_error",
                    503,
                    "overloaded_error",
                    "Retry-After=1"));

    @Test
    void everyRefusalHasTheStatusTheTypeAndTheRetryThatItsSdkExpects() {
        for (Row row : TABLE) {
            var openAi = RefusalBody.render(Shape.OPENAI, row.refusal, "req_1");
            assertThat(openAi.status()).as(row.toString()).isEqualTo(row.openAi);
            assertThat(text(openAi.body()))
                    .startsWith("{\"error\":{\"message\":\"")
                    .contains("\"type\":\"" + row.openAiType + "\"")
                    .contains("\"code\":\"" + row.refusal.code() + "\"");
            var anthropic = RefusalBody.render(Shape.ANTHROPIC, row.refusal, "req_1");
            assertThat(anthropic.status()).as(row.toString()).isEqualTo(row.anthropic);
            assertThat(text(anthropic.body()))
                    .startsWith("{\"type\":\"error\",\"error\":{\"type\":\"" + row.anthropicType + "\"")
                    .contains("\"details\":{\"error_code\":\"" + row.refusal.code() + "\"}")
                    .endsWith("\"request_id\":\"req_1\"}");
            String retry = openAi.headers().entrySet().stream()
                    .filter(header -> header.getKey().equals("x-should-retry")
                            || header.getKey().equals("Retry-After"))
                    .map(Object::toString)
                    .collect(java.util.stream.Collectors.joining());
            assertThat(retry).as(row.toString()).isEqualTo(row.retry);
        }
    }

    @Test
    void theParamIsTheMemberThatIsWrong() {
        assertThat(text(RefusalBody.render(Shape.OPENAI, Refusal.invalid("n", "x"), "req_1")
                        .body()))
                .isEqualTo("{\"error\":{\"message\":\"x\",\"type\":\"invalid_request_error\",\"param\":\"n\","
                        + "\"code\":\"invalid_request\"}}");
    }

    @Test
    void aStreamsLastEventIsTheVendorsOwn() {
        Refusal refusal = Refusal.unauthenticated("key_revoked", "x");
        assertThat(text(RefusalBody.errorEvent(Operation.CHAT_COMPLETIONS, refusal, "req_1", 0)))
                .startsWith("data: {\"error\":{")
                .endsWith("}\n\n");
        assertThat(text(RefusalBody.errorEvent(Operation.MESSAGES, refusal, "req_1", 0)))
                .startsWith("event: error\ndata: {\"type\":\"error\",")
                .endsWith("}\n\n");
    }

    @Test
    void aResponsesLastEventIsTypedNumberedAndHoldsTheObjectThatSdksRaise() {
        Refusal refusal = Refusal.unauthenticated("key_revoked", "x");
        assertThat(text(RefusalBody.errorEvent(Operation.RESPONSES, refusal, "req_1", 7)))
                .isEqualTo("event: error\ndata: {\"type\":\"error\",\"sequence_number\":7,\"code\":\"key_revoked\","
                        + "\"message\":\"x\",\"param\":null,\"error\":{\"message\":\"x\","
                        + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"key_revoked\"}}\n\n");
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
