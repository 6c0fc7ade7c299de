package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.UsageRow;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who spent the most this month.
 *
 * @param column what a row is
 * @param more how many spent less and are left out
 */
record Top(String title, String column, List<Line> lines, int more) {
    private static final int SHOWN = 8;

    /**
     * Asks for this month's usage by one member.
     *
     * @param value the member of a row
     * @param link to one of its values; null is none
     * @param name how it is written
     */
    static Top of(
            String title,
            String column,
            String member,
            Keymesh keymesh,
            Function<UsageRow, @Nullable String> value,
            Function<String, @Nullable String> link,
            Function<String, String> name) {
        List<UsageRow> rows = keymesh.usage(Query.all().groupBy(member)).data().stream()
                .sorted(Comparator.comparing((UsageRow row) -> new BigDecimal(row.cost()))
                        .thenComparingLong(UsageRow::requests)
                        .reversed())
                .toList();
        BigDecimal most = rows.isEmpty()
                ? BigDecimal.ZERO
                : new BigDecimal(rows.getFirst().cost());
        List<Line> lines = rows.stream()
                .limit(SHOWN)
                .map(row -> {
                    String is = value.apply(row);
                    return new Line(
                            is == null ? "none" : name.apply(is),
                            is == null ? null : link.apply(is),
                            row.cost(),
                            row.requests(),
                            share(row.cost(), most));
                })
                .toList();
        return new Top(title, column, lines, rows.size() - lines.size());
    }

    private static int share(String cost, BigDecimal most) {
        return most.signum() <= 0
                ? 0
                : new BigDecimal(cost)
                        .movePointRight(2)
                        .divide(most, 0, RoundingMode.CEILING)
                        .intValue();
    }

    /**
     * One of them.
     *
     * @param cost US dollars
     * @param share of the largest cost, in percent
     */
    record Line(String name, @Nullable String link, String cost, long requests, int share) {}
}
