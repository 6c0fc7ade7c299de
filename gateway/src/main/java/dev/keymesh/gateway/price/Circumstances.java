package dev.keymesh.gateway.price;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a call was asked for, or served: what conditional rates look at besides its size.
 *
 * @param serviceTier null, and {@code auto}, leave it to the provider
 * @param at when the call was admitted
 */
public record Circumstances(@Nullable String serviceTier, boolean fast, boolean batch, Instant at) {

    /** Of a request of a batch: no other tier serves it. */
    static Circumstances ofBatch(Instant at) {
        return new Circumstances("default", false, true, at);
    }

    /** A tier that is named is served, or what the vendors serve instead of it. */
    boolean mayBeServedAs(String tier) {
        return serviceTier == null
                || serviceTier.equals("auto")
                || serviceTier.equals(tier)
                || tier.equals("default")
                || tier.equals("standard");
    }

    /** As it was served, where the provider says so. */
    Circumstances served(UsageDetails details) {
        String tier = details.serviceTier();
        return tier == null && !details.fast()
                ? this
                : new Circumstances(tier == null ? serviceTier : tier, details.fast(), batch, at);
    }
}
