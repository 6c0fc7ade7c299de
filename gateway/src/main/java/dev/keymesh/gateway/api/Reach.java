package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.KeyIndex;
import dev.keymesh.gateway.access.VirtualKey;
import java.util.List;

/**
 * Whether a caller may ask for this at all: its kind, its permission, and the part of the account that it reaches. One
 * place decides for every route; what a route does not say is refused. What a key of one space does not reach is answered
 * as if it were not there.
 */
final class Reach {
    private final KeyIndex keys;

    Reach(KeyIndex keys) {
        this.keys = keys;
    }

    void admit(Route route, List<String> params, Caller caller) {
        switch (caller) {
            case Caller.Virtual(var key) -> admit(route, params, key);
            case Caller.Management key -> admit(route, params, key);
        }
    }

    private void admit(Route route, List<String> params, VirtualKey caller) {
        boolean ofItsSubtree = route.part() != Route.Part.KEY || keys.isWithin(params.getFirst(), caller.id());
        if (route.callers() == Route.Callers.MANAGEMENT_KEYS || !ofItsSubtree) {
            throw Rejection.forbidden(route.permission());
        }
    }

    private void admit(Route route, List<String> params, Caller.Management caller) {
        if (route.callers() == Route.Callers.VIRTUAL_KEYS) {
            throw new Rejection(
                    403, "forbidden", "This path is for virtual keys. Ask for /api/v1/keys/{id} instead.", List.of());
        }
        if (!route.permission().isEmpty() && !caller.permissions().contains(route.permission())) {
            throw Rejection.forbidden(route.permission());
        }
        if (caller.space() == null || route.narrows()) {
            return;
        }
        switch (route.part()) {
            case SPACE -> {
                if (!params.getFirst().equals(caller.space())) {
                    throw Rejection.noSpace(params.getFirst());
                }
            }
            case KEY -> {
                VirtualKey key = keys.byId(params.getFirst());
                if (key == null || !key.space().equals(caller.space())) {
                    throw Rejection.notFound("such key");
                }
            }
            case ACCOUNT -> throw Rejection.oneSpaceOnly(caller.space());
        }
    }
}
