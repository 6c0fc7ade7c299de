package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoTest {
    @Test
    void everyStepOfTheMainJobAnswersAsItShould() {
        StringWriter out = new StringWriter();
        int status = new CommandLine(new Demo()).setOut(new PrintWriter(out)).execute();
        assertThat(status).as(out.toString()).isZero();
        assertThat(out.toString()).doesNotContain("FAIL").contains("The very next call -> 401");
    }
}
