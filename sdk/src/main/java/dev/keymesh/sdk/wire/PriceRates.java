package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/** The rates that an override states, each as in {@link NewPrice}; null is left as it is. */
public record PriceRates(
        @Nullable String inputPerMillion,
        @Nullable String cachedInputPerMillion,
        @Nullable String cacheWritePerMillion,
        @Nullable String cacheWrite1hPerMillion,
        @Nullable String outputPerMillion,
        @Nullable String audioInputPerMillion,
        @Nullable String audioCachedInputPerMillion,
        @Nullable String audioOutputPerMillion,
        @Nullable String imageInputPerMillion,
        @Nullable String imageOutputPerMillion,
        @Nullable String webSearchPerThousand,
        @Nullable String audioPerHour,
        @Nullable String charactersPerMillion) {}
