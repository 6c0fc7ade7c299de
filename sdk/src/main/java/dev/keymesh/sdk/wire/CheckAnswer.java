package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a key may do what was asked.
 *
 * @param reasons why not; empty where it may
 */
public record CheckAnswer(boolean allowed, List<Reason> reasons) {

    /**
     * One reason against it.
     *
     * @param code such as {@code model.not_allowed}, {@code key.revoked}, {@code budget.exceeded}
     * @param value what it is about; null where there is nothing to name
     */
    public record Reason(String code, @Nullable String value) {}
}
