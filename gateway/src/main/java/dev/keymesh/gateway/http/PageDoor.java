package dev.keymesh.gateway.http;

import dev.keymesh.gateway.api.Live;
import dev.keymesh.gateway.call.Discard;
import dev.keymesh.gateway.page.PageRequest;
import dev.keymesh.gateway.page.PageResponse;
import dev.keymesh.gateway.page.Pages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
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
            response.setStatus(answer.status());
            answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
            Live live = answer.live();
            if (live != null) {
                Streams.send(live, response, callback, drainage);
                return;
            }
            response.write(true, ByteBuffer.wrap(answer.body()), Discard.before(request, callback));
        } catch (Exception e) {
            LOG.error("A request of a page ended by a bug.", e);
            response.setStatus(500);
            response.write(true, ByteBuffer.allocate(0), callback);
        }
    }

    private static PageRequest read(Request request) throws IOException {
        // Not closed, for that fails what is left to read.
        byte[] body = Content.Source.asInputStream(request).readNBytes(MAX_FORM + 1);
        boolean tooLarge = body.length > MAX_FORM;
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            if (PageRequest.HEADERS.contains(field.getLowerCaseName()) && field.getValue() != null) {
                headers.put(field.getLowerCaseName(), field.getValue());
            }
        }
        String method = request.getMethod();
        String query = request.getHttpURI().getQuery();
        return new PageRequest(
                method.equals("HEAD") ? "GET" : method,
                request.getHttpURI().getPath(),
                query == null ? "" : query,
                headers,
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
