package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.trace.Observed;
import dev.keymesh.gateway.trace.Telemetry;
import dev.keymesh.server.ProcessConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryOptionsTest {
    @TempDir
    private Path folder;

    @Test
    void nothingLeavesTheProcessUnlessItIsAskedFor() {
        assertThat(TelemetryOptions.observed(Map.of(), ProcessConfig.none())).isEqualTo(Observed.NOTHING);
        assertThat(TelemetryOptions.observed(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ProcessConfig.none()))
                .isEqualTo(Observed.NOTHING);
    }

    @Test
    void theFileSaysWhereAndOpenTelemetrysOwnVariablesWin() throws IOException {
        ProcessConfig file = read("""
                accessLog: true
                telemetry:
                  otlpEndpoint: http://collector:4318
                  headers: Authorization=Basic%20czNjcmV0,x-team=a=b
                  serviceName: ours
                """);
        Telemetry spans = new Telemetry(
                URI.create("http://collector:4318"),
                Map.of("Authorization", "Basic czNjcmV0", "x-team", "a=b"),
                "ours");
        assertThat(TelemetryOptions.observed(Map.of(), file)).isEqualTo(new Observed(spans, true));
        assertThat(spans.toString()).doesNotContain("czNjcmV0");
        Map<String, String> environment = Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "https://other/otlp/",
                "OTEL_EXPORTER_OTLP_HEADERS", "k=v",
                "OTEL_SERVICE_NAME", "theirs");
        assertThat(TelemetryOptions.observed(environment, file).spans())
                .isEqualTo(new Telemetry(URI.create("https://other/otlp/"), Map.of("k", "v"), "theirs"));
    }

    @Test
    void whatCannotBeUsedIsToldWithoutItsValue() throws IOException {
        for (String bad : new String[] {
            "telemetry:\n  otlpEndpoint: s3cret\n",
            "telemetry:\n  otlpEndpoint: ftp://s3cret\n",
            "telemetry:\n  otlpEndpoint: http://u:s3cret@host\n",
            "telemetry:\n  otlpEndpoint: http://host?k=s3cret\n",
            "telemetry:\n  otlpEndpoint: http://host\n  headers: s3cret\n",
            "telemetry:\n  otlpEndpoint: http://host\n  headers: k=s3cret%0d%0a\n",
            "telemetry:\n  otlpEndpoint: http://host\n  headers: k=s3cret%zz\n",
            "accessLog: s3cret\n"
        }) {
            assertThatThrownBy(() -> TelemetryOptions.observed(Map.of(), read(bad)))
                    .as(bad)
                    .hasMessageMatching("(telemetry\\.|A value in telemetry\\.|accessLog).*")
                    .hasMessageNotContaining("s3cret");
        }
    }

    private ProcessConfig read(String text) throws IOException {
        return ProcessConfig.read(Files.writeString(folder.resolve("keymesh.yaml"), text));
    }
}
