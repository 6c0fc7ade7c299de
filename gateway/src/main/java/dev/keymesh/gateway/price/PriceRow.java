package dev.keymesh.gateway.price;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The price of one model at one provider from a time on.
 *
 * @param provider the provider's name; of the catalogue its kind
 * @param effectiveFrom when it comes into force
 * @param source where the catalogue has it from; null is an own one
 */
public record PriceRow(
        String provider,
        String model,
        Price price,
        Instant effectiveFrom,
        Instant createdAt,
        @Nullable String source) {}
