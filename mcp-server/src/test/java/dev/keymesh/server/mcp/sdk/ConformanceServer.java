package dev.keymesh.server.mcp.sdk;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.http.Mount;
import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.server.mcp.Backend;
import dev.keymesh.server.mcp.McpHttp;
import dev.keymesh.server.mcp.Tools;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The real server with what the conformance suite wants to find, and with the root key on every request, because the
 * suite sends none; prints its address. Only for {@code mcp-server/conformance}.
 */
public final class ConformanceServer {
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    private static final String WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
    private static final String IMAGE = "{\"type\":\"image\",\"data\":\"" + PNG + "\",\"mimeType\":\"image/png\"}";

    private final JsonpMapper mapper = new JsonpMapper();
    private final Map<String, McpServerFeatures.SyncToolSpecification> tools = new LinkedHashMap<>();

    private ConformanceServer() {
        answer("test_simple_text", text("This is a simple text response for testing."));
        answer("test_image_content", IMAGE);
        answer("test_audio_content", "{\"type\":\"audio\",\"data\":\"" + WAV + "\",\"mimeType\":\"audio/wav\"}");
        answer("test_embedded_resource", """
                {"type":"resource","resource":{"uri":"test://embedded-resource","mimeType":"text/plain",
                 "text":"This is an embedded resource content."}}""");
        answer("test_multiple_content_types", text("Multiple content types test:") + "," + IMAGE + """
                ,{"type":"resource","resource":{"uri":"test://mixed-content-resource","mimeType":"application/json",
                 "text":"{\\"test\\":\\"data\\",\\"value\\":123}"}}""");
        tool(
                "test_error_handling",
                "",
                (_, _) -> read(
                        "{\"isError\":true,\"content\":[" + text("This tool intentionally returns an error for testing")
                                + "]}",
                        McpSchema.CallToolResult.class));
        // Every kind of keyword that a listing has to keep.
        toolOf("json_schema_2020_12_tool", """
                {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","additionalProperties":false,
                 "$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"}}}},
                 "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},
                  "contactMethod":{"enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},
                 "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
                 "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
                 "then":{"required":["phone"]},"else":{"required":["email"]}}""", (_, _) -> said("ok"));
        tool("test_tool_with_logging", "", (exchange, _) -> {
            for (String line : List.of("Tool execution started", "Tool processing data", "Tool execution completed")) {
                exchange.loggingNotification(
                        McpSchema.LoggingMessageNotification.builder(McpSchema.LoggingLevel.INFO, line)
                                .build());
                pause();
            }
            return said("done");
        });
        tool("test_tool_with_progress", "", (exchange, request) -> {
            Object token = request.meta() == null ? null : request.meta().get("progressToken");
            for (int done = 0; done <= 100; done += 50) {
                if (token != null) {
                    exchange.progressNotification(McpSchema.ProgressNotification.builder(token, done)
                            .total(100.0)
                            .build());
                }
                pause();
            }
            return said("done");
        });
        tool("test_sampling", "\"prompt\":{\"type\":\"string\"}", (exchange, request) -> {
            McpSchema.CreateMessageResult result = exchange.createMessage(read(
                    "{\"messages\":[{\"role\":\"user\",\"content\":" + text(argument(request, "prompt"))
                            + "}],\"maxTokens\":100}",
                    McpSchema.CreateMessageRequest.class));
            return said("LLM response: " + mapper.write(result));
        });
        tool(
                "test_elicitation",
                "\"message\":{\"type\":\"string\"}",
                (exchange, request) -> said("User response: " + asked(exchange, argument(request, "message"), """
                        "username":{"type":"string","description":"User's response"},
                        "email":{"type":"string","description":"User's email address"}""")));
        tool(
                "test_elicitation_sep1034_defaults",
                "",
                (exchange, _) -> said("Elicitation completed: " + asked(exchange, "Defaults", """
                        "name":{"type":"string","default":"John Doe"},"age":{"type":"integer","default":30},
                        "score":{"type":"number","default":95.5},
                        "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
                        "verified":{"type":"boolean","default":true}""")));
        tool(
                "test_elicitation_sep1330_enums",
                "",
                (exchange, _) -> said("Elicitation completed: " + asked(exchange, "Enums", """
                        "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
                        "titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},
                         {"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
                        "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],
                         "enumNames":["Option One","Option Two","Option Three"]},
                        "untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},
                        "titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Choice"},
                         {"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}""")));
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Gateway gateway = Gateway.open(GatewayConfig.embedded(folder), InstantSource.system(), (rest, address) -> {
            ConformanceServer fixtures = new ConformanceServer();
            SdkEngine engine = new SdkEngine(
                    Tools.all(),
                    "test",
                    McpSchema.ServerCapabilities.builder()
                            .tools(true)
                            .logging()
                            .completions()
                            .prompts(true)
                            .resources(true, true)
                            .build(),
                    fixtures.tools.keySet(),
                    fixtures::add);
            return new WithRootKey(
                    new McpHttp(
                            engine,
                            new Backend(
                                    rest,
                                    request -> HttpTransport.to(address.get()).send(request)),
                            "127.0.0.1",
                            InstantSource.system()),
                    folder.resolve("root.key"));
        });
        System.out.println("http://localhost:" + gateway.port() + "/mcp");
        new CountDownLatch(1).await();
    }

