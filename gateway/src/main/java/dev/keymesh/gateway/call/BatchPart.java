package dev.keymesh.gateway.call;

import dev.keymesh.gateway.price.Price;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of a batch ask of one model together, and what they are charged by.
 *
 * @param call the id of its hold and of its record; empty while nothing is held
 * @param nanos the most that they can cost, nano-dollars
 * @param tokens the most that they can use
 * @param price null where the model has none
 * @param at when the rates were looked up
 */
record BatchPart(
        String model,
        String call,
        long nanos,
        long tokens,
        @Nullable Price price,
        Instant at) {
    private static final String VERSION = "priceVersion";

    @Nullable
    String version() {
        return price == null ? null : price.version();
    }

    BatchPart held(String by, Instant when) {
        return new BatchPart(model, by, nanos, tokens, price, when);
    }

    BatchPart and(long moreNanos, long moreTokens) {
        return new BatchPart(model, call, sum(nanos, moreNanos), sum(tokens, moreTokens), price, at);
    }

    /** Of two amounts that are not negative; beyond a long the largest long, which fits into no budget. */
    private static long sum(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }

    JsonObjectBuilder json() {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("model", model)
                .add("call", call)
                .add("nanos", nanos)
                .add("tokens", tokens)
                .add("at", at.toEpochMilli());
        return price == null ? json : json.add(VERSION, price.version()).add("price", price.line());
    }

    static BatchPart of(JsonObject json) {
        return new BatchPart(
                json.getString("model"),
                json.getString("call"),
                json.getJsonNumber("nanos").longValueExact(),
                json.getJsonNumber("tokens").longValueExact(),
                json.containsKey(VERSION) ? Price.of(json.getString(VERSION), json.getString("price")) : null,
                Instant.ofEpochMilli(json.getJsonNumber("at").longValueExact()));
    }
}
