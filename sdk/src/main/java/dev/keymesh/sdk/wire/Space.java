package dev.keymesh.sdk.wire;

import java.time.Instant;

/**
 * A space: workspaces and keys that are kept apart from those of other spaces.
 *
 * @param id a slug
 */
public record Space(String id, String title, Instant createdAt) {}
