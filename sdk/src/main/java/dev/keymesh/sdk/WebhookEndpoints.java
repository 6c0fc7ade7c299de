package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.IssuedWebhookEndpoint;
import dev.keymesh.sdk.wire.NewWebhookEndpoint;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.WebhookDelivery;
import dev.keymesh.sdk.wire.WebhookEndpoint;
import dev.keymesh.sdk.wire.WebhookRotation;

/** Where events are told, and what was told there. */
public final class WebhookEndpoints {
    private final Api api;

    WebhookEndpoints(Api api) {
        this.api = api;
    }

    /** Adds one; its secret is in this answer and never again. */
    public IssuedWebhookEndpoint create(NewWebhookEndpoint endpoint) {
        return api.post("/api/v1/webhook-endpoints", endpoint, IssuedWebhookEndpoint.class);
    }

    /** All of them, newest first. */
    public Page<WebhookEndpoint> list(Query query) {
        return api.page("/api/v1/webhook-endpoints" + query, WebhookEndpoint.class);
    }

    /** The endpoint of this id. */
    public WebhookEndpoint get(String id) {
        return api.get(endpoint(id), WebhookEndpoint.class);
    }

    /** Changes single members of an endpoint. */
    public WebhookEndpoint patch(String id, Patch patch) {
        return api.patch(endpoint(id), patch, WebhookEndpoint.class);
    }

    /** Takes an endpoint away, and what was to be told there. */
    public void delete(String id) {
        api.delete(endpoint(id));
    }

    /** Gives an endpoint another secret; the one before signs too until the overlap ends. */
    public IssuedWebhookEndpoint rotate(String id, WebhookRotation rotation) {
        return api.post(endpoint(id) + "/rotate", rotation, IssuedWebhookEndpoint.class);
    }

    /** Sends a message of type {@code webhook.test} now, once, and says how that went. */
    public WebhookDelivery test(String id) {
        return api.post(endpoint(id) + "/test", null, WebhookDelivery.class);
    }

    /**
     * What was told and what is to be told, newest first.
     *
     * @param query filtered by {@code status}
     */
    public Page<WebhookDelivery> deliveries(String id, Query query) {
        return api.page(endpoint(id) + "/deliveries" + query, WebhookDelivery.class);
    }

    /** Sends a message again, from the first attempt on. */
    public WebhookDelivery redeliver(String id, String delivery) {
        return api.post(
                endpoint(id) + "/deliveries/" + WireRequest.segment(delivery) + "/redeliver",
                null,
                WebhookDelivery.class);
    }

    private static String endpoint(String id) {
        return "/api/v1/webhook-endpoints/" + WireRequest.segment(id);
    }
}
