package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.Problem;
import dev.keymesh.sdk.wire.ProblemError;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A request that failed: what the server answered, or that there was no answer. The client puts no secret in it. */
public final class KeymeshException extends RuntimeException {
    private final int status;
    private final String code;
    private final @Nullable String requestId;
    private final List<ProblemError> errors;

    private KeymeshException(
            String message,
            int status,
            String code,
            @Nullable String requestId,
            List<ProblemError> errors,
            @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.code = code;
        this.requestId = requestId;
        this.errors = errors;
    }

    /** The server refused, and said why. */
    public static KeymeshException of(int status, Problem problem) {
        // A proxy's problem may leave out what ours always has.
        String code = Objects.requireNonNullElse(problem.code(), "unexpected_answer");
        List<ProblemError> errors = problem.errors() == null ? List.of() : List.copyOf(problem.errors());
        return new KeymeshException(
                sentence(status, code, problem, errors), status, code, problem.requestId(), errors, null);
    }

    /** There was no answer, or none that can be read. */
    public static KeymeshException unreachable(String message, @Nullable Throwable cause) {
        return new KeymeshException(message, 0, "unreachable", null, List.of(), cause);
    }

    /** The server answered with something that is not this API's. */
    public static KeymeshException unexpected(int status, String message) {
        return new KeymeshException(message, status, "unexpected_answer", null, List.of(), null);
    }

    /** The HTTP status; 0 where there was no answer. */
    public int status() {
        return status;
    }

    /** The problem's code, e.g. {@code not_found}; {@code unreachable} and {@code unexpected_answer} are the client's. */
    public String code() {
        return code;
    }

    /** What to name when asking for help; null where the server gave none. */
    public @Nullable String requestId() {
        return requestId;
    }

    /** What is wrong with single members of the request; empty where it is not about one. */
    public List<ProblemError> errors() {
        return errors;
    }

    private static String sentence(int status, String code, Problem problem, List<ProblemError> errors) {
        String detail = Objects.requireNonNullElse(problem.detail(), Objects.requireNonNullElse(problem.title(), code));
        String single = errors.size() == 1 && isSaid(errors.get(0), detail)
                ? fix(errors.get(0))
                : errors.stream().map(KeymeshException::sentence).collect(Collectors.joining());
        String id = problem.requestId() == null ? "" : ", " + problem.requestId();
        return detail + single + " (" + status + " " + code + id + ")";
    }

    private static String sentence(ProblemError error) {
        String where = error.pointer() == null ? " " : " " + error.pointer() + ": ";
        return where + error.detail() + fix(error);
    }

    /** Our own server's detail says what is wrong with the first member. */
    private static boolean isSaid(ProblemError error, String detail) {
        return error.pointer() != null && detail.contains(error.pointer() + " " + error.detail());
    }

    private static String fix(ProblemError error) {
        return error.fix() == null ? "" : " " + error.fix();
    }
}
