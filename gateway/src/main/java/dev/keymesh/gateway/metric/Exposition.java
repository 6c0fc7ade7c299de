package dev.keymesh.gateway.metric;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The registry that is scraped: the JVM's metrics from Micrometer, and ours, which are read in its collector. */
final class Exposition implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final double NANOS = 1e9;

    /** What is shown of the JVM and the process, by Micrometer's names: what an operator looks at, and no more. */
    private static final Set<String> OF_THE_JVM = Set.of(
            "jvm.gc.pause",
            "jvm.gc.memory.allocated",
            "jvm.memory.committed",
            "jvm.memory.max",
            "jvm.memory.used",
            "jvm.threads.live",
            "jvm.threads.states",
            "process.cpu.usage",
            "process.files.max",
            "process.files.open",
            "process.start.time",
            "process.uptime",
            "system.cpu.usage");

    /** Micrometer's is in nanoseconds, which Prometheus's own checker minds. */
    private static final Metric CPU = Metric.counter(
            "process_cpu_seconds_total",
            "CPU time that the process has used.",
            () -> ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime()
                    / NANOS);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    Exposition(List<Metric> metrics) {
        registry.config().meterFilter(MeterFilter.denyUnless(id -> OF_THE_JVM.contains(id.getName())));
        for (MeterBinder binder : List.of(
                collections,
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics())) {
            binder.bindTo(registry);
        }
        List<Metric> all = Stream.concat(metrics.stream(), Stream.of(CPU)).toList();
        MultiCollector ours = () -> snapshots(all);
        registry.getPrometheusRegistry().register(ours);
    }

    private static MetricSnapshots snapshots(List<Metric> metrics) {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        metrics.forEach(metric -> Snapshots.of(metric).ifPresent(all::metricSnapshot));
        return all.build();
    }

    Scrapes.Scrape scrape(boolean openMetrics) {
        String type = openMetrics ? OPEN_METRICS : TEXT;
        return new Scrapes.Scrape(type, registry.scrape(type));
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
