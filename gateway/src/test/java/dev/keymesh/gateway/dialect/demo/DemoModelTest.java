package dev.keymesh.gateway.dialect.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.FactsReader;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the demo answers is what a vendor would: read by the same meter. */
class DemoModelTest {
    private static final String CHAT = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    @Test
    void whatItSaysThatItUsedIsTheSameInJsonAndInAStream() {
        String usage = ",\"stream_options\":{\"include_usage\":true}";
        expect(Operation.CHAT_COMPLETIONS, CHAT + ",\"max_tokens\":20", usage);
        expect(Operation.COMPLETIONS, "\"prompt\":\"hi\",\"max_tokens\":20", usage);
        expect(Operation.RESPONSES, "\"input\":\"hi\",\"max_output_tokens\":20", "");
        expect(Operation.MESSAGES, CHAT + ",\"max_tokens\":20", "");
    }

    private static void expect(Operation operation, String members, String more) {
        Usage json = used(operation, members, false);
        Usage stream = used(operation, members + ",\"stream\":true" + more, true);
        assertThat(json.outputTokens()).as(operation.wire()).isEqualTo(20);
        assertThat(stream.outputTokens()).as(operation.wire()).isEqualTo(20);
        assertThat(json.inputTokens()).as(operation.wire()).isPositive();
    }

    private static Usage used(Operation operation, String members, boolean stream) {
        Meter meter = Meter.of(operation, ProviderKind.OPENAI, stream, false);
        answer(operation, members).forEach(part -> meter.feed(ByteBuffer.wrap(part)));
        Usage usage = meter.usage();
        assertThat(usage).as(operation.wire()).isNotNull();
        return java.util.Objects.requireNonNull(usage);
    }

    @Test
    void aResponseThatItsCapCutIsIncompleteAndItsEventsAreNumberedFromZero() {
        List<byte[]> events = answer(Operation.RESPONSES, "\"input\":\"hi\",\"max_output_tokens\":16,\"stream\":true");
        for (int i = 0; i < events.size(); i++) {
            assertThat(text(events.get(i))).contains("\"sequence_number\":" + i + ",");
        }
        assertThat(text(events.getFirst())).startsWith("event: response.created\n");
        assertThat(text(events.getLast()))
                .startsWith("event: response.incomplete\n")
                .contains("\"incomplete_details\":{\"reason\":\"max_output_tokens\"}");
        assertThat(text(answer(Operation.RESPONSES, "\"input\":\"hi\"").getFirst()))
                .contains("\"status\":\"completed\"");
    }

    @Test
    void everyInputIsEmbeddedAndModerated() {
        String two = "\"input\":[\"a\",\"b\"]";
        assertThat(text(answer(Operation.EMBEDDINGS, two).getFirst()))
                .contains("\"index\":0,\"embedding\":[1.0,0.0,")
                .contains("\"index\":1,\"embedding\":[0.0,1.0,");
        assertThat(text(answer(Operation.EMBEDDINGS, two + ",\"encoding_format\":\"base64\"")
                        .getFirst()))
                .contains("\"index\":0,\"embedding\":\"AACAPwAAAAA");
        assertThat(text(answer(Operation.MODERATIONS, two).getFirst()).split("\"flagged\":false", -1))
                .hasSize(3);
    }

    @Test
    void tokensAreCountedAsTheyAreBilled() {
        Usage billed = used(Operation.MESSAGES, CHAT, false);
        assertThat(text(answer(Operation.MESSAGES_COUNT_TOKENS, CHAT).getFirst()))
                .isEqualTo("{\"input_tokens\":" + billed.inputTokens() + "}");
    }

    private static List<byte[]> answer(Operation operation, String members) {
        Payload body = Payload.of(("{\"model\":\"demo-small\"," + members + "}").getBytes(StandardCharsets.UTF_8));
        return DemoModel.answer((Facts) FactsReader.read(operation, body), body);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
