package dev.keymesh.gateway.metric;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * One metric, and where its values are read when somebody scrapes. No label may hold what a caller chooses or what grows
 * with the keys: each of its values stays in Prometheus as a series.
 *
 * @param name as it is printed; a counter's ends in {@code _total}
 * @param help what it says, in one line
 */
public record Metric(String name, Type type, String help, List<String> labels, Consumer<Values> values) {
    /** As Prometheus names them. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        /** A gauge of 1 whose labels are what it says. */
        INFO
    }

    /** Takes the values of a metric; the labels are in the order of their names. */
    public interface Values {
        void value(double value, String... labels);

        /** Exact up to 2^53. */
        default void count(long count, String... labels) {
            value((double) count, labels);
        }

        void histogram(Histogram histogram, String... labels);
    }

    public static Metric counter(String name, String help, List<String> labels, Consumer<Values> values) {
        return new Metric(name, Type.COUNTER, help, labels, values);
    }

    public static Metric counter(String name, String help, DoubleSupplier value) {
        return counter(name, help, List.of(), to -> to.value(value.getAsDouble()));
    }

    public static Metric gauge(String name, String help, List<String> labels, Consumer<Values> values) {
        return new Metric(name, Type.GAUGE, help, labels, values);
    }

    public static Metric gauge(String name, String help, DoubleSupplier value) {
        return gauge(name, help, List.of(), to -> to.value(value.getAsDouble()));
    }

    public static Metric histogram(String name, String help, List<String> labels, Consumer<Values> values) {
        return new Metric(name, Type.HISTOGRAM, help, labels, values);
    }

    public static Metric histogram(String name, String help, Histogram histogram) {
        return histogram(name, help, List.of(), to -> to.histogram(histogram));
    }

    public static Metric info(String name, String help, List<String> labels, Consumer<Values> values) {
        return new Metric(name, Type.INFO, help, labels, values);
    }
}
