package dev.keymesh.gateway.api;

import dev.keymesh.sdk.wire.UsageRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Usage as CSV (RFC 4180); a cell that a spreadsheet would take for a formula is given as text. */
final class UsageCsv {
    private static final List<String> SUMS =
            List.of("requests", "inputTokens", "cachedInputTokens", "outputTokens", "cost", "currency");

    private UsageCsv() {}

    static ApiResponse of(Set<String> groups, List<UsageRow> rows) {
        StringBuilder csv = new StringBuilder();
        List<String> head = new ArrayList<>(groups);
        head.addAll(SUMS);
        line(csv, head);
        for (UsageRow row : rows) {
            List<@Nullable String> cells = new ArrayList<>();
            groups.forEach(group -> cells.add(cell(row, group)));
            cells.add(String.valueOf(row.requests()));
            cells.add(String.valueOf(row.inputTokens()));
            cells.add(String.valueOf(row.cachedInputTokens()));
            cells.add(String.valueOf(row.outputTokens()));
            cells.add(row.cost());
            cells.add(row.currency());
            line(csv, cells);
        }
        return new ApiResponse(
                200,
                Map.of("Content-Type", "text/csv; charset=utf-8", "Cache-Control", "no-store"),
                csv.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String cell(UsageRow row, String group) {
        return switch (group) {
            case "key" -> row.key();
            case "model" -> row.model();
            case "day" -> row.day();
            case "provider" -> row.provider();
            case "workspace" -> row.workspace();
            case "owner" -> row.owner();
            case "tag" -> row.tag();
            case "externalId" -> row.externalId();
            default -> row.hour();
        };
    }

    private static void line(StringBuilder csv, List<? extends @Nullable String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            csv.append(i == 0 ? "" : ",").append(quoted(cells.get(i)));
        }
        csv.append("\r\n");
    }

    private static String quoted(@Nullable String cell) {
        if (cell == null || cell.isEmpty()) {
            return "";
        }
        String text = "=+-@\t\r".indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
        return text.matches("(?s).*[\",\r\n].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
