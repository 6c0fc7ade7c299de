package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void aNullCapUnderTheOtherNameStays() throws IOException {
        String before = "{\"model\":\"m\",\"max_tokens\":null}";
        Payload after = Splice.apply(bytes(before), read(bytes(before)), "max_completion_tokens", 7, false);
        assertThat(text(after)).isEqualTo("{\"model\":\"m\",\"max_tokens\":null,\"max_completion_tokens\":7}");
    }

    @Test
    void aPayloadInAFileIsEditedAsOneInMemoryAndLeavesNoFile(@TempDir Path folder) throws IOException {
        for (String before : new String[] {
            "{\"max_tokens\" : null ,\"model\":\"m\",\"stream\":true,\"stream_options\":null}",
            "{\"model\":\"m\",\"x\":\"" + "y".repeat(100_000) + "\",\"stream_options\":{\"a\":1}}"
        }) {
            InFile file = InFile.in(folder);
            file.append(ByteBuffer.wrap(before.getBytes(StandardCharsets.UTF_8)));
            assertThat(folder).isEmptyDirectory();
            Facts facts = read(file);
            assertThat(facts).isEqualTo(read(bytes(before)));
            Payload after = Splice.apply(file, facts, "max_tokens", 42, true);
            String expected = text(Splice.apply(bytes(before), facts, "max_tokens", 42, true));
            assertThat(text(after)).isEqualTo(expected);
            assertThat(after.length()).isEqualTo(expected.length());
            file.close();
        }
    }

    private static String text(Payload payload) throws IOException {
        return new String(payload.stream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Payload bytes(String body) {
        return Payload.of(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Facts read(Payload body) {
        return (Facts) FactsReader.read(Operation.CHAT_COMPLETIONS, body);
    }
}
