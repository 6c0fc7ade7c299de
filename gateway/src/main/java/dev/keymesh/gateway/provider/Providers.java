package dev.keymesh.gateway.provider;

import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Sealer;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The providers: rows with sealed credentials, and all of them in memory, oldest first. */
public final class Providers {
    private static final String TABLE = "provider";
    private static final String FIELD = "credential";

    private final Store store;
    private final Sealer sealer;
    private final Provider demo;
    private final CopyOnWriteArrayList<Provider> all = new CopyOnWriteArrayList<>();

    public Providers(Store store, Sealer sealer, Provider demo) {
        this.store = store;
        this.sealer = sealer;
        this.demo = demo;
        reload();
    }

    /** Reads all of them anew. */
    public void reload() {
        List<Provider> there = store.read(h -> h.createQuery("SELECT * FROM provider ORDER BY created_at, id")
                .map((row, context) -> provider(row))
                .list());
        there.forEach(this::remember);
        Set<String> ids = there.stream().map(Provider::id).collect(Collectors.toSet());
        all.removeIf(known -> !ids.contains(known.id()));
    }

    /** Oldest first. */
    public List<Provider> list() {
        return List.copyOf(all);
    }

    public Optional<Provider> get(String id) {
        return all.stream().filter(provider -> provider.id().equals(id)).findFirst();
    }

    public Optional<Provider> named(String name) {
        return all.stream().filter(provider -> provider.name().equals(name)).findFirst();
    }

    /**
     * Which one serves a model on a path of this shape: the oldest that has a price for it, else the oldest; the built-in
     * one while there is none at all.
     */
    public @Nullable Provider route(Shape shape, String model, PriceRows prices) {
        if (all.isEmpty()) {
            return model.startsWith("demo-") ? demo : null;
        }
        Provider oldest = null;
        for (Provider provider : all) {
            if (provider.enabled() && provider.serves(shape)) {
                if (prices.get(provider.kind(), provider.name(), model) != null) {
                    return provider;
                }
                oldest = oldest == null ? provider : oldest;
            }
        }
        return oldest;
    }

    /** Those that serve paths of this shape. */
    public List<Provider> serving(Shape shape) {
        return all.isEmpty()
                ? List.of(demo)
                : all.stream()
                        .filter(provider -> provider.enabled() && provider.serves(shape))
                        .toList();
    }

    /** Creates; fails with {@link Conflict} where there is one of that name. */
    public Provider create(Actor actor, Provider provider) {
        return store.write(actor, new Act("providers.write", provider.id()), tx -> save(tx, provider));
    }

    /**
     * Changes one that is there; fails with {@link Conflict} where the new name is another one's.
     *
     * @param change gets the row as the transaction sees it, so that a rotation and a change of one batch both happen
     */
    public Provider update(Actor actor, String data, String id, UnaryOperator<Provider> change) {
        return store.write(actor, new Act("providers.write", id, data), tx -> {
            Provider before = tx.handle()
                    .createQuery("SELECT * FROM provider WHERE id = :id")
                    .bind("id", id)
                    .map((row, context) -> provider(row))
                    .findOne()
                    .orElseThrow(() -> new Conflict("The provider was just deleted."));
            return save(tx, change.apply(before));
        });
    }

    private Provider save(Tx tx, Provider provider) {
        boolean taken = tx.handle()
                        .createQuery("SELECT COUNT(*) FROM provider WHERE name = :name AND id <> :id")
                        .bind("name", provider.name())
                        .bind("id", provider.id())
                        .mapTo(Integer.class)
                        .one()
                > 0;
        if (taken) {
            throw new Conflict("There is a provider '" + provider.name() + "' already.");
        }
        tx.handle()
                .createUpdate("""
                            INSERT INTO provider (id, name, kind, base_url, credential, hint, cap_field, enabled,
                              created_at, updated_at)
                            VALUES (:id, :name, :kind, :baseUrl, :credential, :hint, :capField, :enabled, :createdAt,
                              :updatedAt)
                            ON CONFLICT (id) DO UPDATE SET name = excluded.name, base_url = excluded.base_url,
                              credential = excluded.credential, hint = excluded.hint, cap_field = excluded.cap_field,
                              enabled = excluded.enabled, updated_at = excluded.updated_at""")
                .bind("id", provider.id())
                .bind("name", provider.name())
                .bind("kind", provider.kind().wire())
                .bind("baseUrl", provider.baseUrl())
                .bind("credential", sealer.seal(provider.credential(), TABLE, provider.id(), FIELD))
                .bind("hint", provider.hint())
                .bind("capField", provider.capField())
                .bind("enabled", provider.enabled())
                .bind("createdAt", provider.createdAt().toEpochMilli())
                .bind("updatedAt", provider.updatedAt().toEpochMilli())
                .execute();
        tx.afterCommit(() -> remember(provider));
        return provider;
    }

    private Provider provider(ResultSet row) throws SQLException {
        return new Provider(
                row.getString("id"),
                row.getString("name"),
                ProviderKind.of(row.getString("kind")).orElseThrow(),
                row.getString("base_url"),
                sealer.open(row.getString(FIELD), TABLE, row.getString("id"), FIELD),
                row.getString("hint"),
                row.getString("cap_field"),
                row.getBoolean("enabled"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("updated_at")));
    }

    public void delete(Actor actor, Provider provider) {
        store.write(actor, new Act("providers.write", provider.id(), "{\"deleted\":true}"), tx -> {
            tx.handle().execute("DELETE FROM provider WHERE id = ?", provider.id());
            tx.afterCommit(() -> all.removeIf(known -> known.id().equals(provider.id())));
            return true;
        });
    }

    private void remember(Provider provider) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).id().equals(provider.id())) {
                all.set(i, provider);
                return;
            }
        }
        all.add(provider);
    }
}
