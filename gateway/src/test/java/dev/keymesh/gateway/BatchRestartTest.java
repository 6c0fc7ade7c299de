package dev.keymesh.gateway;

import static dev.keymesh.gateway.TestGateway.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch outlives the process that made it. */
class BatchRestartTest {
    @TempDir
    private Path folder;

    @Test
    void aBatchIsHeldOverRestartsAndSettledWithoutAnybodyWhoAsksAndAtItsHoldWhenItNeverEnds() {
        GatewayConfig config = GatewayConfig.embedded(folder);
        TestGateway first = new TestGateway(config);
        BatchesTest.furnish(first);
        TestGateway.Key key = first.issue("1.00");
        String made = make(first, key);
        String held = member(first.budget(key), "held");
        assertThat(held).isNotEqualTo("0");
        first.gateway.close();

        TestGateway second = new TestGateway(config, first, InstantSource.system());
        assertThat(second.budget(key)).contains("\"held\":\"" + held + "\"", "\"spent\":\"0\"");

        first.provider.kept.finishMessages(member(made, "id"), """
                {"custom_id":"1","result":{"type":"succeeded","message":{"model":"c","usage":{"input_tokens":3,"output_tokens":2}}}}""");
        String never = member(make(second, key), "id");
        second.gateway.close();

        TestGateway third = new TestGateway(config, first, InstantSource.system());
        BatchesTest.soon(() -> third.budget(key).contains("\"spent\":\"0.000026\""));
        assertThat(third.budget(key)).as("of the other one").contains("\"held\":\"" + held + "\"");
        assertThat(third.admin("GET", "/api/v1/requests", null))
                .contains("\"operation\":\"messages.batches.create\"", "\"settlement\":\"reported\"");
        assertThat(first.provider.kept.credentials).noneMatch(sent -> sent.contains("km-"));
        third.gateway.close();

        InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofHours(49));
        TestGateway fourth = new TestGateway(config, first, later);
        BatchesTest.soon(() -> fourth.admin("GET", "/api/v1/requests", null).contains("\"settlement\":\"unknown\""));
        assertThat(never).isNotEqualTo(member(made, "id"));
        assertThat(fourth.admin("GET", "/api/v1/requests", null)).contains("\"cost\":\"" + held + "\"");
        fourth.close();
    }

    private static String make(TestGateway at, TestGateway.Key key) {
        return at.send(
                        "POST",
                        "/v1/messages/batches",
                        key.secret(),
                        "{\"requests\":[{\"custom_id\":\"1\",\"params\":{\"model\":\"c\",\"max_tokens\":9,\"messages\":[]}}]}")
                .body();
    }
}
