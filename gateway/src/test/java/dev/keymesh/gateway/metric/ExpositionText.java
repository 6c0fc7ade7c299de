package dev.keymesh.gateway.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scrape in Prometheus's text format 0.0.4, read strictly: what its own checker ({@code promtool check metrics}) would
 * find, and what its parser would refuse, fails here.
 */
public final class ExpositionText {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
    private static final List<String> OF_A_DISTRIBUTION = List.of("_bucket", "_count", "_sum");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, String> helps = new HashMap<>();
    private final Map<String, Set<String>> labels = new TreeMap<>();
    private final Map<String, Double> series = new LinkedHashMap<>();
    private final Set<String> ended = new HashSet<>();
    private String family = "";

    public ExpositionText(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("The last line has no end.");
        }
        text.lines().forEach(this::line);
        types.keySet().forEach(this::judge);
        histograms();
    }

    /** Type and sorted labels by name; those of a histogram or a summary without {@code le} and {@code quantile}. */
    public Map<String, String> families() {
        Map<String, String> families = new TreeMap<>();
        types.forEach((name, type) -> families.put(name, type + " " + labels.getOrDefault(name, Set.of())));
        return families;
    }

    /** How many series there are. */
    public int size() {
        return series.size();
    }

    /** The sum of the series of this name that have all these labels, written as they are printed. */
    public double sum(String name, String... having) {
        return series.entrySet().stream()
                .filter(one ->
                        one.getKey().startsWith(name + "{") || one.getKey().equals(name))
                .filter(one -> List.of(having).stream().allMatch(one.getKey()::contains))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private void line(String line) {
        Matcher comment = COMMENT.matcher(line);
        if (comment.matches()) {
            comment(comment.group(1), comment.group(2), comment.group(3));
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new AssertionError("Not a line of the format: " + line);
        }
        sample(sample.group(1), sample.group(2) == null ? "" : sample.group(2), sample.group(3), line);
    }

    private void comment(String kind, String name, String rest) {
        if (!name.equals(family)) {
            if (!family.isEmpty()) {
                ended.add(family);
            }
            family = name;
        }
        check(!ended.contains(name), name + " is in two places");
        check((kind.equals("TYPE") ? types : helps).put(name, rest) == null, name + " has two of " + kind);
    }

    private void sample(String name, String labelText, String value, String line) {
        check(belongs(name), "a sample outside of its family: " + line);
        Set<String> names = new TreeSet<>();
        List<String> printed = new ArrayList<>();
        Matcher label = LABEL.matcher(labelText);
        int at = 0;
        while (at < labelText.length()) {
            check(label.find(at) && label.start() == at, "labels that are none: " + line);
            check(names.add(label.group(1)), "a label twice: " + line);
            printed.add(label.group(1) + "=\"" + label.group(2) + "\"");
            at = label.end();
        }
        check(!labelText.endsWith(","), "a comma at the end: " + line);
        printed.sort(null);
        String key = name + (printed.isEmpty() ? "" : "{" + String.join(",", printed) + "}");
        double number = value.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value);
        check(series.put(key, number) == null, "a series twice: " + line);
        names.removeAll(Set.of("le", "quantile"));
        Set<String> before = labels.putIfAbsent(family, names);
        check(before == null || before.equals(names) || "gauge".equals(types.get(family)), "other labels: " + line);
    }

    private boolean belongs(String name) {
        String type = types.getOrDefault(family, "");
        boolean distribution = type.equals("histogram") || type.equals("summary");
        return distribution
                ? OF_A_DISTRIBUTION.stream().anyMatch(end -> name.equals(family + end)) || name.equals(family)
                : name.equals(family);
    }

    /** The rules of promtool's linter. */
    private void judge(String name) {
        String type = types.getOrDefault(name, "");
        check(helps.containsKey(name), name + " has no help");
        check(Set.of("counter", "gauge", "histogram", "summary").contains(type), name + " has no type: " + type);
        check(name.endsWith("_total") == type.equals("counter"), name + " is a " + type);
        check(!name.matches(".*_(bucket|count|sum)"), name + " ends like a part");
        check(!name.matches(".*[A-Z].*|.*__.*"), name + " is not written in small letters with underscores");
        check(
                !name.matches(".*_(milliseconds|ms|us|ns|minutes|hours|kilobytes|mb|percent)(_.*)?"),
                name + " has no base unit");
        check(!name.contains("_" + type), name + " names its type");
        labels.getOrDefault(name, Set.of())
                .forEach(label -> check(!label.matches("__.*|.*[A-Z].*"), name + " has the label " + label));
    }

    private void histograms() {
        Map<String, Map<Double, Double>> buckets = new HashMap<>();
        series.forEach((key, value) -> {
            Matcher bucket = Pattern.compile("(.*)_bucket\\{(.*?),?le=\"([^\"]*)\",?(.*)\\}")
                    .matcher(key);
            if (bucket.matches()) {
                double bound =
                        bucket.group(3).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bucket.group(3));
                String rest = bucket.group(2)
                        + (bucket.group(2).isEmpty() || bucket.group(4).isEmpty() ? "" : ",")
                        + bucket.group(4);
                buckets.computeIfAbsent(
                                bucket.group(1) + "_count" + (rest.isEmpty() ? "" : "{" + rest + "}"),
                                _ -> new TreeMap<>())
                        .put(bound, value);
            }
        });
        buckets.forEach((count, of) -> {
            double before = 0;
            for (double value : of.values()) {
                check(value >= before, count + " has buckets that do not add up: " + of);
                before = value;
            }
            check(of.containsKey(Double.POSITIVE_INFINITY), count + " has no bucket for all");
            check(series.containsKey(count) && series.get(count) == before, count + " is not its last bucket");
        });
    }

    private static void check(boolean good, String otherwise) {
        if (!good) {
            throw new AssertionError(otherwise);
        }
    }
}
