package dev.keymesh.gateway.price;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** US dollars as text: a decimal string, exact to nine places; inside they are {@code long} nano-dollars. */
public final class Usd {
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,10}(\\.\\d{1,9})?");
    private static final int PLACES = 9;

    private Usd() {}

    /**
     * Nano-dollars of a decimal string such as {@code 5.00}.
     *
     * @throws IllegalArgumentException that says what to write
     */
    public static long parse(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "must be a decimal string of US dollars, not negative, with at most nine places, such as \"5.00\"");
        }
        BigDecimal nanos = new BigDecimal(text).movePointRight(PLACES);
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("must be at most 9223372036.854775807 US dollars");
        }
        return nanos.longValueExact();
    }

    /** The shortest decimal string of it. */
    public static String format(long nanos) {
        BigDecimal usd = BigDecimal.valueOf(nanos, PLACES)
                .setScale(PLACES, RoundingMode.UNNECESSARY)
                .stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0, RoundingMode.UNNECESSARY).toPlainString() : usd.toPlainString();
    }
}
