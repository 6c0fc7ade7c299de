package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.Problem;
import dev.keymesh.sdk.wire.ProblemError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that failed: what the server answered, or that there was no answer. Its message holds no secret. */
public final class KeymeshException extends RuntimeException {
    private final int status;
    private final String code;
    private final @Nullable String requestId;
    private final transient List<ProblemError> errors;

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
    public static KeymeshException of(Problem problem) {
        List<ProblemError> errors = problem.errors() == null ? List.of() : problem.errors();
        return new KeymeshException(
                sentence(problem, errors), problem.status(), problem.code(), problem.requestId(), errors, null);
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

    private static String sentence(Problem problem, List<ProblemError> errors) {
        StringBuilder text = new StringBuilder(problem.detail() == null ? problem.title() : problem.detail());
        for (ProblemError error : errors) {
            text.append(' ');
            if (error.pointer() != null) {
                text.append(error.pointer()).append(": ");
            }
            text.append(error.detail());
            if (error.fix() != null) {
                text.append(' ').append(error.fix());
            }
        }
        text.append(" (").append(problem.status()).append(' ').append(problem.code());
        if (problem.requestId() != null) {
            text.append(", ").append(problem.requestId());
        }
        return text.append(')').toString();
    }
}
