package dev.keymesh.gateway.access;

import dev.keymesh.sdk.wire.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a key is issued with; already validated. */
public record NewVirtualKey(
        String space,
        String workspace,
        String title,
        Map<String, Object> fields,
        @Nullable String owner,
        List<String> tags,
        @Nullable String externalId,
        List<String> uses,
        @Nullable Policy policy,
        @Nullable Instant expiresAt) {
    /** A key with nothing but a title. */
    public static NewVirtualKey titled(String space, String workspace, String title) {
        return new NewVirtualKey(
                space, workspace, title, Map.of(), null, List.of(), null, List.of("gateway", "validation"), null, null);
    }
}
