package dev.keymesh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.http.Edge;
import dev.keymesh.gateway.ledger.Retention;
import dev.keymesh.gateway.store.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessConfigTest {
    @TempDir
    private Path folder;

    @Test
    void knownKeysAreRead() throws IOException {
        ProcessConfig config = read("port: 9000\nledger:\n  durability: process\n");
        assertThat(config.text("port")).isEqualTo("9000");
        assertThat(config.durability()).isEqualTo(Durability.PROCESS);
        assertThat(read("").durability()).isEqualTo(Durability.POWER);
    }

    @Test
    void whatItDoesNotKnowStopsTheStartWithFileLineAndKeyAndNoValue() throws IOException {
        for (String bad : new String[] {
            "port: 1\nprot: s3cret\n",
            "port: 1\nledger:\n  durabilty: s3cret\n",
            "port: 1\nport: s3cret\n",
            "port: [1, s3cret]\n",
            "- s3cret\n",
            "a: &a [s3cret]\nb: [*a, *a]\n",
            "port: 'open s3cret",
            "ledger: s3cret\n"
        }) {
            assertThatThrownBy(() -> read(bad).durability())
                    .as(bad)
                    .hasMessageContaining("keymesh.yaml")
                    .hasMessageNotContaining("s3cret");
        }
        assertThatThrownBy(() -> read("port: 1\nprot: 2\n"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("'prot'");
        assertThatThrownBy(() -> read("ledger:\n  durability: maybe\n").durability())
                .hasMessageContaining("power");
    }

    @Test
    void retentionIsAPeriodOrForEver() throws IOException {
        assertThat(read("").retention()).isEqualTo(Retention.DEFAULT);
        Retention retention =
                read("retention:\n  requests: forever\n  events: P365D\n").retention();
        assertThat(retention.requests()).isNull();
        assertThat(retention.events()).isEqualTo(Duration.ofDays(365));
        for (String bad : new String[] {"30", "P1D", "-P30D", "P1M", "P9999999D"}) {
            assertThatThrownBy(
                            () -> read("retention:\n  requests: " + bad + "\n").retention())
                    .hasMessageContaining("retention.requests")
                    .hasMessageContaining("P30D");
        }
    }

    @Test
    void trustedProxiesAreAListAndTimesOfTheDrainFitEachOther() throws IOException {
        assertThat(read("").trustedProxies()).isEmpty();
        assertThat(read("trustedProxies: [10.0.0.0/8, '::1']\n").trustedProxies())
                .containsExactly("10.0.0.0/8", "::1");
        assertThat(read("").drain()).isEqualTo(Edge.Drain.DEFAULT);
        assertThat(read("drain:\n  lead: PT5S\n  deadline: PT1M\n").drain())
                .isEqualTo(new Edge.Drain(Duration.ofSeconds(5), Duration.ofMinutes(1)));
        for (String bad :
                new String[] {"trustedProxies: 10.0.0.0/8", "trustedProxies: [[a]]", "trustedProxies: ['a,b']"}) {
            assertThatThrownBy(() -> read(bad).trustedProxies())
                    .hasMessageContaining("'trustedProxies' must be a list");
        }
        for (String bad : new String[] {"deadline: '30'", "deadline: -PT1S", "deadline: PT2H", "lead: PT31S"}) {
            assertThatThrownBy(() -> read("drain:\n  " + bad + "\n").drain()).hasMessageContaining("drain.");
        }
    }

    private ProcessConfig read(String text) throws IOException {
        return ProcessConfig.read(Files.writeString(folder.resolve("keymesh.yaml"), text));
    }
}
