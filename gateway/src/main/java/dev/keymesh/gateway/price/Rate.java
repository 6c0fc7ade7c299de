package dev.keymesh.gateway.price;

import java.util.Locale;
import java.util.Optional;

/**
 * What a price has a rate for: nano-dollars for a million tokens where the name does not say otherwise. Those that are
 * derived stand after what they are derived from.
 */
public enum Rate {
    INPUT("PerMillion"),
    CACHED_INPUT("PerMillion"),
    CACHE_WRITE("PerMillion"),
    CACHE_WRITE_1H("PerMillion"),
    /** Of what the provider writes to its cache by its own choice; never stated, always derived. */
    UNASKED_CACHE_WRITE(""),
    OUTPUT("PerMillion"),
    AUDIO_INPUT("PerMillion"),
    AUDIO_CACHED_INPUT("PerMillion"),
    AUDIO_OUTPUT("PerMillion"),
    IMAGE_INPUT("PerMillion"),
    IMAGE_OUTPUT("PerMillion"),
    /** For a thousand searches that the vendor runs. */
    WEB_SEARCH("PerThousand"),
    /** For an hour of audio that is transcribed. */
    AUDIO("PerHour"),
    /** For a million characters of text that is spoken. */
    CHARACTERS("PerMillion");

    private final String unit;
    private final String member;

    Rate(String unit) {
        this.unit = unit;
        member = camel(name());
    }

    /** The member of an API body, such as {@code cachedInputPerMillion}. */
    public String wire() {
        return member + unit;
    }

    /** The name in a price's text, such as {@code cachedInput}. */
    String member() {
        return member;
    }

    boolean stateable() {
        return this != UNASKED_CACHE_WRITE;
    }

    static Optional<Rate> of(String member) {
        for (Rate rate : values()) {
            if (rate.stateable() && rate.member.equals(member)) {
                return Optional.of(rate);
            }
        }
        return Optional.empty();
    }

    private static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        for (String word : name.toLowerCase(Locale.ROOT).split("_", -1)) {
            camel.append(camel.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return camel.toString();
    }
}
