package dev.keymesh.gateway.http;

import dev.keymesh.gateway.api.Api;
import dev.keymesh.gateway.api.ApiRequest;
import dev.keymesh.gateway.api.ApiResponse;
import dev.keymesh.gateway.api.MetricsApi;
import dev.keymesh.gateway.call.Authenticator;
import dev.keymesh.gateway.call.Discard;
import dev.keymesh.gateway.call.ModelCalls;
import dev.keymesh.gateway.page.Pages;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends each path where it belongs: the API's and the pages' to a virtual thread, all others to the model path. */
final class Door extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final int MAX_API_BODY = 1024 * 1024;

    private final ModelCalls calls;
    private final Api api;
    private final PageDoor pages;
    private final Mount.@Nullable Mounted mcp;
    private final Readiness ready;
    private final Pulse pulse;
    private final Drainage drainage;
    private final ClaimPage claims;
    private final @Nullable MetricsApi openMetrics;

    /**
     * Where each path belongs.
     *
     * @param openMetrics what this machine itself may scrape without a credential; null is nothing
     */
    Door(
            ModelCalls calls,
            Api api,
            Pages pages,
            ClaimPage claims,
            Mount.@Nullable Mounted mcp,
            Readiness ready,
            Pulse pulse,
            Drainage drainage,
            @Nullable MetricsApi openMetrics) {
        this.openMetrics = openMetrics;
        this.calls = calls;
        this.api = api;
        this.pages = new PageDoor(pages, drainage);
        this.claims = claims;
        this.mcp = mcp;
        this.ready = ready;
        this.pulse = pulse;
        this.drainage = drainage;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getPath();
        if (drainage.hasBegun()) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
        if (path.startsWith("/api/") || path.equals(MetricsApi.PATH)) {
            Thread.startVirtualThread(() -> api(request, response, callback));
        } else if (Pages.own(path)) {
            Thread.startVirtualThread(() -> pages.handle(request, response, callback));
        } else if (path.equals("/mcp") && mcp != null) {
            Mount.Mounted mounted = mcp;
            Thread.startVirtualThread(() -> mcp(mounted, request, response, callback));
        } else if (path.startsWith(ClaimPage.PATH)) {
            Thread.startVirtualThread(() -> claim(request, response, callback));
        } else if (path.equals("/livez")) {
            Thread.startVirtualThread(() ->
                    health(pulse.isThere() ? List.of() : List.of("a selector's thread hangs"), response, callback));
        } else if (path.equals("/readyz")) {
            Thread.startVirtualThread(() -> health(unready(), response, callback));
        } else {
            calls.handle(request, response, callback);
        }
        return true;
    }

    private void claim(Request request, Response response, Callback callback) {
        ClaimPage.Page page;
        try {
            page = claims.answer(request.getMethod(), request.getHttpURI().getPath());
        } catch (RuntimeException e) {
            LOG.warn("A claim link could not be answered.", e);
            page = ClaimPage.unavailable();
        }
        Adapter.send(page.status(), page.headers(), page.body(), request, response, callback);
    }

    /** What is wrong, a line each. */
    private void health(List<String> wrong, Response response, Callback callback) {
        dated(response);
        response.setStatus(wrong.isEmpty() ? 200 : 503);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        Content.Sink.write(response, true, wrong.isEmpty() ? "ok\n" : String.join("\n", wrong) + "\n", callback);
    }

    /** Answers of the API and of the health checks carry our clock's time, so that whoever asks can tell his from it. */
    private void dated(Response response) {
        response.getHeaders().put(getServer().getDateField());
    }

    private List<String> unready() {
        return drainage.hasBegun() ? List.of("draining") : ready.wrong();
    }

    private static void mcp(Mount.Mounted mounted, Request request, Response response, Callback callback) {
        try {
            mounted.handle(request, response, Discard.before(request, callback));
        } catch (Exception e) {
            LOG.error("A request of MCP ended by a bug.", e);
            callback.failed(e);
        }
    }

    private void api(Request request, Response response, Callback callback) {
        dated(response);
        try {
            ApiResponse answer = openMetrics != null && isOpenScrape(request)
                    ? openMetrics.scrape(accepted(request))
                    : api.handle(read(request));
            Adapter.send(
                    answer.status(),
                    answer.headers(),
                    answer.body(),
                    answer.live(),
                    request,
                    response,
                    callback,
                    drainage);
        } catch (Throwable e) {
            LOG.error("A request of the API ended by a bug.", e);
            response.setStatus(500);
            response.write(true, ByteBuffer.allocate(0), callback);
        }
    }

    private static String accepted(Request request) {
        String accept = request.getHeaders().get(HttpHeader.ACCEPT);
        return accept == null ? "" : accept;
    }

    private static boolean isOpenScrape(Request request) {
        return request.getHttpURI().getPath().equals(MetricsApi.PATH)
                && request.getMethod().equals("GET")
                && Near.isFromHere(request);
    }

    private static ApiRequest read(Request request) throws java.io.IOException {
        byte[] body = Adapter.body(request, MAX_API_BODY);
        boolean tooLarge = body.length > MAX_API_BODY;
        String credential = "";
        boolean two = false;
        try {
            String found = Authenticator.secret(request.getHeaders());
            credential = found == null ? "" : found;
        } catch (IllegalArgumentException e) {
            two = true;
        }
        Map<String, String> headers = Adapter.headers(request, ApiRequest.HEADERS);
        String authority = request.getHttpURI().getAuthority();
        if (authority != null) {
            headers.put(ApiRequest.ADDRESS, request.getHttpURI().getScheme() + "://" + authority);
        }
        return new ApiRequest(
                request.getMethod(),
                request.getHttpURI().getPath(),
                Adapter.query(request),
                credential,
                two,
                headers,
                tooLarge ? new byte[0] : body,
                tooLarge);
    }
}
