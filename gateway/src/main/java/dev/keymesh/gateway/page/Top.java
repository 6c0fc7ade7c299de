package dev.keymesh.gateway.page;

import dev.keymesh.sdk.wire.UsageRow;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
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
     * Of this month's usage, by what a member of its rows says.
     *
     * @param value the member of a row
     * @param link to one of its values; null is none
     * @param name how it is written
     */
    static Top of(
            String title,
            String column,
            List<UsageRow> usage,
            Function<UsageRow, @Nullable String> value,
            Function<String, @Nullable String> link,
            Function<String, String> name) {
        Map<Optional<String>, Total> sums = usage.stream()
                .collect(Collectors.toMap(row -> Optional.ofNullable(value.apply(row)), Total::of, Total::plus));
        List<Map.Entry<Optional<String>, Total>> rows = sums.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.comparing(Total::amount)
                        .thenComparingLong(Total::requests)
                        .reversed()))
                .toList();
        BigDecimal most =
                rows.isEmpty() ? BigDecimal.ZERO : rows.getFirst().getValue().amount();
        List<Line> lines = rows.stream()
                .limit(SHOWN)
                .map(row -> {
                    String is = row.getKey().orElse(null);
                    Total sum = row.getValue();
                    return new Line(
                            is == null ? "none" : name.apply(is),
                            is == null ? null : link.apply(is),
                            sum.cost(),
                            sum.requests(),
                            share(sum.amount(), most));
                })
                .toList();
        return new Top(title, column, lines, rows.size() - lines.size());
    }

    private static int share(BigDecimal cost, BigDecimal most) {
        return most.signum() <= 0
                ? 0
                : cost.movePointRight(2).divide(most, 0, RoundingMode.CEILING).intValue();
    }

    /**
     * One of them.
     *
     * @param cost US dollars
     * @param share of the largest cost, in percent
     */
    record Line(String name, @Nullable String link, String cost, long requests, int share) {}
}
