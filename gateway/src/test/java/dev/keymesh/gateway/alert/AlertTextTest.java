package dev.keymesh.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.sdk.wire.Event;
import dev.keymesh.sdk.wire.WebhookMessage;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertTextTest {
    private static WebhookMessage message(String type, String title, Map<String, Object> details) {
        return new WebhookMessage(
                type,
                Instant.parse("2026-11-27T10:00:00Z"),
                new WebhookMessage.Data(
                        "evt_1", new Event.Actor("system", "keymesh"), "key_1", "default", title, details));
    }

    @Test
    void aTitleOfAUserStaysOnItsLineAndMentionsNobody() {
        AlertText text = AlertText.of(
                message("keys.revoke", "x\r\nBcc: a@example.com\u2028<!channel>", Map.of("a\nb", "c\r\nd")));
        assertThat(text.title()).doesNotContain("\r", "\n", "\u2028").contains("was revoked");
        assertThat(text.lines()).doesNotContain("\r").contains("a b: c  d\n");
        assertThat(text.slack()).doesNotContain("<!channel>").contains("&lt;!channel&gt;");
    }

    @Test
    void aTitleIsShort() {
        String title = AlertText.of(message("keys.revoke", "\uD83D\uDE00".repeat(500), Map.of()))
                .title();
        assertThat(title.codePointCount(0, title.length())).isEqualTo(203);
        assertThat(title).endsWith("\uD83D\uDE00...");
    }

    @Test
    void whatMattersIsInTheTitle() {
        assertThat(AlertText.of(message(
                                "budget.threshold_reached",
                                "Ana",
                                Map.of(
                                        "threshold",
                                        80,
                                        "spent",
                                        "4",
                                        "limit",
                                        "5",
                                        "unit",
                                        "usd",
                                        "period",
                                        "monthly")))
                        .title())
                .isEqualTo("Keymesh: the budget of 'Ana' (key_1) has reached 80 %: 4 of 5 usd monthly");
        assertThat(AlertText.of(message(
                                "provider.credential_rejected", "", Map.of("provider", "openai", "status", 401)))
                        .title())
                .contains("openai", "401");
    }
}
