package dev.keymesh.gateway.api;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The known name that an unknown one was probably meant to be. */
final class Nearest {
    private static final int LONGEST = 64;

    private Nearest() {}

    /** A hint such as {@code Did you mean 'deniedModels'?}; all known names where none is near. */
    static String fix(String name, Set<String> known) {
        if (known.isEmpty()) {
            return "Leave it out: no members are taken here.";
        }
        String given = name.toLowerCase(Locale.ROOT);
        String nearest = known.stream()
                .min(Comparator.<String>comparingInt(one -> distance(given, one.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
        return name.length() <= LONGEST
                        && distance(given, nearest.toLowerCase(Locale.ROOT)) <= Math.max(1, nearest.length() / 3)
                ? "Did you mean '" + nearest + "'?"
                : "Known are: " + known.stream().sorted().collect(Collectors.joining(", ")) + ".";
    }

    /** Letters to insert, remove or replace (Levenshtein), of at most 64 letters. */
    private static int distance(String one, String other) {
        int columns = Math.min(other.length(), LONGEST);
        int[] row = new int[columns + 1];
        for (int j = 0; j <= columns; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= Math.min(one.length(), LONGEST); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= columns; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[columns];
    }
}
