package dev.keymesh.gateway.price;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The prices: the own ones, which are rows, and the catalogue's; all of them in memory. */
public final class PriceRows {
    private static final Comparator<PriceRow> LATEST_FIRST =
            Comparator.comparing(PriceRow::effectiveFrom).reversed();
    private static final Comparator<PriceRow> NEWEST_FIRST = Comparator.comparing(PriceRow::createdAt)
            .thenComparing(PriceRow::provider)
            .thenComparing(PriceRow::model)
            .thenComparing(PriceRow::effectiveFrom)
            .reversed();

    private final Store store;
    private final InstantSource clock;
    private final Map<Place, List<PriceRow>> catalogue = new HashMap<>();
    /** By the provider's name: as they are written. */
    private final Map<Place, List<PriceRow>> own = new ConcurrentHashMap<>();
    /** The same for each kind that the provider may be, with what the catalogue adds. */
    private final Map<Priced, List<PriceRow>> completed = new ConcurrentHashMap<>();
    /** The models that have a price of either kind, whoever serves them. */
    private volatile Set<String> models = Set.of();

    public PriceRows(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        Catalogue.read().forEach(row -> put(catalogue, row));
        reload();
    }

    /** Reads the own ones anew. */
    public void reload() {
        Map<Place, List<PriceRow>> there = new HashMap<>();
        store.read(h -> h.createQuery("SELECT * FROM price")
                        .map((row, context) -> row(row))
                        .list())
                .forEach(row -> put(there, row));
        own.putAll(there);
        own.keySet().retainAll(there.keySet());
        completed.keySet().removeIf(key -> !there.containsKey(new Place(key.provider(), key.model())));
        own.keySet().forEach(this::complete);
        models = models();
    }

    /** What is in force now: an own one by the provider's name, else the catalogue's by its kind. */
    public @Nullable Price get(ProviderKind kind, String provider, String model) {
        List<PriceRow> rows = completed.get(new Priced(kind, provider, model));
        Price price = rows == null ? null : inForce(rows);
        if (price == null) {
            rows = catalogue.get(new Place(kind.wire(), model));
            price = rows == null ? null : inForce(rows);
        }
        return price;
    }

    /** Whether some provider's model of that name has a price, now or later. */
    public boolean knows(String model) {
        return models.contains(model);
    }

    private Set<String> models() {
        return Stream.concat(catalogue.keySet().stream(), own.keySet().stream())
                .map(Place::model)
                .collect(Collectors.toUnmodifiableSet());
    }

    private @Nullable Price inForce(List<PriceRow> latestFirst) {
        for (PriceRow row : latestFirst) {
            if (row.effectiveFrom().equals(Instant.EPOCH)
                    || !row.effectiveFrom().isAfter(clock.instant())) {
                return row.price();
            }
        }
        return null;
    }

