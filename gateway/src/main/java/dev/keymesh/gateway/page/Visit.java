package dev.keymesh.gateway.page;

import dev.keymesh.gateway.api.ApiResponse;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.Transport;
import dev.keymesh.sdk.WireRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One authorised request, as a page sees it.
 *
 * @param params of the path
 * @param form of the body; empty for a GET
 * @param following answers what a path of the REST API goes on to say
 */
record Visit(
        PageRequest request,
        Session session,
        List<String> params,
        Form query,
        Form form,
        Transport transport,
        Function<String, ApiResponse> following,
        Shell shell) {
    /** What just happened, by its name in the query of the page that tells it. */
    private static final Map<String, String> NOTICES = Map.ofEntries(
            Map.entry("disabled", "The key is disabled: its calls are refused."),
            Map.entry("enabled", "The key is enabled."),
            Map.entry("revoked", "The key is revoked for good, with all its parts."),
            Map.entry("budget-set", "The budget is set."),
            Map.entry("budget-cleared", "The budget is taken away."),
            Map.entry("workspace-added", "The workspace is added. It restricts nothing yet."),
            Map.entry("workspace-saved", "The workspace is saved: its next call is judged by it."),
            Map.entry("provider-added", "The provider is added. Its credential is not shown again."),
            Map.entry("provider-enabled", "The provider is enabled."),
            Map.entry("provider-disabled", "The provider is disabled: no call goes to it."),
            Map.entry("provider-rotated", "The credential is replaced: the next call takes the new one."),
            Map.entry("price-set", "The price is set: the next call is bounded and charged by it."),
            Map.entry("price-deleted", "Your own price is taken away; what was charged by it stays."),
            Map.entry("space-stopped", "The space is stopped: its keys are refused and its calls are ended."),
            Map.entry("space-started", "The space goes on: its keys are good again."));

    /** The REST API, as the session's key. */
    Keymesh keymesh() {
        return Keymesh.over(transport);
    }

    /**
     * The same, where a change of something that has changed meanwhile is refused with 412.
     *
     * @param version the milliseconds of its last change, as the form holds them
     */
    Keymesh keymeshUnchanged(String version) {
        return with("if-match", "\"" + version + "\"");
    }

    /** The same, where a POST that is sent again is answered as it was the first time. */
    Keymesh keymeshOnce(String idempotencyKey) {
        return with("idempotency-key", idempotencyKey);
    }

    private Keymesh with(String header, String value) {
        return Keymesh.over(request -> {
            Map<String, String> headers = new LinkedHashMap<>(request.headers());
            headers.put(header, value);
            return transport.send(new WireRequest(request.method(), request.path(), headers, request.body()));
        });
    }

    /** An answer of the REST API that goes on, as long as the session lasts. */
    PageResponse follow(String path) {
        ApiResponse answer = following.apply(path);
        return new PageResponse(answer.status(), answer.headers(), answer.body(), answer.live());
    }

    boolean may(String permission) {
        return session.caller().permissions().contains(permission);
    }

    String param(int index) {
        return params.get(index);
    }

    Frame frame(String title) {
        return shell.frame(title, request.path(), session, NOTICES.get(query.text("done")));
    }

    PageResponse page(String template, Object view) {
        return shell.page(200, template, view);
    }

    /** A form that is shown again, with what is wrong with it. */
    PageResponse again(String template, Object view) {
        return shell.page(422, template, view);
    }
}
