package dev.keymesh.server.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in aligned columns, cut at the terminal's width; numbers stand at the right. */
final class Table {
    private static final String GAP = "  ";
    private static final String CUT = "..";

    private final int width;
    private final List<List<String>> rows = new ArrayList<>();
    private int[] widths = {};
    private boolean[] right = {};

    /** @param width of a line, in characters; 0 does not cut */
    Table(int width) {
        this.width = width;
    }

    void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    /**
     * The lines of the rows since the last time, in columns at least as wide as before.
     *
     * @param heads how many of the rows are heads, which do not decide on what side a column stands
     */
    List<String> lines(int heads) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        widths = Arrays.copyOf(widths, Math.max(columns, widths.length));
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        if (right.length == 0 && rows.size() > heads) {
            right = sides(rows.subList(heads, rows.size()));
        }
        List<String> lines = rows.stream().map(this::line).toList();
        rows.clear();
        return lines;
    }

    private static boolean[] sides(List<List<String>> rows) {
        boolean[] right = new boolean[rows.getFirst().size()];
        for (int column = 0; column < right.length; column++) {
            int at = column;
            right[at] = rows.stream().allMatch(row -> row.get(at).matches("-|-?\\d+(\\.\\d+)?"))
                    && rows.stream().anyMatch(row -> !row.get(at).equals("-"));
        }
        return right;
    }

    private String line(List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String blank = " ".repeat(widths[column] - row.get(column).length());
            boolean atRight = column < right.length && right[column];
            line.append(column == 0 ? "" : GAP).append(atRight ? blank + row.get(column) : row.get(column) + blank);
        }
        String whole = line.toString().stripTrailing();
        return width < CUT.length() || whole.length() <= width ? whole : whole.substring(0, width - CUT.length()) + CUT;
    }
}
