package dev.keymesh.gateway.tenant;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.KeyDefaults;
import dev.keymesh.sdk.wire.Policy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The workspaces: rows, and all of them in memory. */
public final class Workspaces {
    public static final String DEFAULT = "default";

    private static final String COLUMNS = "space, id, title, environment, policy, key_defaults, created_at, updated_at";

    private final Store store;
    private final Map<String, Workspace> byPath = new ConcurrentHashMap<>();

    public Workspaces(Store store) {
        this.store = store;
        reload();
    }

    /** Reads all of them anew. */
    public void reload() {
        List<Workspace> all = store.read(h -> h.createQuery("SELECT " + COLUMNS + " FROM workspace")
                .map((row, context) -> workspace(row))
                .list());
        all.forEach(this::remember);
        Set<String> there = all.stream().map(Workspaces::path).collect(Collectors.toSet());
        byPath.keySet().retainAll(there);
    }

    /** The first start: the account, and a space and a workspace called {@code default}. */
    public void bootstrap(Instant now) {
        if (!byPath.isEmpty()) {
            return;
        }
        store.write(Actor.SYSTEM, new Act("spaces.write", "space:" + DEFAULT), tx -> {
            if (row(tx, DEFAULT, DEFAULT).isPresent()) {
                // Another node was started at the same time.
                tx.afterCommit(this::reload);
                return false;
            }
            long at = now.toEpochMilli();
            tx.handle().execute("INSERT INTO account (id, plan, created_at) VALUES ('account', 'self_hosted', ?)", at);
            tx.handle()
                    .execute(
                            "INSERT INTO space (id, title, created_at, updated_at) VALUES (?, 'Default', ?, ?)",
                            DEFAULT,
                            at,
                            at);
            save(tx, Workspace.of(DEFAULT, DEFAULT, "Default", "live", Policy.unrestricted(), null, now, now));
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

    /** Creates; fails with {@link Conflict} where there is one of that id. */
    public Workspace create(Actor actor, Workspace workspace) {
        return store.write(actor, act(workspace.space(), workspace.id(), "{}"), tx -> {
            if (row(tx, workspace.space(), workspace.id()).isPresent()) {
                throw new Conflict("There is a workspace '" + workspace.id() + "' already.");
            }
            return save(tx, workspace);
        });
    }

    /**
     * Changes one that is there.
     *
     * @param change gets the row as the transaction sees it, so that two changes of one batch both happen
     */
    public Workspace update(Actor actor, String space, String id, UnaryOperator<Workspace> change) {
        return store.write(actor, act(space, id, "{}"), tx -> {
            Workspace before = row(tx, space, id).orElseThrow(() -> new Conflict("The workspace was just deleted."));
            return save(tx, change.apply(before));
        });
    }

    /** Deletes; fails with {@link Conflict} where it has keys. */
    public void delete(Actor actor, Workspace workspace) {
        store.write(actor, act(workspace.space(), workspace.id(), "{\"deleted\":true}"), tx -> {
            int keys = tx.handle()
                    .createQuery("SELECT COUNT(*) FROM virtual_key WHERE space = :space AND workspace = :id")
                    .bind("space", workspace.space())
                    .bind("id", workspace.id())
                    .mapTo(Integer.class)
                    .one();
            if (keys > 0) {
                throw new Conflict("The workspace has keys. Revoked ones count too: their usage belongs to it.");
            }
            tx.handle().execute("DELETE FROM workspace WHERE space = ? AND id = ?", workspace.space(), workspace.id());
            tx.afterCommit(() -> byPath.remove(path(workspace)));
            return true;
        });
    }

    private static Act act(String space, String id, String data) {
        return new Act("workspaces.write", "workspace:" + space + "/" + id, data);
    }

    private static Optional<Workspace> row(Tx tx, String space, String id) {
        return tx.handle()
                .createQuery("SELECT " + COLUMNS + " FROM workspace WHERE space = :space AND id = :id")
                .bind("space", space)
                .bind("id", id)
                .map((row, context) -> workspace(row))
                .findOne();
    }

    private static Workspace workspace(ResultSet row) throws SQLException {
        String defaults = row.getString(6);
        return Workspace.of(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                read(row.getString(5), Policy.class),
                defaults == null ? null : read(defaults, KeyDefaults.class),
                Instant.ofEpochMilli(row.getLong(7)),
                Instant.ofEpochMilli(row.getLong(8)));
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.fromBytes(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private static String json(Object value) {
        return new String(Json.toBytes(value), StandardCharsets.UTF_8);
    }

    Workspace save(Tx tx, Workspace workspace) {
        KeyDefaults defaults = workspace.keyDefaults();
        tx.handle()
                .createUpdate("""
                        INSERT INTO workspace (space, id, title, environment, policy, key_defaults, created_at, updated_at)
                        VALUES (:space, :id, :title, :environment, :policy, :keyDefaults, :createdAt, :updatedAt)
                        ON CONFLICT (space, id) DO UPDATE SET title = excluded.title,
                          environment = excluded.environment, policy = excluded.policy,
                          key_defaults = excluded.key_defaults, updated_at = excluded.updated_at""")
                .bind("space", workspace.space())
                .bind("id", workspace.id())
                .bind("title", workspace.title())
                .bind("environment", workspace.environment())
                .bind("policy", json(workspace.policy()))
                .bind("keyDefaults", defaults == null ? null : json(defaults))
                .bind("createdAt", workspace.createdAt().toEpochMilli())
                .bind("updatedAt", workspace.updatedAt().toEpochMilli())
                .execute();
        tx.afterCommit(() -> remember(workspace));
        return workspace;
    }

    private void remember(Workspace workspace) {
        byPath.put(path(workspace), workspace);
    }

    private static String path(Workspace workspace) {
        return workspace.space() + "/" + workspace.id();
    }
}
