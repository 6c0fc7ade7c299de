package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * The verdict on a key. {@link #valid} always decides: a code that a client does not know is no reason to let it pass.
 *
 * @param code {@code VALID}, or the first reason against it, such as {@code MALFORMED}, {@code NOT_FOUND},
 *     {@code REVOKED}, {@code EXPIRED}, {@code MODEL_NOT_ALLOWED}, {@code BUDGET_EXCEEDED}
 * @param error the reason as a sentence; null where it is valid
 * @param key null for {@code MALFORMED} and {@code NOT_FOUND}
 * @param currentMonthValidations exact, this one included; calendar month in UTC
 * @param currentMonthValidationLimit null is no limit
 */
public record Validation(
        boolean valid,
        String code,
        @Nullable String error,
        @Nullable Key key,
        long currentMonthValidations,
        @Nullable Long currentMonthValidationLimit,
        String requestId) {

    /**
     * What may be told about the key.
     *
     * @param status {@code active}, {@code disabled}, {@code revoked} or {@code expired}
     * @param fields the user's own members and, always, {@code workspace_id}, {@code allowed_models} and
     *     {@code tool_allowlist}, in which {@code "*"} is unrestricted
     */
    public record Key(String id, String title, String status, Fields fields) {}
}
