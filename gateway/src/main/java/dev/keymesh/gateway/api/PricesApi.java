package dev.keymesh.gateway.api;

import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.PriceRow;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.sdk.wire.NewPrice;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Prices: {@code /api/v1/prices}. */
public final class PricesApi implements Resource {
    private static final String PATH = "/api/v1/prices";

    private final PriceRows prices;
    private final InstantSource clock;

    public PricesApi(PriceRows prices, InstantSource clock) {
        this.prices = prices;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("PUT", PATH, "prices.write", this::put),
                Route.of("GET", PATH, "prices.read", this::list).taking("provider", "model", "limit", "cursor"),
                Route.of("DELETE", PATH, "prices.write", this::delete).taking("provider", "model"));
    }

    private ApiResponse put(Call call) {
        NewPrice wanted = call.body(NewPrice.class);
        Checks.title(wanted.provider(), "/provider");
        Checks.title(wanted.model(), "/model");
        Long most = wanted.maxOutputTokens();
        if (most != null && (most < 1 || most > Integer.MAX_VALUE)) {
            throw Rejection.invalid("/maxOutputTokens", "out_of_range", "must be 1 to 2147483647", null);
        }
        Price price = new Price(
                Ids.next("prc"),
                Checks.usd(wanted.inputPerMillion(), "/inputPerMillion"),
                optional(wanted.cachedInputPerMillion(), "/cachedInputPerMillion"),
                optional(wanted.cacheWritePerMillion(), "/cacheWritePerMillion"),
                optional(wanted.cacheWrite1hPerMillion(), "/cacheWrite1hPerMillion"),
                Checks.usd(wanted.outputPerMillion(), "/outputPerMillion"),
                most == null ? null : (Integer) most.intValue(),
                wanted.encoding());
        PriceRow row = new PriceRow(wanted.provider(), wanted.model(), price, clock.instant());
        return ApiResponse.ok(wire(prices.put(call.actor(), row)));
    }

    private ApiResponse list(Call call) {
        String provider = call.asked("provider");
        String model = call.asked("model");
        List<PriceRow> rows = prices.list().stream()
                .filter(row -> provider == null || row.provider().equals(provider))
                .filter(row -> model == null || row.model().equals(model))
                .toList();
        return ApiResponse.ok(
                call.slice(rows, PriceRow::createdAt, row -> row.price().version(), PricesApi::wire));
    }

    private ApiResponse delete(Call call) {
        String provider = call.asked("provider");
        String model = call.asked("model");
        if (provider == null || model == null) {
            throw Rejection.malformed("Name the price: ?provider=...&model=...");
        }
        try {
            prices.delete(call.actor(), provider, model);
        } catch (NoSuchElementException e) {
            throw Rejection.notFound("such price");
        }
        return ApiResponse.noContent();
    }

    private static @Nullable Long optional(@Nullable String value, String pointer) {
        return value == null ? null : (Long) Checks.usd(value, pointer);
    }

    private static dev.keymesh.sdk.wire.Price wire(PriceRow row) {
        Price price = row.price();
        return new dev.keymesh.sdk.wire.Price(
                row.provider(),
                row.model(),
                Usd.format(price.input()),
                text(price.cachedInput()),
                text(price.cacheWrite()),
                text(price.cacheWrite1h()),
                Usd.format(price.output()),
                price.maxOutputTokens() == null
                        ? null
                        : (Long) price.maxOutputTokens().longValue(),
                price.encoding(),
                price.version(),
                row.createdAt());
    }

    private static @Nullable String text(@Nullable Long nanos) {
        return nanos == null ? null : Usd.format(nanos);
    }
}
