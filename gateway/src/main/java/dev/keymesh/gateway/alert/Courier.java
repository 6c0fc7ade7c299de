package dev.keymesh.gateway.alert;

import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.WebhookMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Carries one message to one endpoint, in the endpoint's form. */
final class Courier {
    private static final int GONE = 410;
    /** Shorter parts of a path are words. */
    private static final int SHORTEST_TOKEN = 16;

    private final Post post;
    private final @Nullable Mailer mailer;

    Courier(Post post, @Nullable MailSettings mail) {
        this.post = post;
        mailer = mail == null ? null : new Mailer(mail);
    }

    Outcome carry(Endpoint endpoint, Delivery delivery, Instant now) {
        byte[] body = delivery.body().getBytes(StandardCharsets.UTF_8);
        return switch (endpoint.format()) {
            case STANDARD -> posted(endpoint, signed(endpoint, delivery.message(), body, now), body);
            case SLACK ->
                posted(endpoint, Map.of(), Json.toBytes(new Slack(text(body).slack())));
            case EMAIL ->
                mailer == null
                        ? Outcome.failed("This server has no mail configured.")
                        : mailer.send(endpoint.to(), text(body), now);
        };
    }

    private static AlertText text(byte[] body) {
        return AlertText.of(Json.fromBytes(body, WebhookMessage.class));
    }

    /** The time is the attempt's, the id the message's; while secrets overlap there are two signatures. */
    private static Map<String, String> signed(Endpoint endpoint, String id, byte[] body, Instant now) {
        long seconds = now.getEpochSecond();
        String signatures = Signature.of(required(endpoint.secret()), id, seconds, body);
        Instant until = endpoint.oldSecretUntil();
        if (endpoint.oldSecret() != null && until != null && now.isBefore(until)) {
            signatures += " " + Signature.of(endpoint.oldSecret(), id, seconds, body);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", String.valueOf(seconds));
        headers.put("webhook-signature", signatures);
        return headers;
    }

    private Outcome posted(Endpoint endpoint, Map<String, String> headers, byte[] body) {
        URI url = URI.create(required(endpoint.url()));
        Post.Answer answer = post.send(url, headers, body);
        int status = answer.status();
        if (status == 0) {
            return Outcome.failed(answer.error());
        }
        if (status >= 200 && status < 300) {
            return Outcome.delivered(status);
        }
        return new Outcome(status, why(status), withoutPath(answer.body(), url), status == GONE);
    }

    private static String why(int status) {
        if (status == GONE) {
            return "The receiver answered 410: it wants no more.";
        }
        return status >= 300 && status < 400
                ? "The receiver answered " + status + ", and no redirect is followed. Give its new address."
                : "The receiver answered " + status + ".";
    }

    /** The path may be the credential, whole or in part, and a receiver may repeat it. */
    private static String withoutPath(String body, URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : url.getRawQuery();
        String clean = path.length() > 1 ? body.replace(path, "(path)") : body;
        clean = query.isEmpty() ? clean : clean.replace(query, "(query)");
        for (String part : (path + "/" + query).split("[/&=]", -1)) {
            if (part.length() >= SHORTEST_TOKEN) {
                clean = clean.replace(part, "(token)");
            }
        }
        return clean;
    }

    private static String required(@Nullable String text) {
        return java.util.Objects.requireNonNull(text);
    }

    /** What Slack's incoming webhooks take. */
    public record Slack(String text) {}
}
