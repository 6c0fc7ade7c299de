package dev.keymesh.gateway.ledger;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** What a budget counts. */
public enum Unit {
    /** US dollars; amounts are nano-dollars. */
    USD,
    /** Calls that were charged, or would be at a price above 0. */
    REQUESTS,
    /** Of input and output together. */
    TOKENS;

    /** The wire name: {@code usd}, {@code requests}, {@code tokens}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** An amount as people write it: dollars as a decimal, others as an integer. */
    public String format(long amount) {
        return this == USD
                ? BigDecimal.valueOf(amount, 9).stripTrailingZeros().toPlainString()
                : String.valueOf(amount);
    }

    public static Optional<Unit> of(String wire) {
        for (Unit unit : values()) {
            if (unit.wire().equals(wire)) {
                return Optional.of(unit);
            }
        }
        return Optional.empty();
    }
}
