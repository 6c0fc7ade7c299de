package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body that adds a webhook endpoint.
 *
 * @param url where {@code standard} and {@code slack} are sent; null where the format is {@code email}
 * @param to the mail addresses, for {@code email} alone
 * @param events names such as {@code budget.threshold_reached}; {@code *} is all
 * @param format {@code standard}, {@code slack} or {@code email}; null is {@code standard}
 * @param space whose events are told; null is the whole account's, or the one space of the key that adds it
 * @param enabled null is true
 */
public record NewWebhookEndpoint(
        @Nullable String url,
        @Nullable List<String> to,
        @Nullable List<String> events,
        @Nullable String description,
        @Nullable String format,
        @Nullable String space,
        @Nullable Boolean enabled) {

    /** One that is told signed JSON of these events. */
    public static NewWebhookEndpoint standard(String url, String... events) {
        return new NewWebhookEndpoint(url, null, List.of(events), null, null, null, null);
    }

    /** One of a Slack-compatible address. */
    public static NewWebhookEndpoint slack(String url, String... events) {
        return new NewWebhookEndpoint(url, null, List.of(events), null, "slack", null, null);
    }

    /** One that is told by mail. */
    public static NewWebhookEndpoint email(List<String> to, String... events) {
        return new NewWebhookEndpoint(null, to, List.of(events), null, "email", null, null);
    }

    /** The URL may hold a token. */
    @Override
    public String toString() {
        return "NewWebhookEndpoint[url=(hidden), events=" + events + ", format=" + format + ", space=" + space + "]";
    }
}
