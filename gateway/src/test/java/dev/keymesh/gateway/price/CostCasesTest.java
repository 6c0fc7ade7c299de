package dev.keymesh.gateway.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Each line of the file cases.txt, which an independent calculator checks too. */
class CostCasesTest {
    private final List<PriceRow> catalogue = Catalogue.read();

    @Test
    void everyCaseCostsWhatItsLineSaysToTheNanoDollar() throws IOException {
        List<String> lines = lines();
        assertThat(lines).hasSizeGreaterThan(50);
        for (String line : lines) {
            String[] columns = line.split(" ", -1);
            Instant at = Instant.parse(columns[13]);
            Price price = price(columns[0], columns[2], at);
            long cost = Cost.of(usage(columns), price, new Circumstances(null, false, false, at));
            assertThat(cost).as(line).isEqualTo(Long.parseLong(columns[14]));
        }
    }

    private Price price(String kind, String model, Instant at) {
        return catalogue.stream()
                .filter(row -> row.provider().equals(kind) && row.model().equals(model))
                .filter(row -> !row.effectiveFrom().isAfter(at))
                .max(Comparator.comparing(PriceRow::effectiveFrom))
                .orElseThrow()
                .price();
    }

    private static Usage usage(String[] columns) {
        boolean asked = columns[0].equals("anthropic");
        long written = Long.parseLong(columns[5]);
        UsageDetails details = new UsageDetails(
                Long.parseLong(columns[9]),
                0,
                Long.parseLong(columns[11]),
                Long.parseLong(columns[10]),
                Long.parseLong(columns[12]),
                Long.parseLong(columns[8]),
                0,
                0,
                null,
                null,
                false);
        return new Usage(
                Long.parseLong(columns[3]),
                Long.parseLong(columns[4]),
                asked ? written : 0,
                Long.parseLong(columns[6]),
                asked ? 0 : written,
                Long.parseLong(columns[7]),
                details);
    }

    private static List<String> lines() throws IOException {
        try (InputStream file = Objects.requireNonNull(CostCasesTest.class.getResourceAsStream("cases.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }
}
