package dev.keymesh.gateway.metric;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers who scrapes. Micrometer and its registry are loaded at the first scrape and not before: a process that nobody
 * scrapes pays neither their memory nor their time.
 */
public final class Scrapes implements AutoCloseable {
    private final List<Metric> metrics;
    private @Nullable Exposition exposition;

    public Scrapes(List<Metric> metrics) {
        this.metrics = List.copyOf(metrics);
    }

    /** What a scraper gets: the text and its type. */
    public record Scrape(String contentType, String text) {}

    /**
     * All metrics now.
     *
     * @param accept the request's header of that name: OpenMetrics where it asks for it, else Prometheus's text format
     */
    public synchronized Scrape scrape(String accept) {
        Exposition there = exposition;
        if (there == null) {
            there = new Exposition(metrics);
            exposition = there;
        }
        return there.scrape(accept.contains("application/openmetrics-text"));
    }

    @Override
    public synchronized void close() {
        if (exposition != null) {
            exposition.close();
        }
    }
}
