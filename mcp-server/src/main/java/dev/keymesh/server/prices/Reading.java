package dev.keymesh.server.prices;

import dev.keymesh.sdk.wire.NewPrice;
import java.time.DateTimeException;
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

    /** Reads one model; one of another shape is left out, and the rest is read. */
    void row(String where, Runnable model) {
        try {
            model.run();
        } catch (ClassCastException | NullPointerException | DateTimeException e) {
            leaveOut(where, "has not the shape of a price of this format");
        }
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
