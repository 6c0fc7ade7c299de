package dev.keymesh.gateway.price;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The prices: rows, and all of them in memory. */
public final class PriceRows {
    private final Store store;
    private final Map<Place, PriceRow> builtIn = new HashMap<>();
    private final Map<Place, PriceRow> rows = new ConcurrentHashMap<>();

    /** Those that were written, and the built-in ones. */
    public PriceRows(Store store, List<PriceRow> builtIn) {
        this.store = store;
        builtIn.forEach(row -> this.builtIn.put(new Place(row.provider(), row.model()), row));
        rows.putAll(this.builtIn);
        reload();
    }

    /** Reads all of them anew. */
    public void reload() {
        Map<Place, PriceRow> there = new HashMap<>(builtIn);
        store.read(h -> h.createQuery("SELECT * FROM price")
                        .map((row, context) -> row(row))
                        .list())
                .forEach(row -> there.put(new Place(row.provider(), row.model()), row));
        rows.putAll(there);
        rows.keySet().retainAll(there.keySet());
    }

    public @Nullable Price get(String provider, String model) {
        PriceRow row = rows.get(new Place(provider, model));
        return row == null ? null : row.price();
    }

    /** Newest first; without the built-in ones. */
    public List<PriceRow> list() {
        return rows.values().stream()
                .filter(row -> !row.createdAt().equals(Instant.EPOCH))
                .sorted(Comparator.comparing(PriceRow::createdAt)
                        .thenComparing(PriceRow::provider)
                        .thenComparing(PriceRow::model)
                        .reversed())
                .toList();
    }

    public PriceRow put(Actor actor, PriceRow row) {
        Price price = row.price();
        return store.write(actor, new Act("prices.write", row.provider() + "/" + row.model()), tx -> {
            tx.handle()
                    .createUpdate("""
                            INSERT INTO price (provider, model, version, input, cached_input, cache_write, cache_write_1h,
                              output, max_output_tokens, encoding, created_at)
                            VALUES (:provider, :model, :version, :input, :cachedInput, :cacheWrite, :cacheWrite1h,
                              :output, :maxOutputTokens, :encoding, :createdAt)
                            ON CONFLICT (provider, model) DO UPDATE SET version = excluded.version,
                              input = excluded.input, cached_input = excluded.cached_input,
                              cache_write = excluded.cache_write, cache_write_1h = excluded.cache_write_1h,
                              output = excluded.output, max_output_tokens = excluded.max_output_tokens,
                              encoding = excluded.encoding, created_at = excluded.created_at""")
                    .bind("provider", row.provider())
                    .bind("model", row.model())
                    .bind("version", price.version())
                    .bind("input", price.input())
                    .bind("cachedInput", price.cachedInput())
                    .bind("cacheWrite", price.cacheWrite())
                    .bind("cacheWrite1h", price.cacheWrite1h())
                    .bind("output", price.output())
                    .bind("maxOutputTokens", price.maxOutputTokens())
                    .bind("encoding", price.encoding())
                    .bind("createdAt", row.createdAt().toEpochMilli())
                    .execute();
            tx.afterCommit(() -> remember(row));
            return row;
        });
    }

    /** Deletes an own one; a built-in one of that name is used again. Without one: {@link NoSuchElementException}. */
    public void delete(Actor actor, String provider, String model) {
        store.write(actor, new Act("prices.write", provider + "/" + model, "{\"deleted\":true}"), tx -> {
            if (tx.handle().execute("DELETE FROM price WHERE provider = ? AND model = ?", provider, model) == 0) {
                throw new NoSuchElementException("such price");
            }
            tx.afterCommit(() -> forget(new Place(provider, model)));
            return true;
        });
    }

    private void forget(Place place) {
        PriceRow shipped = builtIn.get(place);
        if (shipped == null) {
            rows.remove(place);
        } else {
            rows.put(place, shipped);
        }
    }

    private void remember(PriceRow row) {
        rows.put(new Place(row.provider(), row.model()), row);
    }

    private static PriceRow row(ResultSet row) throws SQLException {
        int cap = row.getInt("max_output_tokens");
        Integer maxOutput = row.wasNull() ? null : (Integer) cap;
        Price price = new Price(
                row.getString("version"),
                row.getLong("input"),
                nullable(row, "cached_input"),
                nullable(row, "cache_write"),
                nullable(row, "cache_write_1h"),
                row.getLong("output"),
                maxOutput,
                row.getString("encoding"));
        return new PriceRow(
                row.getString("provider"),
                row.getString("model"),
                price,
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    private static @Nullable Long nullable(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }

    private record Place(String provider, String model) {}
}
