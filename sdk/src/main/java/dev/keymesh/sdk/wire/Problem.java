package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request failed: a body of {@code application/problem+json}, RFC 9457.
 *
 * @param type a URI reference, {@code about:blank} where the code says all
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what happened and what to do
 * @param code such as {@code validation_failed}, {@code not_found}, {@code forbidden}
 * @param errors what is wrong with single members; empty where it is not about one
 */
public record Problem(
        String type,
        String title,
        int status,
        @Nullable String detail,
        String code,
        @Nullable String requestId,
        List<ProblemError> errors) {}
