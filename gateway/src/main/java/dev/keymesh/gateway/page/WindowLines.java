package dev.keymesh.gateway.page;

import dev.keymesh.sdk.wire.PolicyWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The times of a policy as lines of text, such as {@code mon-fri 08:00-18:00 Europe/Berlin}. */
final class WindowLines {
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final String HOW = " Write a line such as: mon-fri 08:00-18:00 Europe/Berlin";

    private WindowLines() {}

    static @Nullable List<String> written(@Nullable List<PolicyWindow> windows) {
        return windows == null
                ? null
                : windows.stream().map(WindowLines::written).toList();
    }

    private static String written(PolicyWindow window) {
        String zone = window.timezone() == null ? "" : " " + window.timezone();
        return days(window.days()) + " " + window.from() + "-" + window.to() + zone;
    }

    private static String days(List<String> days) {
        int first = days.isEmpty() ? -1 : DAYS.indexOf(days.getFirst());
        boolean run = days.size() > 2
                && first >= 0
                && first + days.size() <= DAYS.size()
                && DAYS.subList(first, first + days.size()).equals(days);
        return run ? days.getFirst() + "-" + days.getLast() : String.join(",", days);
    }

    /** Null where nothing was written; what a line says is judged by the API, its form is judged here. */
    static @Nullable List<PolicyWindow> read(Form form, String name, Faults faults) {
        if (form.text(name).isEmpty()) {
            return null;
        }
        if (form.text(name).equals(PolicyForm.NOTHING)) {
            return List.of();
        }
        List<PolicyWindow> windows = new ArrayList<>();
        for (String line : form.raw(name).lines().map(String::strip).toList()) {
            if (!line.isEmpty()) {
                PolicyWindow window = window(line);
                if (window == null) {
                    faults.add(name, "'" + line + "' is no time." + HOW);
                } else {
                    windows.add(window);
                }
            }
        }
        return windows;
    }

    private static @Nullable PolicyWindow window(String line) {
        List<String> words = List.of(line.split("\\s+", -1));
        List<String> times = words.size() < 2 ? List.of() : List.of(words.get(1).split("-", -1));
        List<String> days = days(words.getFirst().toLowerCase(Locale.ROOT));
        return words.size() > 3 || times.size() != 2 || days == null
                ? null
                : new PolicyWindow(days, times.getFirst(), times.getLast(), words.size() == 3 ? words.getLast() : null);
    }

    private static @Nullable List<String> days(String text) {
        List<String> days = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            List<String> ends = List.of(part.split("-", -1));
            int first = DAYS.indexOf(ends.getFirst());
            int last = DAYS.indexOf(ends.getLast());
            if (ends.size() > 2 || first < 0 || last < first) {
                return null;
            }
            days.addAll(DAYS.subList(first, last + 1));
        }
        return days;
    }
}
