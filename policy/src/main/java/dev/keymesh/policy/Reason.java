package dev.keymesh.policy;

import org.jspecify.annotations.Nullable;

/**
 * Why the policy denied.
 *
 * @param code such as {@code model.not_allowed}
 * @param value what it is about; null where there is none
 */
public record Reason(String code, @Nullable String value) {}
