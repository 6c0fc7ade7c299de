package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The permission sets: those of the program, and rows of those that users made; all of them in memory. */
public final class PermissionSets {
    private final Store store;
    private final Map<String, PermissionSet> byName = new ConcurrentHashMap<>();

    public PermissionSets(Store store) {
        this.store = store;
        Permissions.BUILT_IN.forEach(
                (name, permissions) -> byName.put(name, new PermissionSet(name, permissions, null)));
        reload();
    }

    /** Reads the users' sets anew; none is ever deleted. */
    public void reload() {
        store.read(h -> h.createQuery("SELECT name, permissions, created_at FROM permission_set")
                        .map((row, context) -> new PermissionSet(
                                row.getString(1), names(row.getString(2)), Instant.ofEpochMilli(row.getLong(3))))
                        .list())
                .forEach(set -> byName.put(set.name(), set));
    }

    /** What a set allows; one that is not there allows nothing. */
    public Set<String> permissions(String name) {
        PermissionSet set = byName.get(name);
        return set == null ? Set.of() : set.permissions();
    }

    public boolean exists(String name) {
        return byName.containsKey(name);
    }

    public List<PermissionSet> list() {
        return List.copyOf(byName.values());
    }

    /** Creates; fails with {@link Conflict} where there is one of that name. */
    public PermissionSet create(Actor actor, PermissionSet set, Instant at) {
        return store.write(actor, new Act("credentials.write", "permission-set:" + set.name()), tx -> {
            if (byName.containsKey(set.name())) {
                throw new Conflict("There is a permission set '" + set.name() + "' already.");
            }
            int rows = tx.handle().execute("""
                    INSERT INTO permission_set (name, permissions, created_at) VALUES (?, ?, ?)
                    ON CONFLICT (name) DO NOTHING""", set.name(), text(set.permissions()), at.toEpochMilli());
            if (rows == 0) {
                throw new Conflict("There is a permission set '" + set.name() + "' already.");
            }
            tx.afterCommit(() -> byName.put(set.name(), set));
            return set;
        });
    }

    private static String text(Set<String> permissions) {
        return new String(Json.toBytes(new TreeSet<>(permissions)), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked") // the column holds what text() wrote
    private static Set<String> names(String json) {
        return Set.copyOf((List<String>) Json.fromBytes(json.getBytes(StandardCharsets.UTF_8), List.class));
    }
}
