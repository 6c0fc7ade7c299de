package dev.keymesh.server.prices;

import dev.keymesh.sdk.wire.NewPrice;
import java.util.ArrayList;
import java.util.List;

/** What was read so far. */
final class Reading {
    private final String provider;
    private final List<NewPrice> prices = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    Reading(String provider) {
        this.provider = provider;
    }

    boolean wants(String name) {
        return provider.isEmpty() || provider.equals(name);
    }

    void leaveOut(String where, String why) {
        leftOut.add(where + ": " + why);
    }

    void add(Draft draft) {
        NewPrice price = draft.price();
        if (price != null) {
            prices.add(price);
        }
    }

    PriceList list() {
        return new PriceList(List.copyOf(prices), List.copyOf(leftOut));
    }
}
