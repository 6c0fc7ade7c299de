package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.Transport;
import dev.keymesh.sdk.WireRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One authorised request, as a page sees it.
 *
 * @param params of the path
 * @param form of the body; empty for a GET
 */
record Visit(
        PageRequest request,
        Session session,
        List<String> params,
        Form query,
        Form form,
        Transport transport,
        Shell shell) {
    /** What just happened, by its name in the query of the page that tells it. */
    private static final Map<String, String> NOTICES = Map.of(
            "disabled", "The key is disabled: its calls are refused.",
            "enabled", "The key is enabled.",
            "revoked", "The key is revoked for good, with all its parts.",
            "budget-set", "The budget is set.",
            "budget-cleared", "The budget is taken away.");

    /** The REST API, as the session's key. */
    Keymesh keymesh() {
        return Keymesh.over(transport);
    }

    /** The same, where a POST that is sent again is answered as it was the first time. */
    Keymesh keymeshOnce(String idempotencyKey) {
        return Keymesh.over(request -> {
            Map<String, String> headers = new LinkedHashMap<>(request.headers());
            headers.put("idempotency-key", idempotencyKey);
            return transport.send(new WireRequest(request.method(), request.path(), headers, request.body()));
        });
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
