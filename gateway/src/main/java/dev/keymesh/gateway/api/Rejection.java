package dev.keymesh.gateway.api;

import dev.keymesh.sdk.wire.ProblemError;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expected refusal of the API: code, public text and what to do; caught in one place. */
final class Rejection extends RuntimeException {
    final int status;
    final String code;
    final transient List<ProblemError> errors;
    final transient Map<String, String> headers;

    Rejection(int status, String code, String detail, List<ProblemError> errors) {
        this(status, code, detail, errors, Map.of());
    }

    private Rejection(int status, String code, String detail, List<ProblemError> errors, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.errors = errors;
        this.headers = headers;
    }

    static Rejection method(String method, String allowed) {
        return new Rejection(
                405,
                "method_not_allowed",
                "This path does not take " + method + ", but " + allowed + ".",
                List.of(),
                Map.of("Allow", allowed));
    }

    static Rejection malformed(String detail) {
        return new Rejection(400, "malformed", detail, List.of());
    }

    static Rejection invalid(String pointer, String code, String detail, @Nullable String fix) {
        return new Rejection(
                422,
                "validation_failed",
                "The body is not valid: " + pointer + " " + detail + ".",
                List.of(new ProblemError(pointer, code, detail, fix)));
    }

    /** Of several things in one body that are wrong, all of them. */
    static Rejection invalid(List<ProblemError> errors) {
        ProblemError first = errors.getFirst();
        String more = errors.size() == 1 ? "." : ", and " + (errors.size() - 1) + " more; see errors.";
        return new Rejection(
                422,
                "validation_failed",
                "The body is not valid: " + first.pointer() + " " + first.detail() + more,
                errors);
    }

    /** The same about a part of a larger body. */
    Rejection within(String pointer) {
        return errors.isEmpty()
                ? this
                : new Rejection(
                        status,
                        code,
                        pointer + ": " + getMessage(),
                        errors.stream()
                                .map(error -> new ProblemError(
                                        pointer + error.pointer(), error.code(), error.detail(), error.fix()))
                                .toList(),
                        headers);
    }

    static Rejection notFound(String what) {
        return new Rejection(404, "not_found", "There is no " + what + ".", List.of());
    }

    static Rejection noSpace(String space) {
        return notFound("space '" + space + "'");
    }

    static Rejection oneSpaceOnly(String space) {
        return new Rejection(
                403,
                "forbidden",
                "This credential is for space '" + space + "' alone, and this belongs to the whole account.",
                List.of());
    }

    static Rejection unavailable(String detail) {
        return new Rejection(503, "unavailable", detail, List.of());
    }

    static Rejection forbidden(String permission) {
        return new Rejection(403, "forbidden", "This credential lacks the permission '" + permission + "'.", List.of());
    }
}
