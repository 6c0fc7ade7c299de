package dev.keymesh.server.cli;

import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the doctor hears from a gateway without a key: whether it answers, is ready and keeps time. */
final class ServerChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String address;
    private final InstantSource clock;
    private final List<Finding> findings = new ArrayList<>();
    private boolean answers;

    ServerChecks(String address, InstantSource clock) {
        this.address = address;
        this.clock = clock;
    }

    List<Finding> look() {
        try {
            HttpTransport transport = HttpTransport.to(address, PATIENCE, PATIENCE);
            WireResponse alive = transport.send(new WireRequest("GET", "/livez", Map.of(), null));
            findings.add(
                    alive.status() == 200
                            ? Finding.ok("A gateway answers at " + address + ".")
                            : Finding.wrong(
                                    "What answers at " + address + " says " + alive.status() + " to /livez.",
                                    "Check the address and any proxy before it; else end that process and start it anew."));
            Instant asked = clock.instant();
            WireResponse ready = transport.send(new WireRequest("GET", "/readyz", Map.of(), null));
            Instant answered = clock.instant();
            ready(ready);
            answers = findings.stream().noneMatch(finding -> finding.state() == Finding.State.WRONG);
            ClockCheck.ofServer(ready, asked, answered).ifPresent(findings::add);
        } catch (IllegalArgumentException | KeymeshException e) {
            findings.add(Finding.wrong(
                    String.valueOf(e.getMessage()),
                    "Start it: ./keymesh serve. Or name another address with --url or KEYMESH_BASE_URL."));
        }
        return findings;
    }

    /** Whether it can be asked more: it lives and is ready. */
    boolean answers() {
        return answers;
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
}
