package dev.keymesh.server.fleet;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which values say the same though they are written differently: 5 and 5.00 dollars, no days and all days. */
final class Alike {
    private static final Pattern MONEY = Pattern.compile("amount|multiply|.*Per(Million|Thousand|Hour)");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?");
    private static final Set<String> TIMES = Set.of("until", "effectiveFrom");
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final int CENTS = 2;

    private Alike() {}

    /** The value as all that say the same have it; what says nothing is null. */
    static @Nullable Object canonical(String name, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> map(name, Typed.strings(map));
            case List<?> list -> list(name, list);
            case String text -> text(name, text);
            default -> value;
        };
    }

    private static @Nullable Object map(String name, Map<String, @Nullable Object> map) {
        Map<String, Object> canonical = new TreeMap<>();
        map.forEach((key, value) -> {
            Object one = canonical(key, value);
            // There is one currency.
            if (one != null && !key.equals("currency")) {
                canonical.put(key, one);
            }
        });
        if (name.equals("utc")) {
            canonical.putIfAbsent("days", DAYS);
        }
        return canonical.isEmpty() ? null : canonical;
    }

    private static @Nullable Object list(String name, List<?> list) {
        if (name.equals("thresholds")) {
            return new ArrayList<Object>(new TreeSet<Object>(list));
        }
        if (name.equals("overrides") && list.isEmpty()) {
            return null;
        }
        List<Object> canonical = new ArrayList<>();
        list.forEach(one -> canonical.add(Objects.requireNonNullElse(canonical("", one), Map.of())));
        if (name.equals("days")) {
            canonical.sort(Comparator.comparingInt(DAYS::indexOf));
        }
        return canonical;
    }

    private static String text(String name, String text) {
        if (MONEY.matcher(name).matches() && DECIMAL.matcher(text).matches()) {
            BigDecimal value = new BigDecimal(text).stripTrailingZeros();
            return value.setScale(Math.max(CENTS, value.scale())).toPlainString();
        }
        if (TIMES.contains(name)) {
            try {
                return Instant.parse(text).toString();
            } catch (DateTimeException e) {
                return text;
            }
        }
        return text;
    }

    /** What differs, by the path of each single value, before and after; in the order of the names. */
    static Map<String, Difference> differences(
            Set<String> names,
            Map<String, ? extends @Nullable Object> before,
            Map<String, ? extends @Nullable Object> after) {
        Map<String, Difference> differences = new LinkedHashMap<>();
        names.forEach(
                name -> add(name, canonical(name, before.get(name)), canonical(name, after.get(name)), differences));
        return differences;
    }

    private static void add(
            String path, @Nullable Object before, @Nullable Object after, Map<String, Difference> differences) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (before instanceof Map<?, ?> || after instanceof Map<?, ?>) {
            Map<String, @Nullable Object> one = before instanceof Map<?, ?> map ? Typed.strings(map) : Map.of();
            Map<String, @Nullable Object> other = after instanceof Map<?, ?> map ? Typed.strings(map) : Map.of();
            Set<String> names = new TreeSet<>(one.keySet());
            names.addAll(other.keySet());
            names.forEach(name -> add(path + "." + name, one.get(name), other.get(name), differences));
        } else {
            differences.put(path, new Difference(said(before), said(after)));
        }
    }

    /** On one line of a terminal, whatever users have typed. */
    static String said(@Nullable Object value) {
        String text = value == null ? "none" : String.valueOf(value);
        boolean plain = text.codePoints().noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0));
        String shown = plain ? text : text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
        return value instanceof String && shown.indexOf(' ') >= 0 ? "\"" + shown + "\"" : shown;
    }

    /** A value that is not what it is to be. */
    record Difference(String before, String after) {}
}
