package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One tenant or customer inside a space.
 *
 * @param id a slug, unique in the space
 * @param policy null restricts nothing
 * @param keyDefaults what a new key of it takes where it names none; null is nothing
 * @param space the space's slug
 */
public record Workspace(
        String id,
        String title,
        String environment,
        @Nullable Policy policy,
        @Nullable KeyDefaults keyDefaults,
        String space,
        Instant createdAt,
        Instant updatedAt) {}
