package dev.keymesh.gateway.api;

import dev.keymesh.sdk.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the REST API.
 *
 * @param live what follows the body; null is nothing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record ApiResponse(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable Live live) {
    public ApiResponse(int status, Map<String, String> headers, byte[] body) {
        this(status, headers, body, null);
    }

    /** An answer that goes on. */
    static ApiResponse live(String type, Live live) {
        return new ApiResponse(
                200,
                // What is in between must not wait for the end of it.
                Map.of("Content-Type", type, "Cache-Control", "no-store", "X-Accel-Buffering", "no"),
                new byte[0],
                live);
    }

    static ApiResponse json(int status, Object value) {
        return new ApiResponse(
                status, Map.of("Content-Type", "application/json", "Cache-Control", "no-store"), Json.toBytes(value));
    }

    static ApiResponse ok(Object value) {
        return json(200, value);
    }

    /** With the tag that {@code If-Match} takes. */
    static ApiResponse tagged(Object value, java.time.Instant updatedAt) {
        ApiResponse plain = json(200, value);
        java.util.Map<String, String> headers = new java.util.HashMap<>(plain.headers());
        headers.put("ETag", Call.etag(updatedAt));
        return new ApiResponse(200, headers, plain.body());
    }

    static ApiResponse created(Object value) {
        return json(201, value);
    }

    static ApiResponse noContent() {
        return new ApiResponse(204, Map.of(), new byte[0]);
    }
}
