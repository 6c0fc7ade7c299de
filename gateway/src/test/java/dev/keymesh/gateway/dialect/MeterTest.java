package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeterTest {
    private static final String CHAT = """
            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"h\u00e9"}}],"usage":null}

            : a comment

            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"arguments":"{\\"a\\":1}"}}]}}]}

            data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4}}}

            data: [DONE]

            """;
    private static final String MESSAGES = """
            event: message_start
            data: {"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":3,"cache_creation_input_tokens":2,"output_tokens":1}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\ud83d\ude00ok"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    @Test
    void aChatStreamIsMeteredHoweverItIsSliced() {
        for (String text : new String[] {CHAT, CHAT.replace("\n", "\r\n")}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            for (int slice = 1; slice <= bytes.length; slice++) {
                Meter meter =
                        feed(Meter.of(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, true, false), bytes, slice);
                assertThat(meter.usage()).isEqualTo(new Usage(12, 4, 0, 0, 0, 5));
                assertThat(meter.finished()).isTrue();
                assertThat(meter.outputBytes()).isEqualTo(3 + 7);
            }
        }
    }

    @Test
    void aMessageStreamIsMeteredHoweverItIsSlicedAndItsCountsAreCumulative() {
        byte[] bytes = MESSAGES.getBytes(StandardCharsets.UTF_8);
        for (int slice = 1; slice <= bytes.length; slice++) {
            Meter meter = feed(Meter.of(Operation.MESSAGES, ProviderKind.OPENAI, true, false), bytes, slice);
            assertThat(meter.usage()).isEqualTo(new Usage(15, 3, 2, 0, 0, 9));
            assertThat(meter.outputBytes()).isEqualTo(6);
        }
    }

    @Test
    void aUsageChunkThatKeymeshAskedForIsTakenOutAndAllElsePasses() {
        byte[] bytes = CHAT.getBytes(StandardCharsets.UTF_8);
        int from = CHAT.indexOf("data: {\"choices\":[],");
        String without = CHAT.substring(0, from) + CHAT.substring(CHAT.indexOf("data: [DONE]"));
        for (int slice = 1; slice <= bytes.length; slice++) {
            Meter meter = Meter.of(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, true, true);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int at = 0; at < bytes.length; at += slice) {
                int to = Math.min(bytes.length, at + slice);
                for (ByteBuffer part : meter.relay(ByteBuffer.wrap(bytes, at, to - at), to == bytes.length)) {
                    byte[] copy = new byte[part.remaining()];
                    part.get(copy);
                    out.writeBytes(copy);
                }
            }
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(without);
            assertThat(meter.usage()).isNotNull();
        }
    }

    @Test
    void aStreamThatIsCutHasNoUsage() {
        byte[] bytes = CHAT.substring(0, CHAT.indexOf("data: [DONE]")).getBytes(StandardCharsets.UTF_8);
        assertThat(feed(Meter.of(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, true, false), bytes, 7)
                        .usage())
                .isNull();
    }

    @Test
    void onlyTheTopLevelUsageOfABodyCounts() {
        String body = "{\"content\":[{\"type\":\"tool_use\",\"input\":{\"usage\":{\"output_tokens\":0}}}],"
                + "\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        for (int slice = 1; slice <= bytes.length; slice++) {
            assertThat(feed(Meter.of(Operation.MESSAGES, ProviderKind.OPENAI, false, false), bytes, slice)
                            .usage())
                    .isEqualTo(new Usage(7, 0, 0, 0, 0, 3));
        }
    }

    @Test
    void openAisCacheWritesAreUnaskedFor() {
        String body = "{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":2,\"cache_write_tokens\":4}}}";
        Meter meter = feed(
                Meter.of(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, false, false),
                body.getBytes(StandardCharsets.UTF_8),
                9);
        assertThat(meter.usage()).isEqualTo(new Usage(9, 2, 0, 0, 4, 3));
    }

    @Test
    void numbersThatCannotBeAreNoUsage() {
        for (String number : new String[] {"-1", "1e9", "1.5", "\"5\"", "9223372036854775808", "10000000001", "null"}) {
            String body = "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":" + number + "}}";
            Meter meter = feed(
                    Meter.of(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, false, false),
                    body.getBytes(StandardCharsets.UTF_8),
                    5);
            assertThat(meter.usage()).as(number).isNull();
        }
    }

    @Test
    void whatStandsInAListIsNoUsage() {
        String list = "{\"usage\":[{\"prompt_tokens\":1,\"completion_tokens\":1}]}";
        assertThat(feed(Meter.of(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, false, false), bytes(list), 5)
                        .usage())
                .isNull();
        String details = "{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1,"
                + "\"prompt_tokens_details\":[{\"cached_tokens\":9}]}}";
        assertThat(feed(Meter.of(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, false, false), bytes(details), 5)
                        .usage())
                .isEqualTo(new Usage(9, 0, 0, 0, 0, 1));
    }

    @Test
    void aResponsesStreamIsMeteredHoweverItIsSliced() {
        String text = """
                event: response.created
                data: {"type":"response.created","sequence_number":0,"response":{"usage":null,"tools":[{"parameters":{"delta":"mine"}}]}}

                event: response.output_text.delta
                data: {"type":"response.output_text.delta","sequence_number":1,"item_id":"msg_1","delta":"h\u00e9","obfuscation":"xxxx"}

                event: response.function_call_arguments.delta
                data: {"type":"response.function_call_arguments.delta","sequence_number":2,"item_id":"fc_1","delta":"{\\"a\\":1}"}

                event: response.END
                data: {"type":"response.END","sequence_number":3,"response":{"usage":{"input_tokens":12,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":3},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":17}}}

                """;
        for (String end : new String[] {"completed", "incomplete", "failed"}) {
            byte[] bytes = text.replace("END", end).getBytes(StandardCharsets.UTF_8);
            for (int slice = 1; slice <= bytes.length; slice++) {
                Meter meter = feed(Meter.of(Operation.RESPONSES, ProviderKind.OPENAI, true, false), bytes, slice);
                assertThat(meter.usage()).isEqualTo(new Usage(12, 4, 0, 0, 3, 5));
                assertThat(meter.outputBytes()).isEqualTo(3 + 7);
                assertThat(meter.nextSequence()).isEqualTo(4);
            }
        }
    }

    @Test
    void aResponsesStreamThatIsCutHasNoUsageAndItsItemsThatCameWholeCount() {
        String item =
                "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"call_id\":\"call_1\","
                        + "\"name\":\"f\",\"arguments\":\"0123456789\",\"encrypted_content\":\"0123456789\"}}\n\n";
        String delta = "data: {\"type\":\"response.function_call_arguments.delta\",\"delta\":\"01234\"}\n\n";
        Meter whole = feed(Meter.of(Operation.RESPONSES, ProviderKind.OPENAI, true, false), bytes(item), 7);
        assertThat(whole.usage()).isNull();
        assertThat(whole.outputBytes()).isEqualTo(11);
        assertThat(feed(Meter.of(Operation.RESPONSES, ProviderKind.OPENAI, true, false), bytes(delta + item), 7)
                        .outputBytes())
                .isEqualTo(11);
    }

    @Test
    void aResponsesBodyIsMeteredByItsOwnUsageOnly() {
        String body =
                "{\"metadata\":{\"usage\":{\"output_tokens\":1}},\"response\":{\"usage\":null},\"output\":[{\"usage\":"
                        + "{\"output_tokens\":0}}],\"usage\":{\"input_tokens\":7,\"input_tokens_details\":{\"cached_tokens\":2},"
                        + "\"output_tokens\":3,\"total_tokens\":10}}";
        for (int slice = 1; slice <= body.length(); slice++) {
            Meter meter = feed(Meter.of(Operation.RESPONSES, ProviderKind.OPENAI, false, false), bytes(body), slice);
            assertThat(meter.usage()).isEqualTo(new Usage(7, 2, 0, 0, 0, 3));
        }
    }

    @Test
    void anAnswerToABackgroundCallHasNoUsageYet() {
        String body = "{\"status\":\"queued\",\"usage\":null}";
        assertThat(feed(Meter.of(Operation.RESPONSES, ProviderKind.OPENAI, false, false), bytes(body), 9)
                        .usage())
                .isNull();
    }

    @Test
    void aCompletionsStreamCountsItsTextsAndLosesTheChunkThatNobodyAskedFor() {
        String kept =
                "data: {\"id\":\"cmpl-1\",\"choices\":[{\"text\":\"h\u00e9\",\"index\":0,\"finish_reason\":\"stop\"}]}\n\n";
        String usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}}\n\n";
        Meter meter = Meter.of(Operation.COMPLETIONS, ProviderKind.OPENAI, true, true);
        List<ByteBuffer> out = meter.relay(ByteBuffer.wrap(bytes(kept + usage + "data: [DONE]\n\n")), true);
        assertThat(StandardCharsets.UTF_8.decode(out.getFirst()).toString()).isEqualTo(kept + "data: [DONE]\n\n");
        assertThat(meter.usage()).isEqualTo(new Usage(4, 0, 0, 0, 0, 2));
        assertThat(meter.outputBytes()).isEqualTo(3);
    }

    @Test
    void embeddingsOfManyMegabytesAreMeteredByTheUsageAtTheirEndAndHaveNoOutput() {
        Meter meter = Meter.of(Operation.EMBEDDINGS, ProviderKind.OPENAI, false, false);
        byte[] vector = bytes("{\"object\":\"embedding\",\"embedding\":[" + "0.0123456789,".repeat(3_000) + "1]},");
        meter.feed(ByteBuffer.wrap(bytes("{\"object\":\"list\",\"data\":[")));
        for (int i = 0; i < 200; i++) {
            feed(meter, vector, 16_384);
        }
        meter.feed(ByteBuffer.wrap(bytes("{}],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9}}")));
        assertThat(meter.usage()).isEqualTo(new Usage(9, 0, 0, 0, 0, 0));
    }

    @Test
    void embeddingsThatAreCountedInOneSumAreMeteredByIt() {
        for (String usage : new String[] {"{\"total_tokens\":9}", "{\"prompt_tokens\":9,\"completion_tokens\":0}"}) {
            Meter meter = feed(
                    Meter.of(Operation.EMBEDDINGS, ProviderKind.OPENAI, false, false),
                    bytes("{\"data\":[],\"usage\":" + usage + "}"),
                    5);
            assertThat(meter.usage()).as(usage).isEqualTo(new Usage(9, 0, 0, 0, 0, 0));
        }
        assertThat(feed(Meter.of(Operation.EMBEDDINGS, ProviderKind.OPENAI, false, false), bytes("{\"data\":[]}"), 5)
                        .usage())
                .isNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Meter feed(Meter meter, byte[] bytes, int slice) {
        for (int at = 0; at < bytes.length; at += slice) {
            meter.feed(ByteBuffer.wrap(bytes, at, Math.min(slice, bytes.length - at)));
        }
        return meter;
    }
}
