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
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
            Future<List<Top>> keys = threads.submit(() -> usage ? keys(visit) : List.of());
            Future<@Nullable BudgetBoard> budgets =
                    threads.submit(() -> visit.may("budgets.read") ? BudgetBoard.of(visit) : null);
            Instant now = clock.instant();
            List<UsageRow> days = usage ? days(visit.keymesh(), now) : List.of();
            Spend spend = usage ? spend(visit.keymesh(), days, now) : null;
            List<Top> tops = usage ? tops(models(days, now), read(keys)) : List.of();
            return visit.page("overview", new View(visit.frame("Overview"), spend, read(budgets), tops));
        }
    }

    private static List<Top> tops(Top models, List<Top> keys) {
        List<Top> tops = new ArrayList<>(List.of(models));
        tops.addAll(keys);
        return tops;
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

    /** Of this month each day's models, of the days before it that are shown too the sums: no call is read twice. */
    private static List<UsageRow> days(Keymesh keymesh, Instant now) {
        LocalDate shown = today(now).minusDays(DAYS - 1L);
        LocalDate month = today(now).withDayOfMonth(1);
        List<UsageRow> rows =
                new ArrayList<>(keymesh.usage(Query.all().groupBy("day,model").from(startOf(month)))
                        .data());
        if (shown.isBefore(month)) {
            rows.addAll(keymesh.usage(
                            Query.all().groupBy("day").from(startOf(shown)).until(startOf(month)))
                    .data());
        }
        return rows;
    }

    /** Today and this month are sums of days that are read anyway. */
    private static Spend spend(Keymesh keymesh, List<UsageRow> rows, Instant now) {
        LocalDate today = today(now);
        Map<LocalDate, Total> days = rows.stream().collect(Collectors.toMap(Overview::day, Total::of, Total::plus));
        List<Point> shown = new ArrayList<>();
        for (LocalDate day = today.minusDays(DAYS - 1L); !day.isAfter(today); day = day.plusDays(1)) {
            shown.add(Point.of(Times.day(startOf(day)), startOf(day), days.get(day)));
        }
        return new Spend(
                total(rows, today),
                total(rows, today.withDayOfMonth(1)),
                shown,
                hours(keymesh, now.truncatedTo(ChronoUnit.HOURS)));
    }

    private static Total total(List<UsageRow> rows, LocalDate first) {
        return since(rows, first).map(Total::of).reduce(Total.NOTHING, Total::plus);
    }

    private static Stream<UsageRow> since(List<UsageRow> rows, LocalDate first) {
        return rows.stream().filter(row -> !day(row).isBefore(first));
    }

    private static LocalDate today(Instant now) {
        return now.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static LocalDate day(UsageRow row) {
        return LocalDate.parse(String.valueOf(row.day()));
    }

    /** Empty where calls are kept for less than a day. */
    private static List<Point> hours(Keymesh keymesh, Instant thisHour) {
        Instant first = thisHour.minus(Duration.ofHours(HOURS - 1L));
        Map<String, Total> rows = new HashMap<>();
        try {
            keymesh.usage(Query.all().groupBy("hour").from(first))
                    .data()
                    .forEach(row -> rows.put(String.valueOf(row.hour()), Total.of(row)));
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

    private static Top models(List<UsageRow> days, Instant now) {
        return Top.of(
                "Models",
                "Model",
                since(days, today(now).withDayOfMonth(1)).toList(),
                UsageRow::model,
                _ -> null,
                name -> name);
    }

    /** A key's workspace and owner come with the key, so that each call is read once for all three. */
    private static List<Top> keys(Visit visit) {
        Titles titles = new Titles(visit);
        List<UsageRow> keys = visit.keymesh()
                .usage(Query.all().groupBy("key,workspace,owner"))
                .data();
        return List.of(
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
        static Point of(String label, Instant at, @Nullable Total of) {
            Total total = of == null ? Total.NOTHING : of;
            return new Point(
                    label,
                    at.getEpochSecond(),
                    total.cost(),
                    total.requests(),
                    total.inputTokens() + total.outputTokens());
        }
    }
}
