package dev.keymesh.server.cli;

import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.Price;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a price that is read would be to those that are there. */
enum PriceChange {
    NEW,
    CHANGED,
    SAME;

    static PriceChange of(NewPrice price, List<Price> before) {
        boolean known = false;
        for (Price old : before) {
            if (old.provider().equals(price.provider()) && old.model().equals(price.model())) {
                known = true;
                if (body(old, price).equals(price)) {
                    return SAME;
                }
            }
        }
        return known ? CHANGED : NEW;
    }

    /** The body that would give the old price; one that asks for no date takes any that it has. */
    private static NewPrice body(Price old, NewPrice wanted) {
        return new NewPrice(
                old.provider(),
                old.model(),
                old.inputPerMillion(),
                old.cachedInputPerMillion(),
                old.cacheWritePerMillion(),
                old.cacheWrite1hPerMillion(),
                old.outputPerMillion(),
                old.audioInputPerMillion(),
                old.audioCachedInputPerMillion(),
                old.audioOutputPerMillion(),
                old.imageInputPerMillion(),
                old.imageOutputPerMillion(),
                old.webSearchPerThousand(),
                old.audioPerHour(),
                old.charactersPerMillion(),
                old.overrides().isEmpty() ? null : old.overrides(),
                wanted.effectiveFrom() == null ? null : old.effectiveFrom(),
                old.maxOutputTokens(),
                old.contextTokens(),
                old.encoding(),
                old.worstCaseInputTokens(),
                old.worstCaseAudioSeconds());
    }

    /** The same price for a provider of this name; null leaves it. */
    static NewPrice named(NewPrice price, @Nullable String provider) {
        return provider == null
                ? price
                : new NewPrice(
                        provider,
                        price.model(),
                        price.inputPerMillion(),
                        price.cachedInputPerMillion(),
                        price.cacheWritePerMillion(),
                        price.cacheWrite1hPerMillion(),
                        price.outputPerMillion(),
                        price.audioInputPerMillion(),
                        price.audioCachedInputPerMillion(),
                        price.audioOutputPerMillion(),
                        price.imageInputPerMillion(),
                        price.imageOutputPerMillion(),
                        price.webSearchPerThousand(),
                        price.audioPerHour(),
                        price.charactersPerMillion(),
                        price.overrides(),
                        price.effectiveFrom(),
                        price.maxOutputTokens(),
                        price.contextTokens(),
                        price.encoding(),
                        price.worstCaseInputTokens(),
                        price.worstCaseAudioSeconds());
    }
}
