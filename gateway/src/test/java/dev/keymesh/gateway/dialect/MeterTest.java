package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.price.Usage;
import dev.keymesh.gateway.provider.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
                Meter meter = feed(Meter.of(Shape.OPENAI, true, false), bytes, slice);
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
            Meter meter = feed(Meter.of(Shape.ANTHROPIC, true, false), bytes, slice);
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
            Meter meter = Meter.of(Shape.OPENAI, true, true);
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
        assertThat(feed(Meter.of(Shape.OPENAI, true, false), bytes, 7).usage()).isNull();
    }

    @Test
    void onlyTheTopLevelUsageOfABodyCounts() {
        String body = "{\"content\":[{\"type\":\"tool_use\",\"input\":{\"usage\":{\"output_tokens\":0}}}],"
                + "\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        for (int slice = 1; slice <= bytes.length; slice++) {
            assertThat(feed(Meter.of(Shape.ANTHROPIC, false, false), bytes, slice)
                            .usage())
                    .isEqualTo(new Usage(7, 0, 0, 0, 0, 3));
        }
    }

    @Test
    void openAisCacheWritesAreUnaskedFor() {
        String body = "{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":2,\"cache_write_tokens\":4}}}";
        Meter meter = feed(Meter.of(Shape.OPENAI, false, false), body.getBytes(StandardCharsets.UTF_8), 9);
        assertThat(meter.usage()).isEqualTo(new Usage(9, 2, 0, 0, 4, 3));
    }

    @Test
    void numbersThatCannotBeAreNoUsage() {
        for (String number : new String[] {"-1", "1e9", "1.5", "\"5\"", "9223372036854775808", "10000000001", "null"}) {
            String body = "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":" + number + "}}";
            Meter meter = feed(Meter.of(Shape.OPENAI, false, false), body.getBytes(StandardCharsets.UTF_8), 5);
            assertThat(meter.usage()).as(number).isNull();
        }
    }

    private static Meter feed(Meter meter, byte[] bytes, int slice) {
        for (int at = 0; at < bytes.length; at += slice) {
            meter.feed(ByteBuffer.wrap(bytes, at, Math.min(slice, bytes.length - at)));
        }
        return meter;
    }
}
