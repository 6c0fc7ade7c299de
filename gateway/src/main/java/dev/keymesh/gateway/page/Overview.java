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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The first page: what is spent, against which budgets, when and by whom. */
final class Overview implements Section {
    private static final int DAYS = 30;
    private static final int HOURS = 24;
    private static final ThreadFactory READERS =
            Thread.ofPlatform().name("keymesh-overview").daemon().factory();

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

    /** Its parts are read beside each other: each of them sums up a month. */
    private PageResponse show(Visit visit) {
        boolean usage = visit.may("usage.read");
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(READERS)) {
            Future<@Nullable Spend> spend = threads.submit(() -> usage ? spend(visit.keymesh()) : null);
            Future<@Nullable BudgetBoard> budgets =
                    threads.submit(() -> visit.may("budgets.read") ? BudgetBoard.of(visit) : null);
            List<Top> tops = usage ? tops(visit) : List.of();
            return visit.page("overview", new View(visit.frame("Overview"), read(spend), read(budgets), tops));
        }
    }

    private static <T extends @Nullable Object> T read(Future<T> part) {
        try {
            return part.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException refused ? refused : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Today and this month are sums of days that are read anyway. */
    private Spend spend(Keymesh keymesh) {
        Instant now = clock.instant();
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        LocalDate month = today.withDayOfMonth(1);
        LocalDate shown = today.minusDays(DAYS - 1L);
        LocalDate read = month.isBefore(shown) ? month : shown;
        Map<LocalDate, UsageRow> rows = new HashMap<>();
        keymesh.usage(Query.all().groupBy("day").from(startOf(read)))
                .data()
                .forEach(row -> rows.put(LocalDate.parse(String.valueOf(row.day())), row));
        return new Spend(
                total(rows, today),
                total(rows, month),
                days(rows, shown, today),
                hours(keymesh, now.truncatedTo(ChronoUnit.HOURS)));
    }

    private static Total total(Map<LocalDate, UsageRow> rows, LocalDate first) {
        return rows.entrySet().stream()
                .filter(row -> !row.getKey().isBefore(first))
                .map(row -> Total.of(row.getValue()))
                .reduce(Total.NOTHING, Total::plus);
    }

    private static List<Point> days(Map<LocalDate, UsageRow> rows, LocalDate first, LocalDate today) {
        List<Point> points = new ArrayList<>();
        for (LocalDate day = first; !day.isAfter(today); day = day.plusDays(1)) {
            points.add(Point.of(Times.day(startOf(day)), startOf(day), rows.get(day)));
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

    /** A key's workspace and owner come with the key, so that each call is read once for all three. */
    private static List<Top> tops(Visit visit) {
        Keymesh keymesh = visit.keymesh();
        Titles titles = new Titles(visit);
        List<UsageRow> models = keymesh.usage(Query.all().groupBy("model")).data();
        List<UsageRow> keys =
                keymesh.usage(Query.all().groupBy("key,workspace,owner")).data();
        return List.of(
                Top.of("Models", "Model", models, UsageRow::model, _ -> null, name -> name),
                Top.of(
                        "Keys",
                        "Key",
                        keys,
                        UsageRow::key,
                        id -> visit.may("keys.read") ? Links.key(id) : null,
                        titles::key),
                Top.of("Workspaces", "Workspace", keys, UsageRow::workspace, _ -> null, name -> name),
                Top.of(
                        "Owners",
                        "Owner",
                        keys,
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
    record Spend(Total today, Total month, List<Point> days, List<Point> hours) {}

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
