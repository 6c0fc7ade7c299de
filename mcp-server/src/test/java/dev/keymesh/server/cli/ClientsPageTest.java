package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/clients.md tells people to copy. */
class ClientsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "clients.md");
    private static final Pattern JSON_BLOCK = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

    @Test
    void everyEntryStartsKeymeshOrCallsItWithAKey() throws IOException {
        List<JsonObject> entries = JSON_BLOCK
                .matcher(Files.readString(PAGE))
                .results()
                .flatMap(block -> entries(block.group(1)))
                .toList();
        assertThat(entries).hasSize(5).allSatisfy(ClientsPageTest::isKeymesh);
    }

    @Test
    void everyProgramThatItNamesIsThere() throws IOException {
        List<String> links = LINK.matcher(Files.readString(PAGE))
                .results()
                .map(link -> link.group(1))
                .toList();
        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(PAGE.resolveSibling(link)).exists());
    }

    /** VS Code calls them servers, the others mcpServers. */
    private static Stream<JsonObject> entries(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            JsonObject page = reader.readObject();
            JsonObject servers = page.getJsonObject(page.containsKey("servers") ? "servers" : "mcpServers");
            assertThat(servers).containsOnlyKeys("keymesh");
            return Stream.of(servers.getJsonObject("keymesh"));
        }
    }

    private static void isKeymesh(JsonObject entry) {
        if (entry.containsKey("url")) {
            assertThat(entry.getString("url")).endsWith("/mcp");
            assertThat(entry.getJsonObject("headers").getString("Authorization"))
                    .startsWith("Bearer ");
        } else {
            assertThat(entry.getString("command")).endsWith("/keymesh");
            assertThat(entry.getJsonArray("args").getValuesAs(JsonString::getString))
                    .containsExactly("mcp");
        }
    }
}
