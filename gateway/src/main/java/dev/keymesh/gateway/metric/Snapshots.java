package dev.keymesh.gateway.metric;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a metric says now, as Prometheus's library takes it; whose name has the type's ending added by it. */
final class Snapshots {
    private Snapshots() {}

    /** Empty where it has no value yet. */
    static Optional<MetricSnapshot> of(Metric metric) {
        Points points = new Points(metric);
        metric.values().accept(points);
        return points.all.isEmpty() ? Optional.empty() : Optional.of(snapshot(metric, points.all));
    }

    private record Point(
            Labels labels,
            double value,
            @org.jspecify.annotations.Nullable Histogram histogram) {}

    private static final class Points implements Metric.Values {
        private final Metric metric;
        private final List<Point> all = new ArrayList<>();

        Points(Metric metric) {
            this.metric = metric;
        }

        @Override
        public void value(double value, String... labels) {
            all.add(new Point(labels(labels), value, null));
        }

        @Override
        public void histogram(Histogram histogram, String... labels) {
            all.add(new Point(labels(labels), 0, histogram));
        }

        private Labels labels(String... values) {
            return Labels.of(metric.labels(), List.of(values));
        }
    }

    private static MetricSnapshot snapshot(Metric metric, List<Point> points) {
        return switch (metric.type()) {
            case COUNTER -> counter(metric, points);
            case GAUGE -> gauge(metric, points);
            case HISTOGRAM -> histogram(metric, points);
            case INFO -> info(metric, points);
        };
    }

    private static MetricSnapshot counter(Metric metric, List<Point> points) {
        CounterSnapshot.Builder all =
                CounterSnapshot.builder().name(without(metric, "_total")).help(metric.help());
        points.forEach(point -> all.dataPoint(CounterDataPointSnapshot.builder()
                .labels(point.labels)
                .value(point.value)
                .build()));
        return all.build();
    }

    private static MetricSnapshot gauge(Metric metric, List<Point> points) {
        GaugeSnapshot.Builder all = GaugeSnapshot.builder().name(metric.name()).help(metric.help());
        points.forEach(point -> all.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(point.labels)
                .value(point.value)
                .build()));
        return all.build();
    }

    private static MetricSnapshot histogram(Metric metric, List<Point> points) {
        HistogramSnapshot.Builder all =
                HistogramSnapshot.builder().name(metric.name()).help(metric.help());
        for (Point point : points) {
            Histogram histogram = java.util.Objects.requireNonNull(point.histogram);
            all.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(point.labels)
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(histogram.shownBounds(), histogram.counts()))
                    .sum(histogram.shownSum())
                    .build());
        }
        return all.build();
    }

    private static MetricSnapshot info(Metric metric, List<Point> points) {
        InfoSnapshot.Builder all =
                InfoSnapshot.builder().name(without(metric, "_info")).help(metric.help());
        points.forEach(point -> all.dataPoint(
                InfoDataPointSnapshot.builder().labels(point.labels).build()));
        return all.build();
    }

    private static String without(Metric metric, String ending) {
        String name = metric.name();
        if (!name.endsWith(ending)) {
            throw new IllegalArgumentException(name + " must end in " + ending);
        }
        return name.substring(0, name.length() - ending.length());
    }
}
