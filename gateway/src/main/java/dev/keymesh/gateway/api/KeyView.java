package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.sdk.wire.Fields;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a virtual key is shown. */
public final class KeyView {
    private final VirtualKeys keys;
    private final Workspaces workspaces;
    private final InstantSource clock;

    public KeyView(VirtualKeys keys, Workspaces workspaces, InstantSource clock) {
        this.keys = keys;
        this.workspaces = workspaces;
        this.clock = clock;
    }

    dev.keymesh.sdk.wire.VirtualKey wire(VirtualKey key) {
        return wire(key, keys.lastUses(List.of(key)).get(key.id()));
    }

    dev.keymesh.sdk.wire.VirtualKey wire(VirtualKey key, @Nullable Instant lastUsedAt) {
        String environment =
                workspaces.get(key.space(), key.workspace()).orElseThrow().environment();
        return new dev.keymesh.sdk.wire.VirtualKey(
                key.id(),
                key.hint(),
                key.title(),
                status(key, clock.instant()),
                key.space(),
                key.workspace(),
                key.parent(),
                keys.children(key.id()),
                environment,
                Fields.of(key.fields()),
                key.owner(),
                key.tags(),
                key.externalId(),
                key.uses(),
                key.policy(),
                key.createdAt(),
                key.expiresAt(),
                lastUsedAt,
                key.revokedAt());
    }

    /** The user's fields and those that the policies along the chain give. */
    static Fields fields(Chain chain) {
        Map<String, Object> fields = new LinkedHashMap<>(chain.key().fields());
        fields.put("workspace_id", chain.key().workspace());
        fields.put("allowed_models", Allowed.models(chain));
        fields.put("tool_allowlist", Allowed.tools(chain));
        return Fields.of(fields);
    }

    static String status(VirtualKey key, Instant now) {
        return key.status().equals(VirtualKey.ACTIVE) && key.expired(now) ? "expired" : key.status();
    }
}
