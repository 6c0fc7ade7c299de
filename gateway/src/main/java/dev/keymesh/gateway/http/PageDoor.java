package dev.keymesh.gateway.http;

import dev.keymesh.gateway.page.PageRequest;
import dev.keymesh.gateway.page.PageResponse;
import dev.keymesh.gateway.page.Pages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The adapter from HTTP to pages. */
final class PageDoor {
    private static final Logger LOG = LoggerFactory.getLogger(PageDoor.class);
    private static final int MAX_FORM = 256 * 1024;

    private final Pages pages;
    private final Drainage drainage;

    PageDoor(Pages pages, Drainage drainage) {
        this.pages = pages;
        this.drainage = drainage;
    }

    void handle(Request request, Response response, Callback callback) {
        try {
            PageResponse answer = pages.handle(read(request));
            Adapter.send(
                    answer.status(),
                    answer.headers(),
                    answer.body(),
                    answer.live(),
                    request,
                    response,
                    callback,
                    drainage);
        } catch (Exception e) {
            LOG.error("A request of a page ended by a bug.", e);
            response.setStatus(500);
            response.write(true, ByteBuffer.allocate(0), callback);
        }
    }

    private static PageRequest read(Request request) throws IOException {
        byte[] body = Adapter.body(request, MAX_FORM);
        boolean tooLarge = body.length > MAX_FORM;
        String method = request.getMethod();
        return new PageRequest(
                method.equals("HEAD") ? "GET" : method,
                request.getHttpURI().getPath(),
                Adapter.query(request),
                Adapter.headers(request, PageRequest.HEADERS),
                session(request),
                request.isSecure(),
                Request.getRemoteAddr(request),
                tooLarge ? "" : new String(body, StandardCharsets.UTF_8),
                tooLarge);
    }

    private static String session(Request request) {
        for (HttpCookie cookie : Request.getCookies(request)) {
            if (cookie.getName().equals(Pages.COOKIE)) {
                return cookie.getValue();
            }
        }
        return "";
    }
}
