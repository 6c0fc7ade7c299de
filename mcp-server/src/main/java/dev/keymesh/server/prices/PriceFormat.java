package dev.keymesh.server.prices;

import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** The formats of price lists that are read. */
public enum PriceFormat {
    GENAI_PRICES("genai-prices"),
    LITELLM("litellm"),
    MODELS_DEV("models.dev");

    private final String wire;

    PriceFormat(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<PriceFormat> of(String wire) {
        return Arrays.stream(values())
                .filter(format -> format.wire.equals(wire))
                .findFirst();
    }

    /**
     * Reads a file.
     *
     * @param provider the one that is wanted, as the file names it; empty is all
     * @param now by which prices that are over are told from those in force
     * @throws IllegalArgumentException where it is no file of the format
     */
    public PriceList read(JsonValue file, String provider, Instant now) {
        Reading reading = new Reading(provider);
        try {
            switch (this) {
                case GENAI_PRICES -> new GenaiPrices(reading, now).read(file);
                case LITELLM -> new LiteLlm(reading).read(file.asJsonObject());
                case MODELS_DEV -> new ModelsDev(reading).read(file.asJsonObject());
            }
        } catch (ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException("the file has not the shape of " + wire, e);
        }
        return reading.list();
    }
}
