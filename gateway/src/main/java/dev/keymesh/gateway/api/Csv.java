package dev.keymesh.gateway.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads CSV as RFC 4180 has it, in UTF-8: commas, cells in quotes that may hold anything, a quote in one doubled. */
final class Csv {
    private final String text;
    private int at;
    private int line = 1;

    private Csv(String text) {
        this.text = text;
    }

    /** One record; a cell in quotes may make it longer than its line. */
    record Row(int line, List<String> cells) {
        boolean blank() {
            return cells.stream().allMatch(String::isBlank);
        }
    }

    /** The records that say anything. */
    static List<Row> read(byte[] body) {
        Csv csv = new Csv(text(body));
        List<Row> rows = new ArrayList<>();
        while (csv.at < csv.text.length()) {
            Row row = csv.row();
            if (!row.blank()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static String text(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw Rejection.malformed("The body is not UTF-8. Save the table as CSV in UTF-8.");
        }
    }

    private Row row() {
        int first = line;
        List<String> cells = new ArrayList<>();
        cells.add(cell());
        while (at < text.length() && text.charAt(at) == ',') {
            at++;
            cells.add(cell());
        }
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            at++;
            line++;
        }
        return new Row(first, cells);
    }

    private String cell() {
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        int start = at;
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '"') {
                throw wrong("has a quote within a cell that does not begin with one");
            }
            at++;
        }
        return text.substring(start, at).strip();
    }

    private String quoted() {
        StringBuilder cell = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\n') {
                line++;
            }
            if (c != '"') {
                cell.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                cell.append('"');
                at++;
            } else {
                if (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
                    throw wrong("has text after a cell's last quote");
                }
                return cell.toString();
            }
        }
        throw wrong("has a quote that is not closed");
    }

    private Rejection wrong(String what) {
        return Rejection.invalid("line " + line, "invalid_csv", what, "Write a quote in a quoted cell twice.");
    }
}
