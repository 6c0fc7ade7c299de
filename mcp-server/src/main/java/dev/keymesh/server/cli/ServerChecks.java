package dev.keymesh.server.cli;

import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the doctor hears from a gateway without a key: whether it answers, is ready, and tells the same time. */
final class ServerChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SKEW = Duration.ofSeconds(30);

    private final String address;
    private final InstantSource clock;
    private final List<Finding> findings = new ArrayList<>();

    ServerChecks(String address, InstantSource clock) {
        this.address = address;
        this.clock = clock;
    }

    List<Finding> look() {
        try {
            HttpTransport transport = HttpTransport.to(address, PATIENCE, PATIENCE);
            Instant before = clock.instant();
            WireResponse alive = transport.send(new WireRequest("GET", "/livez", Map.of(), null));
            findings.add(
                    alive.status() == 200
                            ? Finding.ok("A gateway answers at " + address + ".")
                            : Finding.wrong(
                                    "What answers at " + address + " says " + alive.status() + " to /livez.",
                                    "Check the address and any proxy before it; else end that process and start it anew."));
            skew(alive.header("date"), before);
            ready(transport.send(new WireRequest("GET", "/readyz", Map.of(), null)));
        } catch (IllegalArgumentException | KeymeshException e) {
            findings.add(Finding.wrong(
                    String.valueOf(e.getMessage()),
                    "Start it: ./keymesh serve. Or name another address with --url or KEYMESH_BASE_URL."));
        }
        return findings;
    }

    boolean answers() {
        return findings.stream().noneMatch(finding -> finding.state() == Finding.State.WRONG);
    }

    private void ready(WireResponse ready) {
        if (ready.status() == 200) {
            findings.add(Finding.ok("It is ready: the database takes writes, what other nodes write is read."));
            return;
        }
        new String(ready.body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> findings.add(Finding.wrong(
                        "It is not ready: " + Columns.printable(line.strip()) + ".",
                        "Look at its log; check that its database runs and can be reached.")));
    }

    /** HTTP's date has whole seconds. */
    private void skew(@Nullable String date, Instant before) {
        if (date == null) {
            findings.add(Finding.note("It does not say what time it has.", null));
            return;
        }
        try {
            Instant said = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration apart = Duration.between(before, said).abs();
            findings.add(
                    apart.compareTo(SKEW) > 0
                            ? Finding.wrong(
                                    "Its clock and this machine's are " + apart.toSeconds() + " seconds apart.",
                                    "Set both by NTP: expiries, budgets' periods and webhooks' signatures go by the clock.")
                            : Finding.ok("Its clock and this machine's agree."));
        } catch (DateTimeException e) {
            findings.add(Finding.note("What time it says it has cannot be read.", null));
        }
    }
}
