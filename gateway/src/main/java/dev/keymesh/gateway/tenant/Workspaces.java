package dev.keymesh.gateway.tenant;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The workspaces: rows, and all of them in memory. */
public final class Workspaces {
    public static final String DEFAULT = "default";

    private final Store store;
    private final Map<String, Workspace> byPath = new ConcurrentHashMap<>();

    public Workspaces(Store store) {
        this.store = store;
        store.read(h -> h.createQuery(
                                "SELECT space, id, title, environment, policy, created_at, updated_at FROM workspace")
                        .map((row, context) -> Workspace.of(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                Json.fromBytes(row.getString(5).getBytes(StandardCharsets.UTF_8), Policy.class),
                                Instant.ofEpochMilli(row.getLong(6)),
                                Instant.ofEpochMilli(row.getLong(7))))
                        .list())
                .forEach(this::remember);
    }

    /** The first start: the account, and a space and a workspace called {@code default}. */
    public void bootstrap(Instant now) {
        if (!byPath.isEmpty()) {
            return;
        }
        store.write(Actor.SYSTEM, new Act("spaces.write", "space:" + DEFAULT), tx -> {
            long at = now.toEpochMilli();
            tx.handle().execute("INSERT INTO account (id, plan, created_at) VALUES ('account', 'self_hosted', ?)", at);
            tx.handle().execute("INSERT INTO space (id, title, created_at) VALUES (?, 'Default', ?)", DEFAULT, at);
            save(tx, Workspace.of(DEFAULT, DEFAULT, "Default", "live", Policy.unrestricted(), now, now));
            return true;
        });
    }

    public Optional<Workspace> get(String space, String id) {
        return Optional.ofNullable(byPath.get(space + "/" + id));
    }

    /** Newest first. */
    public List<Workspace> list(String space) {
        return byPath.values().stream()
                .filter(workspace -> workspace.space().equals(space))
                .sorted(Comparator.comparing(Workspace::createdAt)
                        .thenComparing(Workspace::id)
                        .reversed())
                .toList();
    }

    /** Creates or replaces. */
    public Workspace put(Actor actor, Workspace workspace) {
        return store.write(actor, new Act("workspaces.write", workspace.grant().link()), tx -> save(tx, workspace));
    }

    /** Whether it is gone; a workspace that has keys stays. */
    public boolean delete(Actor actor, Workspace workspace) {
        return store.write(actor, new Act("workspaces.write", workspace.grant().link(), "{\"deleted\":true}"), tx -> {
            int keys = tx.handle()
                    .createQuery("SELECT COUNT(*) FROM virtual_key WHERE space = :space AND workspace = :id")
                    .bind("space", workspace.space())
                    .bind("id", workspace.id())
                    .mapTo(Integer.class)
                    .one();
            if (keys > 0) {
                return false;
            }
            tx.handle().execute("DELETE FROM workspace WHERE space = ? AND id = ?", workspace.space(), workspace.id());
            tx.afterCommit(() -> byPath.remove(workspace.space() + "/" + workspace.id()));
            return true;
        });
    }

    private Workspace save(Tx tx, Workspace workspace) {
        tx.handle()
                .createUpdate("""
                        INSERT INTO workspace (space, id, title, environment, policy, created_at, updated_at)
                        VALUES (:space, :id, :title, :environment, :policy, :createdAt, :updatedAt)
                        ON CONFLICT (space, id) DO UPDATE SET title = excluded.title,
                          environment = excluded.environment, policy = excluded.policy, updated_at = excluded.updated_at""")
                .bind("space", workspace.space())
                .bind("id", workspace.id())
                .bind("title", workspace.title())
                .bind("environment", workspace.environment())
                .bind("policy", new String(Json.toBytes(workspace.policy()), StandardCharsets.UTF_8))
                .bind("createdAt", workspace.createdAt().toEpochMilli())
                .bind("updatedAt", workspace.updatedAt().toEpochMilli())
                .execute();
        tx.afterCommit(() -> remember(workspace));
        return workspace;
    }

    private void remember(Workspace workspace) {
        byPath.put(workspace.space() + "/" + workspace.id(), workspace);
    }
}
