package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.price.ProviderKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an answer calls itself, whichever vendor's and whether it is streamed. */
class AnswerNamesTest {
    private static void names(
            Operation operation, ProviderKind kind, boolean sse, String answer, @Nullable String... expected) {
        Meter meter = Meter.of(operation, kind, sse, false);
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += 7) {
            meter.feed(ByteBuffer.wrap(bytes, from, Math.min(7, bytes.length - from))
                    .slice());
        }
        assertThat(meter.finished()).isTrue();
        AnswerNames names = meter.names();
        assertThat(new String[] {names.model(), names.id(), names.finish()}).containsExactly(expected);
    }

    @Test
    void ofOpenAiChat() {
        names(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, false, """
                {"id":"chatcmpl-1","model":"m-2026","choices":[{"message":{"content":"x","model":"no"},
                "finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""", "m-2026", "chatcmpl-1", "stop");
        names(Operation.CHAT_COMPLETIONS, ProviderKind.OPENAI, true, """
                data: {"id":"chatcmpl-1","model":"m-2026","choices":[{"delta":{"content":"x"},"finish_reason":null}]}

                data: {"id":"chatcmpl-1","model":"m-2026","choices":[{"delta":{},"finish_reason":"length"}]}

                data: [DONE]

                """, "m-2026", "chatcmpl-1", "length");
    }

    @Test
    void ofAnthropicMessages() {
        names(Operation.MESSAGES, ProviderKind.ANTHROPIC, false, """
                {"type":"message","id":"msg_1","model":"c-1","content":[{"type":"text","text":"x","id":"no"}],
                "stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""", "c-1", "msg_1", "end_turn");
        names(Operation.MESSAGES, ProviderKind.ANTHROPIC, true, """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","model":"c-1","usage":{"input_tokens":1,"output_tokens":1}}}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":7}}

                event: message_stop
                data: {"type":"message_stop"}

                """, "c-1", "msg_1", "max_tokens");
    }

    @Test
    void aLongNameIsCut() {
        names(
                Operation.CHAT_COMPLETIONS,
                ProviderKind.OPENAI,
                false,
                "{\"model\":\"" + "m".repeat(500) + "\",\"choices\":[]}",
                "m".repeat(100),
                null,
                null);
    }
}
