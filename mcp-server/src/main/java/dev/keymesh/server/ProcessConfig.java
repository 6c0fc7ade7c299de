package dev.keymesh.server;

import dev.keymesh.gateway.http.Edge;
import dev.keymesh.gateway.ledger.Retention;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The YAML file that configures the process; everything else is a resource of the API. What it does not know stops the
 * start, with file, line and key.
 */
public final class ProcessConfig {
    private static final List<String> KEYS = List.of(
            "accessLog",
            "allowPrivateWebhooks",
            "data",
            "database",
            "drain.deadline",
            "drain.lead",
            "host",
            "ledger.durability",
            "logFormat",
            "mail.from",
            "mail.host",
            "mail.password",
            "mail.passwordFile",
            "mail.port",
            "mail.startTls",
            "mail.username",
            "masterKey",
            "port",
            "retention.events",
            "retention.requests",
            "rootKey",
            "telemetry.headers",
            "telemetry.otlpEndpoint",
            "telemetry.serviceName",
            "tls.certificate",
            "tls.key",
            "trustedProxies");

    /** Those that take a list of single values. */
    private static final Set<String> LISTS = Set.of("trustedProxies");

    private static final String BETWEEN = ",";

    /** In place of a period: nothing is deleted. */
    private static final String FOREVER = "forever";

    private static final Duration LONGEST_DRAIN = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Map<String, String> values;

    private ProcessConfig(Map<String, String> values) {
        this.values = values;
    }

    public static ProcessConfig none() {
        return new ProcessConfig(Map.of());
    }

    /**
     * Reads a file.
     *
     * @throws StoreException that names file, line and key, and never a value, which may be a secret
     */
    public static ProcessConfig read(Path file) {
        YamlFile yaml = YamlFile.read(file, "The configuration");
        Map<String, String> values = new HashMap<>();
        yaml.root().ifPresent(root -> members(yaml, root, "", values));
        return new ProcessConfig(values);
    }

    private static void members(YamlFile file, Node node, String prefix, Map<String, String> values) {
        if (!(node instanceof MappingNode mapping)) {
            throw file.wrong(node, prefix.isEmpty() ? "the file" : prefix, "must be a mapping");
        }
        for (var tuple : mapping.getValue()) {
            String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            String key = prefix.isEmpty() ? name : prefix + "." + name;
            if (LISTS.contains(key)) {
                if (values.put(key, list(file, tuple.getKeyNode(), tuple.getValueNode(), key)) != null) {
                    throw file.wrong(tuple.getKeyNode(), key, "is there twice");
                }
            } else if (KEYS.contains(key)) {
                if (!(tuple.getValueNode() instanceof ScalarNode scalar)) {
                    throw file.wrong(tuple.getKeyNode(), key, "must be a single value");
                }
                if (values.put(key, scalar.getValue()) != null) {
                    throw file.wrong(tuple.getKeyNode(), key, "is there twice");
                }
            } else if (KEYS.stream().anyMatch(known -> known.startsWith(key + "."))) {
                members(file, tuple.getValueNode(), key, values);
            } else {
                throw file.wrong(
                        tuple.getKeyNode(), key, "is not known; known are " + String.join(", ", new TreeSet<>(KEYS)));
            }
        }
    }

    private static String list(YamlFile file, Node at, Node node, String key) {
        if (!(node instanceof SequenceNode sequence)) {
            throw file.wrong(at, key, "must be a list");
        }
        List<String> all = new ArrayList<>();
        for (Node member : sequence.getValue()) {
            if (!(member instanceof ScalarNode scalar) || scalar.getValue().contains(BETWEEN)) {
                throw file.wrong(member, key, "must be a list of single values");
            }
            all.add(scalar.getValue());
        }
        return String.join(BETWEEN, all);
    }

    public @Nullable String text(String key) {
        String value = values.get(key);
        return value == null || value.isEmpty() ? null : value;
    }

    /**
     * True or false.
     *
     * @throws StoreException where it is something else
     */
    public boolean flag(String key, boolean otherwise) {
        String value = text(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw new StoreException(key + " must be true or false.");
        }
        return value.equals("true");
    }

    public Durability durability() {
        String value = text("ledger.durability");
        if (value == null) {
            return Durability.POWER;
        }
        List<String> known = new ArrayList<>();
        for (Durability durability : Durability.values()) {
            String name = durability.name().toLowerCase(Locale.ROOT);
            if (name.equals(value)) {
                return durability;
            }
            known.add(name);
        }
        throw new StoreException("ledger.durability must be one of " + String.join(", ", known) + ".");
    }

    /** Whether it is set to true. */
    public boolean isOn(String key) {
        String value = text(key);
        if (value != null && !value.equals("true") && !value.equals("false")) {
            throw new StoreException(key + " must be true or false.");
        }
        return "true".equals(value);
    }

    /** How long calls and events are kept: days or hours as ISO 8601 writes them, such as {@code P30D}, or {@code forever}. */
    public Retention retention() {
        return new Retention(
                period("retention.requests", Retention.DEFAULT.requests()),
                period("retention.events", Retention.DEFAULT.events()));
    }

    /** Whose {@code X-Forwarded-For} is believed. */
    public List<String> trustedProxies() {
        String value = text("trustedProxies");
        return value == null ? List.of() : List.of(value.split(BETWEEN, -1));
    }

    /** What is left to running calls at the end, such as {@code PT30S}. */
    public Edge.Drain drain() {
        Duration lead = seconds("drain.lead", Edge.Drain.DEFAULT.lead());
        Duration deadline = seconds("drain.deadline", Edge.Drain.DEFAULT.deadline());
        if (lead.compareTo(deadline) > 0) {
            throw new StoreException("drain.lead must not be longer than drain.deadline: both count from the signal.");
        }
        return new Edge.Drain(lead, deadline);
    }

    private Duration seconds(String key, Duration otherwise) {
        String value = text(key);
        try {
            Duration time = value == null ? otherwise : Duration.parse(value);
            if (!time.isNegative() && time.compareTo(LONGEST_DRAIN) <= 0) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // as one that is too long
        }
        throw new StoreException(key + " must be a time from PT0S to PT1H, such as PT30S.");
    }

    private @Nullable Duration period(String key, @Nullable Duration otherwise) {
        String value = text(key);
        if (value == null) {
            return otherwise;
        }
        if (value.equals(FOREVER)) {
            return null;
        }
        try {
            Duration period = Duration.parse(value);
            if (period.compareTo(Retention.SHORTEST) >= 0 && period.compareTo(LONGEST) <= 0) {
                return period;
            }
        } catch (DateTimeParseException e) {
            // as one that is too short
        }
        throw new StoreException(key + " must be a period from P3D to P36500D, such as P30D, or forever.");
    }

    /** The values may be secrets. */
    @Override
    public String toString() {
        return "ProcessConfig" + new TreeSet<>(values.keySet());
    }
}
