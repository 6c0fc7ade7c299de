package dev.keymesh.server.mcp.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The SDK's records as JSON and back. */
class JsonpMapperTest {
    private final JsonpMapper mapper = new JsonpMapper();

    @Test
    void contentsKeepTheirKindBothWays() {
        String json = "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"resource\",\"resource\":"
                + "{\"uri\":\"x:y\",\"mimeType\":\"text/plain\",\"text\":\"b\"}}],\"isError\":false,\"_meta\":{\"k\":1}}";
        McpSchema.CallToolResult read = mapper.readValue(json, McpSchema.CallToolResult.class);
        assertThat(read.content())
                .hasExactlyElementsOfTypes(McpSchema.TextContent.class, McpSchema.EmbeddedResource.class);
        assertThat(mapper.writeValueAsString(read)).isEqualTo(json);
    }

    @Test
    void numbersStayExact() {
        assertThat(mapper.readValue("[1,3000000000,0.1,1e400,true,null]", Object.class))
                .isEqualTo(java.util.Arrays.asList(
                        1, 3_000_000_000L, new BigDecimal("0.1"), new BigDecimal("1e400"), true, null));
        assertThat(mapper.writeValueAsString(Map.of("a", List.of(new BigDecimal("0.10")))))
                .isEqualTo("{\"a\":[0.10]}");
    }

    @Test
    void whatDoesNotFitIsTheCallersMistake() {
        for (String wrong :
                List.of("{\"action\":\"no\"}", "{\"action\":1}", "[]", "{\"action\":\"accept\",\"content\":[]}", "{")) {
            assertThatThrownBy(() -> mapper.readValue(wrong, McpSchema.ElicitResult.class))
                    .as(wrong)
                    .isInstanceOfSatisfying(
                            McpError.class,
                            e -> assertThat(e.getJsonRpcError().code()).isEqualTo(-32602));
        }
    }
}
