package dev.keymesh.sdk.wire;

import java.util.List;

/**
 * A permission set to add: the body of {@code POST /api/v1/permission-sets}.
 *
 * @param name a slug, {@code [a-z0-9][a-z0-9-]{0,62}}, immutable
 * @param permissions at least one, such as {@code keys.read}
 */
public record NewPermissionSet(String name, List<String> permissions) {}
