package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * A space to add: the body of {@code POST /api/v1/spaces}. It comes with a workspace {@code default}.
 *
 * @param id a slug, {@code [a-z0-9][a-z0-9-]{0,62}}, immutable
 * @param title null is the id
 */
public record NewSpace(String id, @Nullable String title) {}
