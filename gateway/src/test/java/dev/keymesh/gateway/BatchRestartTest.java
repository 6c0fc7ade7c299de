package dev.keymesh.gateway;

import static dev.keymesh.gateway.TestGateway.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch outlives the process that made it. */
class BatchRestartTest {
    @TempDir
    private Path folder;

    @Test
    void aBatchIsHeldOverRestartsAndSettledWithoutAnybodyWhoAsks() {
        GatewayConfig config = GatewayConfig.embedded(folder);
        TestGateway first = new TestGateway(config);
        BatchesTest.furnish(first);
        TestGateway.Key key = first.issue("1.00");
        String made = first.send(
                        "POST",
                        "/v1/messages/batches",
                        key.secret(),
                        "{\"requests\":[{\"custom_id\":\"1\",\"params\":{\"model\":\"c\",\"max_tokens\":9,\"messages\":[]}}]}")
                .body();
        String held = member(first.budget(key), "held");
        assertThat(held).isNotEqualTo("0");
        first.gateway.close();

        TestGateway second = new TestGateway(config, first, InstantSource.system());
        assertThat(second.budget(key)).contains("\"held\":\"" + held + "\"", "\"spent\":\"0\"");
        second.gateway.close();

        first.provider.kept.finishMessages(member(made, "id"), """
                {"custom_id":"1","result":{"type":"succeeded","message":{"model":"c","usage":{"input_tokens":3,"output_tokens":2}}}}""");
        first.provider.kept.asked.clear();
        TestGateway third = new TestGateway(config, first, InstantSource.system());
        BatchesTest.soon(() -> third.budget(key).contains("\"held\":\"0\""));
        assertThat(third.budget(key)).contains("\"spent\":\"0.000026\"");
        assertThat(third.admin("GET", "/api/v1/requests", null))
                .contains("\"operation\":\"messages.batches.create\"", "\"settlement\":\"reported\"");
        assertThat(first.provider.kept.credentials).noneMatch(sent -> sent.contains("km-"));
        third.close();
    }
}
