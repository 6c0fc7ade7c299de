package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PlainTextTest {
    @Test
    void itIsTheTextOfMessagesAndNothingThatTheVendorWritesInAnotherForm() throws IOException {
        PlainText text = PlainText.of(payload("""
                {"model":"m","system":[{"type":"text","text":"s"}],"messages":[
                  {"role":"user","content":"a"},
                  {"role":"user","content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"data:x","text":"no"}}]},
                  {"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":"no","content":"no"}}]},
                  {"role":"assistant","content":[{"type":"tool_use","input":{"text":"no"}}]},
                  {"role":"user","content":[{"type":"tool_result","content":[{"type":"text","text":"é"}]}]}],
                 "tools":[{"text":"no"}],"metadata":{"content":"no"}}"""));
        assertThat(text.parts()).containsExactly("s", "a", "b", "é");
        assertThat(text.bytes()).isEqualTo(5);
    }

    @Test
    void inputsAndPromptsAreTexts() throws IOException {
        assertThat(PlainText.of(payload("{\"input\":[\"a\",\"b\"],\"model\":\"m\"}"))
                        .parts())
                .containsExactly("a", "b");
        assertThat(PlainText.of(payload("{\"prompt\":[[1,2],[3]],\"instructions\":\"i\"}"))
                        .parts())
                .containsExactly("i");
        assertThat(PlainText.of(payload("""
                {"input":[{"role":"user","content":[{"type":"input_text","text":"x"}]},
                 {"type":"function_call","arguments":"no"},{"type":"function_call_output","output":"y"}]}""")).parts()).containsExactly("x", "y");
    }

    @Test
    void aCountIsAskedForWithWhatIsCountedOnly() throws IOException {
        byte[] body = CountBody.of(payload("""
                {"max_tokens":5,"model":"m","stream":true,"system":null,"messages":[{"role":"user","content":"é\\u00e9"}] ,
                 "tools":[ {"name":"t"} ],"metadata":{"user_id":"x"}}"""));
        assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo("""
                {"model":"m","messages":[{"role":"user","content":"é\\u00e9"}],"tools":[ {"name":"t"} ]}""");
        assertThat(new String(CountBody.of(payload("{\"max_tokens\":5}")), StandardCharsets.UTF_8))
                .isEqualTo("{}");
    }

    private static Payload payload(String json) {
        return Payload.of(json.getBytes(StandardCharsets.UTF_8));
    }
}
