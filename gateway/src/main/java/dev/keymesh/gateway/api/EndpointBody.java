package dev.keymesh.gateway.api;

import dev.keymesh.gateway.alert.AlertSettings;
import dev.keymesh.gateway.alert.EventTypes;
import dev.keymesh.gateway.alert.Format;
import dev.keymesh.gateway.alert.MailAddress;
import dev.keymesh.gateway.provider.Forbidden;
import dev.keymesh.gateway.provider.PublicAddress;
import dev.keymesh.sdk.wire.NewWebhookEndpoint;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a webhook endpoint, checked. */
final class EndpointBody {
    private static final int LONGEST_URL = 2_000;
    private static final int MOST_ADDRESSES = 10;
    private static final int DESCRIPTION = 500;

    private final NewWebhookEndpoint wanted;
    private final AlertSettings settings;

    EndpointBody(NewWebhookEndpoint wanted, AlertSettings settings) {
        this.wanted = wanted;
        this.settings = settings;
    }

    Format format() {
        Format format = Format.of(wanted.format() == null ? Format.STANDARD.wire() : wanted.format())
                .orElseThrow(
                        () -> Rejection.invalid("/format", "invalid_format", "must be standard, slack or email", null));
        if (format == Format.EMAIL && settings.mail() == null) {
            throw Rejection.invalid(
                    "/format",
                    "mail_not_configured",
                    "cannot be email, because this server has no mail configured",
                    "Set mail.host and mail.from in the process's configuration.");
        }
        return format;
    }

    /** Null for mail. */
    @Nullable
    String url(Format format) {
        String text = wanted.url();
        if (format == Format.EMAIL) {
            if (text != null) {
                throw Rejection.invalid("/url", "not_taken", "is not taken where the format is email", "Give 'to'.");
            }
            return null;
        }
        if (text == null) {
            throw Rejection.invalid("/url", "missing", "is missing", null);
        }
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw badUrl("is not a URL");
        }
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!web || url.getHost() == null || url.getUserInfo() != null || url.getFragment() != null) {
            throw badUrl("must be https://host[:port][/path][?query] without user and fragment");
        }
        if (text.length() > LONGEST_URL || !text.matches("[!-~]+") || url.getPort() == 0 || url.getPort() > 65_535) {
            throw badUrl("must be at most " + LONGEST_URL + " ASCII characters, with a port from 1 to 65535");
        }
        reachable(url);
        return text;
    }

    private void reachable(URI url) {
        if (settings.allowPrivateWebhooks()) {
            if (Forbidden.host(url.getHost())) {
                throw badUrl("must not be a link-local or metadata address");
            }
            return;
        }
        if (!"https".equals(url.getScheme())) {
            throw badUrl("must be https");
        }
        if (!PublicAddress.mayBe(url.getHost())) {
            throw badUrl("must lead to a public address");
        }
    }

    private static Rejection badUrl(String detail) {
        return Rejection.invalid(
                "/url",
                "invalid_url",
                detail,
                "For example https://hooks.example.com/keymesh; allowPrivateWebhooks in the process's configuration"
                        + " lets others be called.");
    }

    /** Empty but for mail. */
    List<String> to(Format format) {
        List<String> to = wanted.to() == null ? List.of() : wanted.to();
        if (format != Format.EMAIL) {
            if (!to.isEmpty()) {
                throw Rejection.invalid("/to", "not_taken", "is taken where the format is email alone", "Give 'url'.");
            }
            return to;
        }
        if (to.isEmpty() || to.size() > MOST_ADDRESSES) {
            throw Rejection.invalid(
                    "/to", "invalid_addresses", "must be 1 to " + MOST_ADDRESSES + " mail addresses", null);
        }
        for (int i = 0; i < to.size(); i++) {
            if (!MailAddress.is(to.get(i))) {
                throw Rejection.invalid(
                        "/to/" + i, "invalid_address", "must be a plain mail address", "For example ops@example.com.");
            }
        }
        return to.stream().distinct().toList();
    }

    List<String> events() {
        List<String> events = wanted.events() == null ? List.of() : wanted.events();
        if (events.isEmpty()) {
            throw Rejection.invalid("/events", "missing", "must name an event at least", "\"*\" is all of them.");
        }
        for (int i = 0; i < events.size(); i++) {
            String name = events.get(i);
            if (!name.equals(EventTypes.ALL) && !EventTypes.known().contains(name)) {
                throw Rejection.invalid(
                        "/events/" + i,
                        "unknown_event",
                        "names no event",
                        "Known are *, " + String.join(", ", EventTypes.known()) + ".");
            }
        }
        return events.stream().distinct().toList();
    }

    @Nullable
    String description() {
        String text = wanted.description();
        if (text != null && text.length() > DESCRIPTION) {
            throw Rejection.invalid(
                    "/description", "invalid_description", "must be at most " + DESCRIPTION + " characters", null);
        }
        return text;
    }

    boolean enabled() {
        return wanted.enabled() == null || wanted.enabled();
    }
}
