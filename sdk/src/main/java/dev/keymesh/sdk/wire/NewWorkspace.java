package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * A workspace to add: the body of {@code POST /api/v1/spaces/{space}/workspaces}.
 *
 * @param id a slug, {@code [a-z0-9][a-z0-9-]{0,62}}, immutable
 * @param environment e.g. {@code live} or {@code test}; null is the server's default
 * @param policy null restricts nothing
 * @param keyDefaults what a new key of it takes where it names none; null is nothing
 */
public record NewWorkspace(
        String id,
        @Nullable String title,
        @Nullable String environment,
        @Nullable Policy policy,
        @Nullable KeyDefaults keyDefaults) {}
