package dev.keymesh.gateway.page;

import dev.keymesh.sdk.wire.UsageRow;
import java.math.BigDecimal;

/**
 * What several rows of usage come to.
 *
 * @param amount US dollars
 */
record Total(BigDecimal amount, long requests, long inputTokens, long outputTokens) {
    static final Total NOTHING = new Total(BigDecimal.ZERO, 0, 0, 0);

    static Total of(UsageRow row) {
        return new Total(new BigDecimal(row.cost()), row.requests(), row.inputTokens(), row.outputTokens());
    }

    Total plus(Total other) {
        return new Total(
                amount.add(other.amount),
                requests + other.requests,
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens);
    }

    /** As the API writes money. */
    String cost() {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
