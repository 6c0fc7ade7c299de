package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.KeyIndex;
import dev.keymesh.gateway.access.ManagementKeys;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Problem;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST API: finds the route, the caller and the permission, and turns refusals into problems in one place. */
public final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final List<Route> routes;
    private final Reach reach;
    private final ManagementKeys managementKeys;
    private final KeyIndex keys;
    private final Spaces spaces;
    private final InstantSource clock;
    private final Replays replays;
    private final Store store;

    /**
     * All of it.
     *
     * @param store asked, before each request, for what other nodes did
     */
    public Api(
            List<? extends Resource> resources,
            ManagementKeys managementKeys,
            KeyIndex keys,
            Spaces spaces,
            Replays replays,
            InstantSource clock,
            Store store) {
        this.replays = replays;
        this.store = store;
        this.routes = resources.stream()
                .flatMap(resource -> resource.routes().stream())
                .toList();
        this.managementKeys = managementKeys;
        this.keys = keys;
        this.spaces = spaces;
        reach = new Reach(keys);
        this.clock = clock;
    }

    List<Route> routes() {
        return routes;
    }

    public ApiResponse handle(ApiRequest request) {
        return handle(request, () -> authenticate(request));
    }

    /** The same for a caller who was authenticated otherwise. */
    ApiResponse handle(ApiRequest request, Supplier<Caller> authenticated) {
        String requestId = Ids.next("req");
        try {
            return dispatch(request, authenticated, requestId);
        } catch (Rejection e) {
            return problem(e.status, e.code, String.valueOf(e.getMessage()), requestId, e);
        } catch (Conflict e) {
            return problem(409, "conflict", String.valueOf(e.getMessage()), requestId, null);
        } catch (StoreException e) {
            LOG.warn("Request {} was refused: {}", requestId, e.getMessage());
            return problem(503, "unavailable", "The store does not answer. Try again in a second.", requestId, null);
        } catch (RuntimeException e) {
            LOG.error("Request {} ended by a bug.", requestId, e);
            return problem(500, "internal", "Keymesh failed; tell whoever runs it this request id.", requestId, null);
        }
    }

    private ApiResponse dispatch(ApiRequest request, Supplier<Caller> authenticated, String requestId) {
        store.catchUp();
        Caller caller = authenticated.get();
        if (request.bodyTooLarge()) {
            throw new Rejection(413, "too_large", "The body is larger than 1 MiB.", List.of());
        }
        Set<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            List<String> params = route.match(request.path());
            if (params == null) {
                continue;
            }
            allowed.add(route.method());
            if (route.method().equals(request.method())) {
                reach.admit(route, params, caller);
                contentType(request, route);
                Call call = new Call(
                                caller,
                                request,
                                params,
                                Call.parse(request.query()),
                                requestId,
                                () -> mayStill(route, params, authenticated))
                        .taking(route.query());
                return route.repeatable()
                        ? replays.once(call, () -> route.handler().apply(call))
                        : route.handler().apply(call);
            }
        }
        throw allowed.isEmpty()
                ? Rejection.notFound("such path")
                : Rejection.method(request.method(), String.join(", ", allowed));
    }

    private boolean mayStill(Route route, List<String> params, Supplier<Caller> authenticated) {
        try {
            reach.admit(route, params, authenticated.get());
            return store.fresh();
        } catch (Rejection | StoreException e) {
            return false;
        }
    }

    private Caller authenticate(ApiRequest request) {
        if (request.twoCredentials()) {
            throw Rejection.malformed("Two different credentials came with the request. Send one.");
        }
        Optional<Caller.Management> management = managementKeys.find(request.credential());
        if (management.isPresent()) {
            return management.get();
        }
        if (keys.find(request.credential()) instanceof KeyIndex.Verdict.Known known) {
            VirtualKey key = known.key();
            if (spaces.isDisabled(key.space())) {
                throw new Rejection(
                        401, "unauthenticated", "The space '" + key.space() + "' of this key is disabled.", List.of());
            }
            if (key.status().equals(VirtualKey.ACTIVE) && !key.expired(clock.instant())) {
                return new Caller.Virtual(key);
            }
        }
        throw new Rejection(
                401, "unauthenticated", "Send a management key as 'Authorization: Bearer kma-...'.", List.of());
    }

    private static void contentType(ApiRequest request, Route route) {
        String coding = request.header("content-encoding").strip();
        if (!coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
            throw new Rejection(
                    415, "unsupported_media_type", "Send the body as it is, without Content-Encoding.", List.of());
        }
        String given = request.header("content-type");
        String type = given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean json = type.isEmpty()
                || type.equals("application/json")
                || (type.equals("application/merge-patch+json")
                        && request.method().equals("PATCH"))
                || (type.equals("text/csv") && route.csv());
        if (request.body().length > 0 && !json) {
            throw new Rejection(
                    415,
                    "unsupported_media_type",
                    route.csv() ? "Send application/json or text/csv." : "Send application/json.",
                    List.of());
        }
    }

    private static ApiResponse problem(
            int status,
            String code,
            String detail,
            String requestId,
            @org.jspecify.annotations.Nullable Rejection rejection) {
        Problem problem = new Problem(
                "about:blank",
                title(status),
                status,
                detail,
                code,
                requestId,
                rejection == null ? List.of() : rejection.errors);
        Map<String, String> headers = new HashMap<>(rejection == null ? Map.of() : rejection.headers);
        headers.put("Content-Type", "application/problem+json");
        if (status == 503) {
            headers.put("Retry-After", "1");
        }
        return new ApiResponse(status, headers, Json.toBytes(problem));
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Unauthenticated";
            case 403 -> "Forbidden";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Conflict";
            case 412 -> "Stale";
            case 413 -> "Too large";
            case 415 -> "Unsupported media type";
            case 422 -> "Validation failed";
            case 503 -> "Unavailable";
            default -> "Internal error";
        };
    }
}
