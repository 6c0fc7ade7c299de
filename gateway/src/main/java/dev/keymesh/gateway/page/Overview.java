package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.UsageRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first page: what is spent, against which budgets, when and by whom. */
final class Overview implements Section {
    private static final int DAYS = 30;
    private static final int HOURS = 24;

    private final InstantSource clock;

    Overview(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Tab tab() {
        return new Tab("/", "Overview", "");
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(PageRoute.get("/", "", this::show));
    }

    private PageResponse show(Visit visit) {
        boolean usage = visit.may("usage.read");
        return visit.page(
                "overview",
                new View(
                        visit.frame("Overview"),
                        usage ? spend(visit.keymesh()) : null,
                        visit.may("budgets.read") ? BudgetBoard.of(visit) : null,
                        usage ? tops(visit) : List.of()));
    }

    private Spend spend(Keymesh keymesh) {
        Instant now = clock.instant();
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        UsageRow day = total(keymesh, startOf(today));
        UsageRow month = total(keymesh, startOf(today.withDayOfMonth(1)));
        List<Point> days = days(keymesh, today);
        return new Spend(day, month, days, hours(keymesh, now.truncatedTo(ChronoUnit.HOURS)));
    }

    private static UsageRow total(Keymesh keymesh, Instant start) {
        return keymesh.usage(Query.all().from(start)).data().getFirst();
    }

    private static List<Point> days(Keymesh keymesh, LocalDate today) {
        LocalDate first = today.minusDays(DAYS - 1L);
        Map<String, UsageRow> rows = new HashMap<>();
        keymesh.usage(Query.all().groupBy("day").from(startOf(first)))
                .data()
                .forEach(row -> rows.put(String.valueOf(row.day()), row));
        List<Point> points = new ArrayList<>();
        for (LocalDate day = first; !day.isAfter(today); day = day.plusDays(1)) {
            points.add(Point.of(Times.day(startOf(day)), startOf(day), rows.get(day.toString())));
        }
        return points;
    }

    /** Empty where calls are kept for less than a day. */
    private static List<Point> hours(Keymesh keymesh, Instant thisHour) {
        Instant first = thisHour.minus(Duration.ofHours(HOURS - 1L));
        Map<String, UsageRow> rows = new HashMap<>();
        try {
            keymesh.usage(Query.all().groupBy("hour").from(first))
                    .data()
                    .forEach(row -> rows.put(String.valueOf(row.hour()), row));
        } catch (KeymeshException e) {
            if (e.status() != 400) {
                throw e;
            }
            return List.of();
        }
        List<Point> points = new ArrayList<>();
        for (Instant hour = first; !hour.isAfter(thisHour); hour = hour.plus(Duration.ofHours(1))) {
            points.add(Point.of(Times.hour(hour), hour, rows.get(hour.toString())));
        }
        return points;
    }

    private static List<Top> tops(Visit visit) {
        Keymesh keymesh = visit.keymesh();
        Titles titles = new Titles(visit);
        return List.of(
                Top.of("Models", "Model", "model", keymesh, UsageRow::model, _ -> null, name -> name),
                Top.of(
                        "Keys",
                        "Key",
                        "key",
                        keymesh,
                        UsageRow::key,
                        id -> visit.may("keys.read") ? Links.key(id) : null,
                        titles::key),
                Top.of("Workspaces", "Workspace", "workspace", keymesh, UsageRow::workspace, _ -> null, name -> name),
                Top.of(
                        "Owners",
                        "Owner",
                        "owner",
                        keymesh,
                        UsageRow::owner,
                        owner -> visit.may("keys.read") ? Links.with("/ui/keys", Map.of("owner", owner)) : null,
                        name -> name));
    }

    private static Instant startOf(LocalDate day) {
        return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    /** What the page shows; what the key may not read is null. */
    record View(
            Frame frame, @Nullable Spend spend, @Nullable BudgetBoard budgets, List<Top> tops) {}

    /** What was spent, today and this month in UTC, and when. */
    record Spend(UsageRow today, UsageRow month, List<Point> days, List<Point> hours) {}

    /**
     * A point of a chart.
     *
     * @param cost US dollars
     */
    record Point(String label, long epochSeconds, String cost, long requests, long tokens) {
        static Point of(String label, Instant at, @Nullable UsageRow row) {
            return row == null
                    ? new Point(label, at.getEpochSecond(), "0", 0, 0)
                    : new Point(
                            label,
                            at.getEpochSecond(),
                            row.cost(),
                            row.requests(),
                            row.inputTokens() + row.outputTokens());
        }
    }
}
