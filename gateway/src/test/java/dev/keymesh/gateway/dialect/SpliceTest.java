package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SpliceTest {
    @Test
    void aNullCapIsReplacedInItsPlaceSoThatNoMemberIsTwice() {
        for (String before : new String[] {
            "{\"model\":\"m\",\"max_tokens\":null}",
            "{\"max_tokens\" : null ,\"model\":\"m\",\"stream\":true,\"stream_options\":null}",
            "{\"stream_options\":null,\"model\":\"m\",\"max_tokens\":null,\"messages\":[]}",
            "{\"stream_options\":{\"include_usage\":false},\"max_tokens\":null,\"model\":\"m\"}",
            "{\"model\":\"\\u006d\",\"max_completion_tokens\":null,\"max_tokens\":null}"
        }) {
            Facts after = read(Splice.apply(bytes(before), read(bytes(before)), "max_tokens", 42, true));
            assertThat(after.maxTokens()).as(before).isEqualTo(42);
            assertThat(after.usageOption().state()).as(before).isEqualTo(Facts.UsageOption.State.ON);
        }
    }

    @Test
    void aNullCapUnderTheOtherNameStays() {
        String before = "{\"model\":\"m\",\"max_tokens\":null}";
        byte[] after = Splice.apply(bytes(before), read(bytes(before)), "max_completion_tokens", 7, false);
        assertThat(new String(after, StandardCharsets.UTF_8))
                .isEqualTo("{\"model\":\"m\",\"max_tokens\":null,\"max_completion_tokens\":7}");
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private static Facts read(byte[] body) {
        return (Facts) FactsReader.read(Operation.CHAT_COMPLETIONS, body, body.length);
    }
}
