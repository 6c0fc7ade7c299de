package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.Event;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.UsageRow;
import org.jspecify.annotations.Nullable;

/**
 * A client of one Keymesh server, safe for many threads. {@link Account#connect} or {@link #with} gives it the
 * credential that later calls present; every call throws {@link KeymeshException} where the server refuses.
 */
public final class Keymesh {
    private final Api api;

    private Keymesh(Api api) {
        this.api = api;
    }

    /**
     * The server at this address, over HTTP.
     *
     * @param url such as {@code https://keymesh.example.com}
     * @throws IllegalArgumentException where it is no http or https address
     */
    public static Keymesh at(String url) {
        return over(HttpTransport.to(url));
    }

    /** The server at the other end of this transport. */
    public static Keymesh over(Transport transport) {
        return new Keymesh(new Api(transport, null));
    }

    /**
     * A client of the same server that presents this credential; this one stays as it is.
     *
     * @throws IllegalArgumentException where the credential is missing or cannot stand in a header
     */
    public Keymesh with(@Nullable String credential) {
        return new Keymesh(api.presenting(Api.checked(credential)));
    }

    /** Who the credential is. */
    public Account account() {
        return new Account(api);
    }

    /** The credentials of this API. */
    public ManagementKeys managementKeys() {
        return new ManagementKeys(api);
    }

    /** What management keys may do. */
    public PermissionSets permissionSets() {
        return new PermissionSets(api);
    }

    /** The spaces and what belongs to one: keys and workspaces. */
    public Spaces spaces() {
        return new Spaces(api);
    }

    /** The vendors whose models the gateway serves. */
    public Providers providers() {
        return new Providers(api);
    }

    /** What models cost. */
    public Prices prices() {
        return new Prices(api);
    }

    /** Limits of money. */
    public Budgets budgets() {
        return new Budgets(api);
    }

    /**
     * Usage summed over calls: {@code GET /api/v1/usage}.
     *
     * @param query grouped by any of {@code key model day provider workspace owner tag externalId hour}; narrowed by
     *     {@code start} (the first of the month, UTC, where it is absent), {@code end}, {@code key}, {@code workspace}
     */
    public Page<UsageRow> usage(Query query) {
        return api.page("/api/v1/usage" + query, UsageRow.class);
    }

    /** The same as CSV with a head, as a spreadsheet takes it. */
    public String usageCsv(Query query) {
        return api.csv("/api/v1/usage" + query);
    }

    /** Single calls through the gateway. */
    public Requests requests() {
        return new Requests(api);
    }

    /** Where events are told: webhooks and mail. */
    public WebhookEndpoints webhookEndpoints() {
        return new WebhookEndpoints(api);
    }

    /** The event log, newest first: {@code GET /api/v1/events}. */
    public Page<Event> events(Query query) {
        return api.page("/api/v1/events" + query, Event.class);
    }

    /**
     * Any request of the REST API with a body of one's own, for what passes JSON on as it came.
     *
     * @param path starts with a slash, with the query, percent-encoded
     * @param json null is no body
     * @return the answer, always with a status below 400
     */
    public WireResponse exchange(String method, String path, byte @Nullable [] json) {
        return exchange(method, path, "application/json", json);
    }

    /**
     * The same with a body of another type, such as {@code text/csv} where the API takes tables.
     *
     * @param path starts with a slash, with the query, percent-encoded
     * @param body null is no body
     * @return the answer, always with a status below 400
     */
    public WireResponse exchange(String method, String path, String contentType, byte @Nullable [] body) {
        return api.exchange(method, path, contentType, body);
    }
}
