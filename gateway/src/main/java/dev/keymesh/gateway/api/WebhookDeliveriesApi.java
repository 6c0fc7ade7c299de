package dev.keymesh.gateway.api;

import dev.keymesh.gateway.alert.Deliveries;
import dev.keymesh.gateway.alert.Delivery;
import dev.keymesh.gateway.alert.Dispatcher;
import dev.keymesh.gateway.alert.Endpoint;
import dev.keymesh.gateway.alert.Endpoints;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.sdk.wire.WebhookDelivery;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/** What was told to a webhook endpoint and what is to be told: {@code /api/v1/webhook-endpoints/{id}/deliveries}. */
public final class WebhookDeliveriesApi implements Resource {
    private static final String PATH = WebhookEndpointsApi.PATH + "/*/deliveries";

    private final Endpoints endpoints;
    private final Deliveries deliveries;
    private final Dispatcher dispatcher;
    private final InstantSource clock;

    public WebhookDeliveriesApi(
            Endpoints endpoints, Deliveries deliveries, Dispatcher dispatcher, InstantSource clock) {
        this.endpoints = endpoints;
        this.deliveries = deliveries;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("GET", PATH, "webhooks.read", this::list)
                        .taking("limit", "cursor", "status")
                        .narrowing(),
                Route.of("POST", PATH + "/*/redeliver", "webhooks.write", this::redeliver)
                        .narrowing());
    }

    private ApiResponse list(Call call) {
        String status = call.asked("status");
        if (status != null
                && Arrays.stream(Delivery.Status.values())
                        .noneMatch(one -> one.wire().equals(status))) {
            throw Rejection.malformed("'status' must be pending, delivered or failed.");
        }
        Endpoint endpoint = WebhookEndpointsApi.find(endpoints, call);
        List<Delivery> rows =
                deliveries.list(endpoint.id(), status == null ? "" : status, call.cursor(), call.limit() + 1);
        return ApiResponse.ok(Call.page(rows, call.limit(), Delivery::id, WebhookDeliveriesApi::wire));
    }

    private ApiResponse redeliver(Call call) {
        Endpoint endpoint = WebhookEndpointsApi.find(endpoints, call.bare());
        Delivery delivery = found(endpoint, call.param(1));
        if (!endpoint.enabled()) {
            throw new Conflict("The endpoint is disabled, so nothing is sent there. Enable it first.");
        }
        deliveries.again(call.actor(), endpoint.id(), delivery.id(), clock.instant());
        Delivery queued = found(endpoint, delivery.id());
        dispatcher.wake();
        return ApiResponse.ok(wire(queued));
    }

    private Delivery found(Endpoint endpoint, String id) {
        return deliveries.get(endpoint.id(), id).orElseThrow(() -> Rejection.notFound("such delivery"));
    }

    static WebhookDelivery wire(Delivery delivery) {
        return new WebhookDelivery(
                delivery.id(),
                delivery.endpoint(),
                delivery.message(),
                delivery.type(),
                delivery.status().wire(),
                delivery.attempts(),
                delivery.status() == Delivery.Status.PENDING ? delivery.nextAt() : null,
                delivery.createdAt());
    }
}
