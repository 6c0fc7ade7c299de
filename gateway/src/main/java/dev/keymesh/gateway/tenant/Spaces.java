package dev.keymesh.gateway.tenant;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import dev.keymesh.sdk.wire.Policy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The spaces: rows, and all of them in memory. */
public final class Spaces {
    private static final String COLUMNS = "id, title, created_at, updated_at, disabled_at";

    private final Store store;
    private final Workspaces workspaces;
    private final Map<String, Space> byId = new ConcurrentHashMap<>();
    private final List<Consumer<Space>> disabledListeners = new ArrayList<>();

    public Spaces(Store store, Workspaces workspaces) {
        this.store = store;
        this.workspaces = workspaces;
        reload();
    }

    /** Reads all of them anew; none is ever deleted. */
    public void reload() {
        store.read(h -> h.createQuery("SELECT " + COLUMNS + " FROM space")
                        .map((row, context) -> space(row))
                        .list())
                .forEach(this::remember);
    }

    /** Told of every space whose keys may no longer call, before the write returns, and where another node did it. */
    public void onDisabled(Consumer<Space> listener) {
        disabledListeners.add(listener);
    }

    public boolean exists(String id) {
        return byId.containsKey(id);
    }

    public Optional<Space> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Whether every key of it is refused. */
    public boolean isDisabled(String id) {
        Space space = byId.get(id);
        return space != null && space.disabled();
    }

    public List<Space> list() {
        return List.copyOf(byId.values());
    }

    /**
     * Creates a space and its workspace {@code default}, which a key is issued in where it names none; fails with
     * {@link Conflict} where there is one of that id.
     */
    public Space create(Actor actor, Space space) {
        return store.write(actor, new Act("spaces.write", target(space.id())), tx -> {
            int rows = tx.handle()
                    .execute(
                            """
                    INSERT INTO space (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT (id) DO NOTHING""",
                            space.id(),
                            space.title(),
                            space.createdAt().toEpochMilli(),
                            space.updatedAt().toEpochMilli());
            if (rows == 0) {
                throw new Conflict("There is a space '" + space.id() + "' already.");
            }
            tx.afterCommit(() -> remember(space));
            var _ = workspaces.save(
                    tx,
                    Workspace.of(
                            space.id(),
                            Workspaces.DEFAULT,
                            "Default",
                            "live",
                            Policy.unrestricted(),
                            null,
                            space.createdAt(),
                            space.createdAt()));
            return space;
        });
    }

    /**
     * Changes one that is there.
     *
     * @param data what the event tells, as JSON
     * @param change gets the row as the transaction sees it
     */
    public Space update(Actor actor, String id, String data, UnaryOperator<Space> change) {
        return store.write(actor, new Act("spaces.write", target(id), data), tx -> {
            Space after = change.apply(row(tx, id));
            tx.handle()
                    .createUpdate("""
                            UPDATE space SET title = :title, updated_at = :updatedAt, disabled_at = :disabledAt
                            WHERE id = :id""")
                    .bind("title", after.title())
                    .bind("updatedAt", after.updatedAt().toEpochMilli())
                    .bind("disabledAt", millis(after.disabledAt()))
                    .bind("id", id)
                    .execute();
            tx.afterCommit(() -> remember(after));
            return after;
        });
    }

    /** First it refuses new calls, then those that run are told of: none slips between. */
    private void remember(Space space) {
        byId.put(space.id(), space);
        if (space.disabled()) {
            disabledListeners.forEach(listener -> listener.accept(space));
        }
    }

    private static Space row(Tx tx, String id) {
        return tx.handle()
                .createQuery("SELECT " + COLUMNS + " FROM space WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> space(row))
                .one();
    }

    private static Space space(ResultSet row) throws SQLException {
        long disabled = row.getLong(5);
        Instant since = row.wasNull() ? null : Instant.ofEpochMilli(disabled);
        return new Space(
                row.getString(1),
                row.getString(2),
                Instant.ofEpochMilli(row.getLong(3)),
                Instant.ofEpochMilli(row.getLong(4)),
                since);
    }

    private static @Nullable Long millis(@Nullable Instant at) {
        return at == null ? null : (Long) at.toEpochMilli();
    }

    private static String target(String id) {
        return "space:" + id;
    }
}
