package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.server.prices.PriceFormat;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a gateway that runs. */
class PricesTest {
    @TempDir
    private Path folder;

    private Gateway gateway;

    private int port;

    @BeforeEach
    void start() throws Exception {
        gateway = Gateway.open(GatewayConfig.embedded(folder), InstantSource.system());
        port = gateway.port();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aDryRunSaysWhatWouldChangeAndChangesNothing() throws Exception {
        assertThat(run(0, "import", "--from", "litellm", "--provider", "acme", "--dry-run", file(PriceFormat.LITELLM)))
                .contains("new        acme", "large", "left out   acme/wrong", "2 prices read, 2 would change");
        assertThat(run(0, "list")).contains("0 prices");
    }

    @Test
    void whatIsImportedTwiceChangesNothingTheSecondTime() throws Exception {
        for (PriceFormat format : PriceFormat.values()) {
            String[] command = {"import", "--from", format.wire(), "--provider", "acme", "--as", "mine", file(format)};
            assertThat(run(0, command)).doesNotContain(", 0 written").contains(" written, ");
            assertThat(run(0, command)).contains(", 0 written");
        }
        assertThat(run(0, "list", "--provider", "mine")).contains("mine", "large", "2.5", "4 overrides");
    }

    @Test
    void aPriceIsSetAndListedAndShippedOnesAreShown() {
        assertThat(run(0, "set", "openai", "gpt-5.4", "--input", "2.50", "--output", "15"))
                .contains("openai/gpt-5.4 is prc_");
        assertThat(run(0, "list")).contains("gpt-5.4", "1 prices");
        assertThat(run(0, "list", "--catalogue", "--provider", "anthropic")).contains("claude-opus-5-5");
        assertThat(run(1, "set", "openai", "gpt-5.4", "--input", "-1", "--output", "15"))
                .contains("decimal string");
    }

    @Test
    void aPriceThatIsNotTakenIsLeftOutAndTheRestIsWritten() throws Exception {
        String rates = "\"input_cost_per_token\":1e-06,\"output_cost_per_token\":1e-06";
        String row = "\"%s\":{\"litellm_provider\":\"acme\"," + rates + "%s}";
        Path file = Files.writeString(
                folder.resolve("rows.json"),
                "{"
                        + String.join(
                                ",",
                                row.formatted("first", ""),
                                row.formatted("half", ",\"max_output_tokens\":4096.5"),
                                row.formatted("x".repeat(2_000), ""),
                                row.formatted("last", ""))
                        + "}");
        assertThat(run(0, "import", "--from", "litellm", file.toString()))
                .contains("left out   acme/half max_output_tokens: is 4096.5", "left out   acme/xxx", "422")
                .contains("3 prices read, 2 written, 2 left out.")
                .doesNotContain("Exception");
        assertThat(run(0, "list")).contains("first", "last", "2 prices");
    }

    @Test
    void theSummaryIsSaidWhereTheServerDoesNotAnswer() throws Exception {
        port = 1;
        assertThat(run(1, "import", "--from", "litellm", "--provider", "acme", file(PriceFormat.LITELLM)))
                .contains("2 prices read, 0 written", "keymesh: ");
    }

    @Test
    void aFormatOrFileThatIsNotKnownIsRefused() throws Exception {
        assertThat(run(2, "import", "--from", "prices.csv", "x")).contains("genai-prices, litellm or models.dev");
        assertThat(run(2, "import", "--from", "litellm", folder.resolve("none").toString()))
                .contains("cannot be read");
        Path text = Files.writeString(folder.resolve("text"), "no json");
        assertThat(run(2, "import", "--from", "litellm", text.toString())).contains("is not taken");
        assertThat(run(2, "import", "--from", "litellm", "--as", "x", file(PriceFormat.LITELLM)))
                .contains("--provider");
    }

    private String file(PriceFormat format) throws Exception {
        Path copy = folder.resolve(format.wire() + ".json");
        try (InputStream file =
                Objects.requireNonNull(PriceFormat.class.getResourceAsStream(format.wire() + ".json"))) {
            Files.write(copy, file.readAllBytes());
        }
        return copy.toString();
    }

    private String run(int status, String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine line = Keymesh.line();
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        List<String> all = new ArrayList<>(List.of("prices"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", "http://127.0.0.1:" + port, "--data", folder.toString()));
        int answer = line.execute(all.toArray(String[]::new));
        assertThat(answer).as(said.toString()).isEqualTo(status);
        return said.toString();
    }
}
