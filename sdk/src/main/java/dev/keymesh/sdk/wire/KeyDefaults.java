package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new key at the top of a workspace takes where its body does not name the member; a null that is written there is
 * none. Null members are no default.
 *
 * @param budget with an amount
 * @param expiresIn from the issue on, as ISO 8601 writes days, hours and minutes, such as {@code P90D}
 * @param policy of the key itself, within the workspace's
 */
public record KeyDefaults(
        @Nullable KeyBudget budget,
        @Nullable String expiresIn,
        @Nullable Policy policy,
        @Nullable List<String> tags) {}
