package dev.keymesh.gateway.tenant;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The spaces: rows, and all of them in memory. */
public final class Spaces {
    private final Store store;
    private final Workspaces workspaces;
    private final Map<String, Space> byId = new ConcurrentHashMap<>();

    public Spaces(Store store, Workspaces workspaces) {
        this.store = store;
        this.workspaces = workspaces;
        reload();
    }

    /** Reads all of them anew; none is ever deleted. */
    public void reload() {
        store.read(h -> h.createQuery("SELECT id, title, created_at FROM space")
                        .map((row, context) ->
                                new Space(row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3))))
                        .list())
                .forEach(space -> byId.put(space.id(), space));
    }

    public boolean exists(String id) {
        return byId.containsKey(id);
    }

    public List<Space> list() {
        return List.copyOf(byId.values());
    }

    /**
     * Creates a space and its workspace {@code default}, which a key is issued in where it names none; fails with
     * {@link Conflict} where there is one of that id.
     */
    public Space create(Actor actor, Space space) {
        return store.write(actor, new Act("spaces.write", "space:" + space.id()), tx -> {
            int rows = tx.handle()
                    .execute("""
                    INSERT INTO space (id, title, created_at) VALUES (?, ?, ?)
                    ON CONFLICT (id) DO NOTHING""", space.id(), space.title(), space.createdAt().toEpochMilli());
            if (rows == 0) {
                throw new Conflict("There is a space '" + space.id() + "' already.");
            }
            tx.afterCommit(() -> byId.put(space.id(), space));
            var _ = workspaces.save(
                    tx,
                    Workspace.of(
                            space.id(),
                            Workspaces.DEFAULT,
                            "Default",
                            "live",
                            Policy.unrestricted(),
                            space.createdAt(),
                            space.createdAt()));
            return space;
        });
    }
}
