package dev.keymesh.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** W3C Trace Context, section 3.2. */
class LinkTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private static Link link(String header) {
        return Objects.requireNonNull(Link.of(List.of(header)));
    }

    @Test
    void aTraceGoesOnWithASpanOfItsOwn() {
        Link link = link("00-" + TRACE + "-" + SPAN + "-01");
        assertThat(link.trace()).isEqualTo(TRACE);
        assertThat(link.parent()).isEqualTo(SPAN);
        assertThat(link.span()).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
        assertThat(link.header()).isEqualTo("00-" + TRACE + "-" + link.span() + "-01");
    }

    @Test
    void aTraceThatItsCallerDoesNotKeepKeepsItsParent() {
        Link link = link("00-" + TRACE + "-" + SPAN + "-02");
        assertThat(link.sampled()).isFalse();
        assertThat(link.header()).isEqualTo("00-" + TRACE + "-" + SPAN + "-02");
    }

    @Test
    void aLaterVersionMayGoOnAfterADashAndIsAnsweredInOurs() {
        Link link = link("cc-" + TRACE + "-" + SPAN + "-01-what-comes-later");
        assertThat(link.header()).startsWith("00-" + TRACE);
    }

    @Test
    void whatIsNotAsItShouldBeBeginsATrace() {
        for (String bad : List.of(
                "",
                "00",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-1",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "00-" + TRACE + "-" + SPAN + "-01 ",
                "cc-" + TRACE + "-" + SPAN + "-01more",
                "00-" + TRACE.toUpperCase(java.util.Locale.ROOT) + "-" + SPAN + "-01",
                "00-" + "0".repeat(32) + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + "0".repeat(16) + "-01",
                "00-" + TRACE + "x-" + SPAN + "-01",
                "cc-" + TRACE + "-" + SPAN + "-01-" + "x".repeat(1_000))) {
            assertThat(Link.of(List.of(bad))).as(bad).isNull();
        }
        String good = "00-" + TRACE + "-" + SPAN + "-01";
        assertThat(Link.of(List.of())).isNull();
        assertThat(Link.of(List.of(good, good))).isNull();
    }
}
