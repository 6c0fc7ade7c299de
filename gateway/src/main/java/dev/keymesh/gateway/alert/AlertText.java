package dev.keymesh.gateway.alert;

import dev.keymesh.sdk.wire.WebhookMessage;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message as people read it. Titles and the like are users' text: they get one line, and no character that a header or a
 * terminal acts on.
 *
 * @param title one line
 * @param lines what is known besides
 */
record AlertText(String title, String lines) {
    private static final int LONGEST = 200;

    static AlertText of(WebhookMessage message) {
        WebhookMessage.Data data = message.data();
        StringBuilder lines = new StringBuilder();
        line(lines, "Event", message.type() + " (" + data.id() + ")");
        line(lines, "At", message.timestamp());
        line(lines, "Target", data.target());
        if (data.space() != null) {
            line(lines, "Space", data.space());
        }
        line(lines, "By", data.actor().type() + " " + data.actor().id());
        new TreeMap<>(data.details()).forEach((name, value) -> line(lines, name, value));
        return new AlertText(plain("Keymesh: " + title(message.type(), data)), lines.toString());
    }

    private static String title(String type, WebhookMessage.Data data) {
        Map<String, Object> details = data.details();
        String key = data.title() == null ? data.target() : "'" + data.title() + "' (" + data.target() + ")";
        return switch (type) {
            case "budget.threshold_reached" ->
                "the budget of " + key + " has reached " + details.get("threshold") + " %: " + details.get("spent")
                        + " of " + details.get("limit") + " " + details.get("unit") + " " + details.get("period");
            case EventTypes.KEY_EXPIRING -> "the key " + key + " expires at " + details.get("expiresAt");
            case EventTypes.SPEND_UNUSUAL ->
                "the key " + key + " has spent " + details.get("spent") + " USD today, usual are "
                        + details.get("usual");
            case EventTypes.CREDENTIAL_REJECTED ->
                "the provider " + details.get("provider") + " refuses its credential (" + details.get("status") + ")";
            case "ledger.bound_exceeded" -> "the call " + data.target() + " cost more than was held for it";
            case "keys.revoke" -> "the key " + key + " was revoked";
            case EventTypes.TEST -> "this is a test";
            default -> type + " of " + key;
        };
    }

    private static void line(StringBuilder lines, String name, Object value) {
        lines.append(plain(name + ": " + value)).append('\n');
    }

    private static String plain(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", " ");
        return line.codePointCount(0, line.length()) <= LONGEST
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST)) + "...";
    }

    /** For Slack, where these three characters begin mentions and links. */
    String slack() {
        return ("*" + title.replace("*", " ") + "*\n" + lines)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
