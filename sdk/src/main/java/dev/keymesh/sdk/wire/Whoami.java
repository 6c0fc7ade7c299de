package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who the presented credential is and what it may do: the answer of {@code GET /api/v1/whoami}.
 *
 * @param permissions names such as {@code keys.create}; empty for a virtual key
 * @param spaces the ids of the spaces that the credential reaches
 */
public record Whoami(Account account, Plan plan, Credential credential, List<String> permissions, List<String> spaces) {

    /** The installation's account. */
    public record Account(String id, @Nullable String title) {}

    /**
     * The plan's limits, each 0 or more; null is no limit.
     *
     * @param name {@code free}, {@code pro}, {@code growth}, {@code enterprise} or {@code self_hosted}
     * @param activeKeys keys that are neither revoked nor expired
     * @param gatewayKeys active keys that may call models
     * @param validationsPerMonth by calendar month, UTC
     * @param gatewayRequestsPerMonth by calendar month, UTC
     */
    public record Plan(
            String name,
            @Nullable Long spaces,
            @Nullable Long activeKeys,
            @Nullable Long gatewayKeys,
            @Nullable Long validationsPerMonth,
            @Nullable Long gatewayRequestsPerMonth) {}

    /**
     * The credential itself, never its secret.
     *
     * @param type {@code management_key} or {@code virtual_key}
     * @param hint the first and last characters of the secret; null for the root key of the environment
     * @param permissionSet null for a virtual key
     * @param space the only space that it reaches; null where it reaches all
     * @param workspace the workspace of a virtual key; null for a management key
     */
    public record Credential(
            String id,
            String type,
            String title,
            @Nullable String hint,
            @Nullable String permissionSet,
            @Nullable String space,
            @Nullable String workspace) {}
}
