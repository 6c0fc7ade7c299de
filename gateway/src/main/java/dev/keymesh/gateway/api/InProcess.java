package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.sdk.Transport;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The SDK's transport without a network: the same routes, the same authoriser, the same events. */
public final class InProcess implements Transport {
    private final Api api;

    public InProcess(Api api) {
        this.api = api;
    }

    List<Route> routes() {
        return api.routes();
    }

    /**
     * An answer that goes on, for a caller who was authenticated otherwise and is asked for again while it does.
     *
     * @param caller empty where there is none any more
     */
    public ApiResponse follow(String path, Supplier<Optional<? extends Caller>> caller) {
        ApiRequest request = read(new WireRequest("GET", path, Map.of(), null));
        return api.handle(
                request,
                () -> caller.get()
                        .orElseThrow(() -> new Rejection(401, "unauthenticated", "Sign in again.", List.of())));
    }

    /** The same for a caller who was authenticated otherwise; a credential that a request carries is not looked at. */
    public Transport as(Caller caller) {
        return request -> answered(api.handle(read(request), () -> caller));
    }

    @Override
    public WireResponse send(WireRequest request) {
        return answered(api.handle(read(request)));
    }

    private static ApiRequest read(WireRequest request) {
        int question = request.path().indexOf('?');
        String authorization = header(request, "authorization");
        byte[] body = request.body();
        return new ApiRequest(
                request.method().toUpperCase(Locale.ROOT),
                question < 0 ? request.path() : request.path().substring(0, question),
                question < 0 ? "" : request.path().substring(question + 1),
                authorization.startsWith("Bearer ") ? authorization.substring(7) : authorization,
                false,
                request.headers(),
                body == null ? new byte[0] : body,
                false);
    }

    private static WireResponse answered(ApiResponse answer) {
        Live live = answer.live();
        if (live != null) {
            live.close();
            return new WireResponse(406, Map.of(), new byte[0]);
        }
        return new WireResponse(answer.status(), answer.headers(), answer.body());
    }

    private static String header(WireRequest request, String name) {
        String value = request.header(name);
        return value == null ? "" : value;
    }
}
