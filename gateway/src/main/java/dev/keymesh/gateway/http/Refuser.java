package dev.keymesh.gateway.http;

import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.dialect.RefusalBody;
import dev.keymesh.gateway.provider.Shape;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Problem;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what Jetty itself refuses, before the {@link Door}, in the caller's dialect. Nothing of such a request is
 * trusted or repeated. Jetty keeps no path that it could not decode, such as one with {@code %00}; where none is known,
 * the shape is OpenAI's.
 */
final class Refuser implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = HttpStatus.isClientError(response.getStatus()) || HttpStatus.isServerError(response.getStatus())
                ? response.getStatus()
                : HttpStatus.INTERNAL_SERVER_ERROR_500;
        String path = path(request);
        String requestId = Ids.next("req");
        response.setStatus(status);
        byte[] body = path.startsWith("/api/")
                ? problem(status, requestId, response)
                : refusal(status, path.contains("/messages") ? Shape.ANTHROPIC : Shape.OPENAI, requestId, response);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static String path(Request request) {
        HttpURI uri = request.getHttpURI();
        String path = uri == null ? null : uri.getPath();
        return path == null ? "" : path;
    }

    private static byte[] problem(int status, String requestId, Response response) {
        response.getHeaders().put("Content-Type", "application/problem+json");
        if (status == 503) {
            response.getHeaders().put("Retry-After", "1");
        }
        return Json.toBytes(new Problem(
                "about:blank",
                HttpStatus.getMessage(status),
                status,
                message(status),
                code(status),
                requestId,
                List.of()));
    }

    private static byte[] refusal(int status, Shape shape, String requestId, Response response) {
        Refusal refusal = status >= 500
                ? Refusal.unavailable(message(status))
                : new Refusal(reason(status), "invalid_request", message(status), null, null);
        RefusalBody.Rendered rendered = RefusalBody.render(shape, refusal, requestId);
        rendered.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        return rendered.body();
    }

    private static Refusal.Reason reason(int status) {
        return switch (status) {
            case 404 -> Refusal.Reason.NOT_FOUND;
            case 413 -> Refusal.Reason.TOO_LARGE;
            default -> Refusal.Reason.INVALID;
        };
    }

    private static String code(int status) {
        return switch (status) {
            case 404 -> "not_found";
            case 413, 414, 431 -> "too_large";
            case 503 -> "unavailable";
            default -> status >= 500 ? "internal" : "malformed";
        };
    }

    private static String message(int status) {
        return switch (status) {
            case 404 -> "There is no such path.";
            case 408 -> "The request did not arrive in time. Send it again.";
            case 413 -> "The body is too large.";
            case 414, 431 ->
                "The request's first line and headers are larger than " + HttpServer.MAX_HEAD
                        + " bytes. Leave out what is not needed, such as cookies.";
            case 503 -> "Keymesh takes no requests now. Try again in a second.";
            case 505 -> "This version of HTTP is not spoken here. Send HTTP/1.1.";
            default ->
                status >= 500
                        ? "Keymesh failed; tell whoever runs it this request id."
                        : "This is no valid HTTP request: look for an empty segment ('//'), a wrong % escape or a control"
                                + " character in its path, for a missing or wrong Host, and for a header that is cut.";
        };
    }
}
