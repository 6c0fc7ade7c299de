package dev.keymesh.gateway.tenant;

import java.time.Instant;

/**
 * Workspaces and keys that are kept apart from those of other spaces.
 *
 * @param id a slug
 */
public record Space(String id, String title, Instant createdAt) {}
