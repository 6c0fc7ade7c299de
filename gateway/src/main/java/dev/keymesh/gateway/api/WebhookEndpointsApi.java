package dev.keymesh.gateway.api;

import dev.keymesh.gateway.alert.AlertSettings;
import dev.keymesh.gateway.alert.Dispatcher;
import dev.keymesh.gateway.alert.Endpoint;
import dev.keymesh.gateway.alert.Endpoints;
import dev.keymesh.gateway.alert.Format;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.sdk.wire.IssuedWebhookEndpoint;
import dev.keymesh.sdk.wire.NewWebhookEndpoint;
import dev.keymesh.sdk.wire.WebhookEndpoint;
import dev.keymesh.sdk.wire.WebhookRotation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where events are told: {@code /api/v1/webhook-endpoints}; a key of one space has those of its space. */
public final class WebhookEndpointsApi implements Resource {
    static final String PATH = "/api/v1/webhook-endpoints";

    private static final Duration OVERLAP = Duration.ofHours(24);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(7);

    private final Endpoints endpoints;
    private final Dispatcher dispatcher;
    private final Spaces spaces;
    private final AlertSettings settings;
    private final InstantSource clock;

    public WebhookEndpointsApi(
            Endpoints endpoints, Dispatcher dispatcher, Spaces spaces, AlertSettings settings, InstantSource clock) {
        this.endpoints = endpoints;
        this.dispatcher = dispatcher;
        this.spaces = spaces;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "webhooks.write", this::create).narrowing(),
                Route.of("GET", PATH, "webhooks.read", this::list)
                        .taking("limit", "cursor")
                        .narrowing(),
                Route.of("GET", PATH + "/*", "webhooks.read", call -> answer(find(endpoints, call)))
                        .narrowing(),
                Route.of("PATCH", PATH + "/*", "webhooks.write", this::patch).narrowing(),
                Route.of("DELETE", PATH + "/*", "webhooks.write", this::delete).narrowing(),
                Route.of("POST", PATH + "/*/rotate", "webhooks.write", this::rotate)
                        .narrowing(),
                Route.of("POST", PATH + "/*/test", "webhooks.write", this::test).narrowing());
    }

    private ApiResponse create(Call call) {
        NewWebhookEndpoint wanted = call.body(NewWebhookEndpoint.class);
        EndpointBody body = new EndpointBody(wanted, settings);
        Format format = body.format();
        Instant now = now();
        Endpoint endpoint = endpoints.create(
                call.actor(),
                new Endpoint(
                        "",
                        space(call, wanted.space()),
                        format,
                        body.url(format),
                        body.to(format),
                        body.events(),
                        body.description(),
                        null,
                        null,
                        null,
                        body.enabled(),
                        null,
                        null,
                        now,
                        now));
        return ApiResponse.created(IssuedWebhookEndpoint.of(wire(endpoint), endpoint.secret()));
    }

    /** A key of one space adds for that space, also where none is named. */
    private @Nullable String space(Call call, @Nullable String wanted) {
        String space = wanted == null ? call.onlySpace() : wanted;
        if (space != null && !(spaces.exists(space) && call.reaches(space))) {
            throw Rejection.invalid("/space", "not_found", "names no space", null);
        }
        return space;
    }

    private ApiResponse list(Call call) {
        List<Endpoint> reached = endpoints.list().stream()
                .filter(endpoint -> call.reaches(endpoint.space()))
                .toList();
        return ApiResponse.ok(call.slice(reached, Endpoint::createdAt, Endpoint::id, WebhookEndpointsApi::wire));
    }

    private ApiResponse patch(Call call) {
        return answer(
                endpoints.update(call.actor(), "{}", find(endpoints, call).id(), before -> patched(call, before)));
    }

    private Endpoint patched(Call call, Endpoint before) {
        call.unchanged(before.updatedAt());
        NewWebhookEndpoint current = new NewWebhookEndpoint(
                before.url(),
                before.format() == Format.EMAIL ? before.to() : null,
                before.events(),
                before.description(),
                before.format().wire(),
                before.space(),
                before.enabled());
        NewWebhookEndpoint wanted = Bodies.patch(call.request().body(), current, NewWebhookEndpoint.class);
        if (!before.format().wire().equals(wanted.format())) {
            throw Rejection.invalid("/format", "immutable", "cannot be changed", null);
        }
        if (!Objects.equals(before.space(), wanted.space())) {
            throw Rejection.invalid("/space", "immutable", "cannot be changed", null);
        }
        EndpointBody body = new EndpointBody(wanted, settings);
        String url = body.url(before.format());
        return before.with(
                // What is shown of a URL, written back, is no change.
                Objects.equals(url, shown(before)) ? before.url() : url,
                body.to(before.format()),
                body.events(),
                body.description(),
                body.enabled(),
                now());
    }

    private ApiResponse delete(Call call) {
        endpoints.delete(call.actor(), find(endpoints, call).id());
        return ApiResponse.noContent();
    }

    private ApiResponse rotate(Call call) {
        Endpoint endpoint = find(endpoints, call);
        if (endpoint.format() != Format.STANDARD) {
            throw new Conflict("What is sent to an endpoint of format "
                    + endpoint.format().wire() + " is not signed, so it has no secret.");
        }
        WebhookRotation wanted =
                call.request().body().length == 0 ? new WebhookRotation(null) : call.body(WebhookRotation.class);
        Endpoint after = endpoints.rotate(call.actor(), endpoint.id(), overlap(wanted.overlap()), now());
        return ApiResponse.ok(IssuedWebhookEndpoint.of(wire(after), after.secret()));
    }

    private static Duration overlap(@Nullable String wanted) {
        if (wanted == null) {
            return OVERLAP;
        }
        try {
            Duration overlap = Duration.parse(wanted);
            if (!overlap.isNegative() && overlap.compareTo(LONGEST_OVERLAP) <= 0) {
                return overlap;
            }
        } catch (DateTimeParseException e) {
            // the same answer as for one that is too long
        }
        throw Rejection.invalid("/overlap", "invalid_duration", "must be from PT0S to P7D, such as PT24H", null);
    }

    private ApiResponse test(Call call) {
        return ApiResponse.ok(WebhookDeliveriesApi.wire(dispatcher.test(find(endpoints, call.bare()))));
    }

    static Endpoint find(Endpoints endpoints, Call call) {
        return endpoints
                .get(call.param(0))
                .filter(endpoint -> call.reaches(endpoint.space()))
                .orElseThrow(() -> Rejection.notFound("such webhook endpoint"));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static ApiResponse answer(Endpoint endpoint) {
        return ApiResponse.tagged(wire(endpoint), endpoint.updatedAt());
    }

    private static WebhookEndpoint wire(Endpoint endpoint) {
        return new WebhookEndpoint(
                endpoint.id(),
                shown(endpoint),
                endpoint.format() == Format.EMAIL ? endpoint.to() : null,
                endpoint.events(),
                endpoint.description(),
                endpoint.format().wire(),
                endpoint.space(),
                endpoint.enabled(),
                endpoint.disabledReason(),
                endpoint.failingSince(),
                endpoint.oldSecretUntil(),
                endpoint.createdAt(),
                endpoint.updatedAt());
    }

    /** Whoever knows a Slack URL may write there. */
    private static @Nullable String shown(Endpoint endpoint) {
        String url = endpoint.url();
        if (url == null || endpoint.format() != Format.SLACK) {
            return url;
        }
        String host = url.substring(0, url.length() - rest(url).length());
        return host + "/..." + (rest(url).length() < 16 ? "" : url.substring(url.length() - 4));
    }

    /** What follows the host. */
    private static String rest(String url) {
        int slash = url.indexOf('/', url.indexOf("//") + 2);
        int query = url.indexOf('?');
        int from = slash < 0 ? query : query < 0 ? slash : Math.min(slash, query);
        return from < 0 ? "" : url.substring(from);
    }
}
