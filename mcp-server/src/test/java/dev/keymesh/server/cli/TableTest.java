package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.server.mcp.JsonText;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAlignedAndNumbersStandAtTheRight() {
        Table table = new Table(0);
        table.row(List.of("ID", "COST"));
        table.row(List.of("a", "10.5"));
        table.row(List.of("long", "-"));
        assertThat(table.lines(1)).containsExactly("ID    COST", "a     10.5", "long     -");
        table.row(List.of("b", "1"));
        assertThat(table.lines(0)).containsExactly("b        1");
    }

    @Test
    void aNarrowTerminalCutsTheEndOfALine() {
        Table table = new Table(20);
        table.row(List.of("a".repeat(15), "b".repeat(15)));
        assertThat(table.lines(0)).containsExactly("a".repeat(15) + "  b..");
    }

    @Test
    void whatOthersWroteDoesNotSteerTheTerminal() {
        Columns columns = Columns.of("title", "actor.externalId", "none", "at", "list");
        assertThat(
                        columns.of(
                                JsonText.object(
                                        "{\"title\":\"a\\u001b[31m\\nb\\u202e\",\"actor\":{\"externalId\":7},\"at\":\"2026-11-01T00:00:00.123Z\",\"list\":[]}")))
                .containsExactly("a?[31m?b?", "7", "-", "2026-11-01T00:00:00Z", "none");
        assertThat(columns.heads()).containsExactly("TITLE", "EXTERNAL ID", "NONE", "AT", "LIST");
    }
}