    private void add(McpServer.SyncSpecification<?> server) {
        server.tools(new ArrayList<>(tools.values()));
        server.resources(
                resource(
                        "test://static-text",
                        "text/plain",
                        "\"text\":\"This is the content of the static text resource.\""),
                resource("test://static-binary", "image/png", "\"blob\":\"" + PNG + "\""),
                resource("test://watched-resource", "text/plain", "\"text\":\"watched\""));
        server.resourceTemplates(new McpServerFeatures.SyncResourceTemplateSpecification(
                read("""
                        {"uriTemplate":"test://template/{id}/data","name":"template","mimeType":"application/json"}""", McpSchema.ResourceTemplate.class), (_, request) -> {
                    String id = request.uri().split("/", -1)[3];
                    return contents(
                            request.uri(),
                            "application/json",
                            "\"text\":\"{\\\"id\\\":\\\"" + id
                                    + "\\\",\\\"templateTest\\\":true,\\\"data\\\":\\\"Data for ID: " + id + "\\\"}\"");
                }));
        server.prompts(
                prompt("test_simple_prompt", "", (_) -> user(text("This is a simple prompt for testing."))),
                prompt(
                        "test_prompt_with_arguments",
                        "{\"name\":\"arg1\",\"required\":true},{\"name\":\"arg2\",\"required\":true}",
                        given -> user(text("Prompt with arguments: arg1='" + given.get("arg1") + "', arg2='"
                                + given.get("arg2") + "'"))),
                prompt(
                        "test_prompt_with_embedded_resource",
                        "{\"name\":\"resourceUri\",\"required\":true}",
                        given -> user(
                                        "{\"type\":\"resource\",\"resource\":{\"uri\":\"" + given.get("resourceUri")
                                                + "\",\"mimeType\":\"text/plain\",\"text\":\"Embedded resource content for testing.\"}}")
                                + "," + user(text("Please process the embedded resource above."))),
                prompt(
                        "test_prompt_with_image",
                        "",
                        _ -> user(IMAGE) + "," + user(text("Please analyze the image above."))));
        server.completions(new McpServerFeatures.SyncCompletionSpecification(
                read(
                        "{\"type\":\"ref/prompt\",\"name\":\"test_prompt_with_arguments\"}",
                        McpSchema.PromptReference.class),
                (_, _) -> read(
                        "{\"completion\":{\"values\":[\"paris\",\"park\"],\"total\":2,\"hasMore\":false}}",
                        McpSchema.CompleteResult.class)));
    }

