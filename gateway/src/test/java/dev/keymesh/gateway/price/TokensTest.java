package dev.keymesh.gateway.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
    private final Tokens tokens = new Tokens();

    @Test
    void aTextHasNoMoreTokensThanBytes() {
        for (String text : new String[] {"", "Hello, world!", "中文", "<|endoftext|>", "\u0000\u0001", "🙂🙂"}) {
            assertThat(tokens.count("o200k_base", List.of(text))).as(text).isBetween(0L, (long)
                    text.getBytes(StandardCharsets.UTF_8).length);
        }
        assertThat(tokens.count("o200k_base", List.of("Hello, world!", "Hello, world!")))
                .isEqualTo(8);
    }

    @Test
    void anUnknownEncodingCountsNothing() {
        assertThat(tokens.count("none_such", List.of("Hello"))).isEqualTo(-1);
    }
}