    /** The own ones that are in force or will be, newest first. */
    public List<PriceRow> list() {
        return own.values().stream()
                .flatMap(rows -> current(rows).stream())
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** The catalogue's, each with the kind of provider that it is for. */
    public List<PriceRow> shipped() {
        return catalogue.values().stream()
                .flatMap(rows -> current(rows).stream())
                .sorted(NEWEST_FIRST)
                .toList();
    }

    /** Without those that a later one has followed. */
    private List<PriceRow> current(List<PriceRow> latestFirst) {
        List<PriceRow> current = new ArrayList<>();
        Instant now = clock.instant();
        for (PriceRow row : latestFirst) {
            current.add(row);
            if (!row.effectiveFrom().isAfter(now)) {
                break;
            }
        }
        return current;
    }

    /**
     * Writes one. It replaces the one of the same time, and where it is in force at once all that were before it; those
     * of the future stay.
     */
    public PriceRow put(Actor actor, PriceRow row) {
        long now = clock.millis();
        long from = row.effectiveFrom().toEpochMilli();
        return store.write(actor, new Act("prices.write", row.provider() + "/" + row.model()), tx -> {
            tx.handle()
                    .execute(
                            "DELETE FROM price WHERE provider = ? AND model = ? AND effective_from <= ?"
                                    + " AND (effective_from = ? OR ? <= ?)",
                            row.provider(),
                            row.model(),
                            Math.max(now, from),
                            from,
                            from,
                            now);
            tx.handle()
                    .createUpdate("""
                            INSERT INTO price (provider, model, effective_from, version, terms, created_at)
                            VALUES (:provider, :model, :from, :version, :terms, :createdAt)""")
                    .bind("provider", row.provider())
                    .bind("model", row.model())
                    .bind("from", from)
                    .bind("version", row.price().version())
                    .bind("terms", PriceText.write(row.price()))
                    .bind("createdAt", row.createdAt().toEpochMilli())
                    .execute();
            List<PriceRow> left = rows(tx, row.provider(), row.model());
            tx.afterCommit(() -> remember(new Place(row.provider(), row.model()), left));
            return row;
        });
    }

    /**
     * Deletes own ones of a model; where none is left, the catalogue's is used again. Without one:
     * {@link NoSuchElementException}.
     *
     * @param from when the one comes into force that is meant; null is all
     */
    public void delete(Actor actor, String provider, String model, @Nullable Instant from) {
        store.write(actor, new Act("prices.write", provider + "/" + model, "{\"deleted\":true}"), tx -> {
            int deleted = from == null
                    ? tx.handle().execute("DELETE FROM price WHERE provider = ? AND model = ?", provider, model)
                    : tx.handle()
                            .execute(
                                    "DELETE FROM price WHERE provider = ? AND model = ? AND effective_from = ?",
                                    provider,
                                    model,
                                    from.toEpochMilli());
            if (deleted == 0) {
                throw new NoSuchElementException("such price");
            }
            List<PriceRow> left = rows(tx, provider, model);
            tx.afterCommit(() -> remember(new Place(provider, model), left));
            return true;
        });
    }

    private static List<PriceRow> rows(Tx tx, String provider, String model) {
        return tx.handle()
                .createQuery("SELECT * FROM price WHERE provider = :provider AND model = :model")
                .bind("provider", provider)
                .bind("model", model)
                .map((found, context) -> row(found))
                .list();
    }

    private void remember(Place place, List<PriceRow> rows) {
        if (rows.isEmpty()) {
            own.remove(place);
        } else {
            own.put(place, rows.stream().sorted(LATEST_FIRST).toList());
        }
        complete(place);
        models = models();
    }

    private static void put(Map<Place, List<PriceRow>> rows, PriceRow row) {
        rows.merge(new Place(row.provider(), row.model()), List.of(row), (before, one) -> {
            List<PriceRow> both = new ArrayList<>(before);
            both.addAll(one);
            both.sort(LATEST_FIRST);
            return List.copyOf(both);
        });
    }

    private void complete(Place place) {
        List<PriceRow> rows = own.getOrDefault(place, List.of());
        for (ProviderKind kind : ProviderKind.values()) {
            Priced key = new Priced(kind, place.provider(), place.model());
            List<PriceRow> shipped = catalogue.getOrDefault(new Place(kind.wire(), place.model()), List.of());
            if (rows.isEmpty()) {
                completed.remove(key);
            } else {
                completed.put(
                        key, rows.stream().map(row -> completed(row, shipped)).toList());
            }
        }
    }

    /** By the catalogue's price at the same time, else by its first. */
    private static PriceRow completed(PriceRow row, List<PriceRow> shipped) {
        if (shipped.isEmpty()) {
            return row;
        }
        PriceRow other = shipped.stream()
                .filter(one -> !one.effectiveFrom().isAfter(row.effectiveFrom()))
                .findFirst()
                .orElse(shipped.getLast());
        Price price = row.price().completedBy(other.price());
        return new PriceRow(row.provider(), row.model(), price, row.effectiveFrom(), row.createdAt(), row.source());
    }

    private static PriceRow row(ResultSet row) throws SQLException {
        return new PriceRow(
                row.getString("provider"),
                row.getString("model"),
                PriceText.read(row.getString("version"), row.getString("terms")),
                Instant.ofEpochMilli(row.getLong("effective_from")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                null);
    }

    private record Place(String provider, String model) {}

    private record Priced(ProviderKind kind, String provider, String model) {}
}