    private void answer(String name, String contents) {
        tool(name, "", (_, _) -> read("{\"content\":[" + contents + "]}", McpSchema.CallToolResult.class));
    }

    private void tool(String name, String properties, Handler handler) {
        toolOf(name, "{\"type\":\"object\",\"properties\":{" + properties + "}}", handler);
    }

    private void toolOf(String name, String inputSchema, Handler handler) {
        tools.put(
                name,
                McpServerFeatures.SyncToolSpecification.builder()
                        .tool(read(
                                "{\"name\":\"" + name + "\",\"description\":\"" + name + "\",\"inputSchema\":"
                                        + inputSchema + "}",
                                McpSchema.Tool.class))
                        .callHandler(handler::call)
                        .build());
    }

    private McpServerFeatures.SyncResourceSpecification resource(String uri, String type, String member) {
        return new McpServerFeatures.SyncResourceSpecification(
                read(
                        "{\"uri\":\"" + uri + "\",\"name\":\"" + uri.substring(7) + "\",\"mimeType\":\"" + type + "\"}",
                        McpSchema.Resource.class),
                (_, _) -> contents(uri, type, member));
    }

    private McpSchema.ReadResourceResult contents(String uri, String type, String member) {
        return read(
                "{\"contents\":[{\"uri\":\"" + uri + "\",\"mimeType\":\"" + type + "\"," + member + "}]}",
                McpSchema.ReadResourceResult.class);
    }

    private McpServerFeatures.SyncPromptSpecification prompt(String name, String arguments, Messages messages) {
        return new McpServerFeatures.SyncPromptSpecification(
                read(
                        "{\"name\":\"" + name + "\",\"description\":\"" + name + "\",\"arguments\":[" + arguments
                                + "]}",
                        McpSchema.Prompt.class),
                (_, request) -> read(
                        "{\"messages\":["
                                + messages.of(request.arguments() == null ? Map.of() : request.arguments())
                                + "]}",
                        McpSchema.GetPromptResult.class));
    }

    private String asked(McpSyncServerExchange exchange, String message, String properties) {
        McpSchema.ElicitResult result = exchange.createElicitation(read(
                "{\"message\":\"" + message + "\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{"
                        + properties + "}}}",
                McpSchema.ElicitFormRequest.class));
        return "action=" + mapper.write(result.action()) + ", content=" + mapper.write(result.content());
    }

    private McpSchema.CallToolResult said(String text) {
        return McpSchema.CallToolResult.builder().addTextContent(text).build();
    }

    private <T> T read(String json, Class<T> type) {
        return mapper.readValue(json, type);
    }

    private static String argument(McpSchema.CallToolRequest request, String name) {
        return String.valueOf(Objects.requireNonNull(request.arguments()).get(name));
    }

    private static String text(String text) {
        return "{\"type\":\"text\",\"text\":\"" + text + "\"}";
    }

    private static String user(String content) {
        return "{\"role\":\"user\",\"content\":" + content + "}";
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Handler {
        McpSchema.CallToolResult call(McpSyncServerExchange exchange, McpSchema.CallToolRequest request);
    }

    private interface Messages {
        String of(Map<String, Object> arguments);
    }

    /** Puts the root key on every request. */
    private record WithRootKey(Mount.Mounted mounted, Path file) implements Mount.Mounted {
        @Override
        public void handle(Request request, Response response, Callback callback) throws Exception {
            HttpFields headers = HttpFields.build(request.getHeaders()).put("Authorization", "Bearer " + key());
            mounted.handle(
                    new Request.Wrapper(request) {
                        @Override
                        public HttpFields getHeaders() {
                            return headers;
                        }
                    },
                    response,
                    callback);
        }

        private String key() throws IOException {
            return Files.readString(file).strip();
        }

        @Override
        public void close() {
            mounted.close();
        }
    }
}
