package dev.keymesh.gateway.price;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The prices that Keymesh is shipped with: one line each of the file catalogue.txt, which says how it is read. */
final class Catalogue {
    private static final int COLUMNS = 6;

    private Catalogue() {}

    static List<PriceRow> read() {
        try (InputStream file = Objects.requireNonNull(Catalogue.class.getResourceAsStream("catalogue.txt"))) {
            return read(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<PriceRow> read(String text) {
        List<PriceRow> rows = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                rows.add(row(line));
            }
        }
        return rows;
    }

    private static PriceRow row(String line) {
        String[] columns = line.split(" +", COLUMNS);
        String kind = columns[0];
        String model = columns[1];
        Instant from = columns[2].equals("-") ? Instant.EPOCH : day(columns[2]);
        // Another line of the same day would have the same version: a line that changes gets the date of the change.
        String version = "prc_" + kind + "." + model + "." + columns[2] + "." + columns[3];
        return new PriceRow(kind, model, PriceText.read(version, columns[5]), from, day(columns[3]), columns[4]);
    }

    private static Instant day(String date) {
        return LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
