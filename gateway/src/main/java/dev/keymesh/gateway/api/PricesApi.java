package dev.keymesh.gateway.api;

import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.PriceCondition;
import dev.keymesh.gateway.price.PriceOverride;
import dev.keymesh.gateway.price.PriceRow;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.price.Rate;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.PriceRates;
import dev.keymesh.sdk.wire.PriceWindow;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
                Route.of("PUT", PATH, "prices.write", this::put).taking(Call.DRY_RUN),
                Route.of("GET", PATH, "prices.read", this::list)
                        .taking("source", "provider", "model", "limit", "cursor"),
                Route.of("DELETE", PATH, "prices.write", this::delete).taking("provider", "model", "effectiveFrom"));
    }

    private ApiResponse put(Call call) {
        NewPrice wanted = call.body(NewPrice.class);
        Checks.title(wanted.provider(), "/provider");
        Checks.title(wanted.model(), "/model");
        Price price = PriceBody.price(wanted, Ids.next("prc"));
        Instant now = clock.instant();
        Instant from = wanted.effectiveFrom();
        PriceRow row = new PriceRow(wanted.provider(), wanted.model(), price, from == null ? now : from, now, null);
        return ApiResponse.ok(wire(call.isDry() ? row : prices.put(call.actor(), row)));
    }

    private ApiResponse list(Call call) {
        String provider = call.asked("provider");
        String model = call.asked("model");
        String source = call.asked("source");
        if (source != null && !source.equals("own") && !source.equals("catalogue")) {
            throw Rejection.malformed("'source' must be own or catalogue.");
        }
        List<PriceRow> rows = ("catalogue".equals(source) ? prices.shipped() : prices.list())
                .stream()
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
            prices.delete(call.actor(), provider, model, call.instant("effectiveFrom"));
        } catch (NoSuchElementException e) {
            throw Rejection.notFound("such price");
        }
        return ApiResponse.noContent();
    }

    private static dev.keymesh.sdk.wire.Price wire(PriceRow row) {
        Price price = row.price();
        PriceRates rates = rates(price.rates().stated());
        return new dev.keymesh.sdk.wire.Price(
                row.provider(),
                row.model(),
                Usd.format(price.rates().of(Rate.INPUT)),
                rates.cachedInputPerMillion(),
                rates.cacheWritePerMillion(),
                rates.cacheWrite1hPerMillion(),
                Usd.format(price.rates().of(Rate.OUTPUT)),
                rates.audioInputPerMillion(),
                rates.audioCachedInputPerMillion(),
                rates.audioOutputPerMillion(),
                rates.imageInputPerMillion(),
                rates.imageOutputPerMillion(),
                rates.webSearchPerThousand(),
                rates.audioPerHour(),
                rates.charactersPerMillion(),
                price.overrides().stream().map(PricesApi::wire).toList(),
                row.effectiveFrom(),
                wide(price.maxOutputTokens()),
                wide(price.contextTokens()),
                price.encoding(),
                wide(price.worstCaseInputTokens()),
                wide(price.worstCaseAudioSeconds()),
                price.version(),
                row.source(),
                row.createdAt());
    }

    private static dev.keymesh.sdk.wire.PriceOverride wire(PriceOverride override) {
        PriceCondition when = override.when();
        PriceCondition.Window utc = when.utc();
        Long multiply = override.multiply();
        return new dev.keymesh.sdk.wire.PriceOverride(
                new dev.keymesh.sdk.wire.PriceCondition(
                        when.promptTokensAbove(),
                        when.serviceTier(),
                        when.fast() ? "fast" : null,
                        when.batch() ? (Boolean) true : null,
                        utc == null ? null : window(utc)),
                override.set().isEmpty() ? null : rates(override.set()),
                multiply == null ? null : factor(multiply));
    }

    private static PriceWindow window(PriceCondition.Window utc) {
        return new PriceWindow(
                utc.days().stream().sorted().map(PricesApi::day).toList(),
                utc.from().toString(),
                utc.to().toString());
    }

    static String day(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    private static String factor(long millionths) {
        return BigDecimal.valueOf(millionths, 6).stripTrailingZeros().toPlainString();
    }

    private static PriceRates rates(Map<Rate, Long> stated) {
        return new PriceRates(
                text(stated.get(Rate.INPUT)),
                text(stated.get(Rate.CACHED_INPUT)),
                text(stated.get(Rate.CACHE_WRITE)),
                text(stated.get(Rate.CACHE_WRITE_1H)),
                text(stated.get(Rate.OUTPUT)),
                text(stated.get(Rate.AUDIO_INPUT)),
                text(stated.get(Rate.AUDIO_CACHED_INPUT)),
                text(stated.get(Rate.AUDIO_OUTPUT)),
                text(stated.get(Rate.IMAGE_INPUT)),
                text(stated.get(Rate.IMAGE_OUTPUT)),
                text(stated.get(Rate.WEB_SEARCH)),
                text(stated.get(Rate.AUDIO)),
                text(stated.get(Rate.CHARACTERS)));
    }

    private static @Nullable String text(@Nullable Long nanos) {
        return nanos == null ? null : Usd.format(nanos);
    }

    private static @Nullable Long wide(@Nullable Integer count) {
        return count == null ? null : (Long) count.longValue();
    }
}
