package dev.keymesh.server.mcp.sdk;

import dev.keymesh.server.mcp.Caller;
import dev.keymesh.server.mcp.Engine;
import dev.keymesh.server.mcp.Message;
import dev.keymesh.server.mcp.Outlet;
import dev.keymesh.server.mcp.RpcFault;
import dev.keymesh.server.mcp.Tool;
import dev.keymesh.server.mcp.ToolResult;
import dev.keymesh.server.mcp.Tools;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** The era of {@code initialize}: the SDK's sessions behind our own readers, for both transports. */
public final class SdkEngine implements Engine {
    /** What a list's filter and a call are told of their request. */
    private static final String CALLER = "caller";

    /** The one notification that the SDK waits for; it logs every other one whole, with what the client says in it. */
    private static final String INITIALIZED = "notifications/initialized";

    /** How long a person may think about a question of ours. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

    private final JsonpMapper mapper = new JsonpMapper();
    private final SdkSessions sessions = new SdkSessions();
    private final Tools tools;
    private final Set<String> foreign;
    private final McpSyncServer server;

    public SdkEngine(Tools tools, String version) {
        this(tools, version, McpSchema.ServerCapabilities.builder().tools(false).build(), Set.of(), _ -> {});
    }

    /** The same with more, for tests: tools of these names, which everybody sees, and whatever else is added. */
    SdkEngine(
            Tools tools,
            String version,
            McpSchema.ServerCapabilities capabilities,
            Set<String> foreign,
            Consumer<McpServer.SyncSpecification<?>> more) {
        this.tools = tools;
        this.foreign = foreign;
        McpServer.SyncSpecification<?> specification = McpServer.sync(sessions)
                .serverInfo("keymesh", version)
                .instructions("Virtual keys, budgets and policy for calls of language models and tools. Which tools you"
                        + " see depends on the credential. Money is US dollars as decimal strings.")
                .capabilities(capabilities)
                .jsonMapper(mapper)
                .jsonSchemaValidator(new Unchecked())
                .validateToolInputs(false)
                .requestTimeout(ANSWER_TIMEOUT)
                .immediateExecution(true)
                .tools(tools.every().stream().map(this::specification).toList())
                .addToolFilter((context, tool) -> foreign.contains(tool.name()) || visible(context, tool.name()));
        more.accept(specification);
        server = specification.build();
    }

    private boolean visible(McpTransportContext context, String name) {
        return context.get(CALLER) instanceof Caller caller
                && tools.visible(caller, name).isPresent();
    }

    private SyncToolSpecification specification(Tool tool) {
        Tool.Hints hints = tool.hints();
        return SyncToolSpecification.builder()
                .tool(McpSchema.Tool.builder(tool.name(), schema(tool.inputSchema()))
                        .title(tool.title())
                        .description(tool.description())
                        .outputSchema(schema(tool.outputSchema()))
                        .annotations(McpSchema.ToolAnnotations.builder()
                                .title(tool.title())
                                .readOnlyHint(hints.readOnly())
                                .destructiveHint(hints.destructive())
                                .idempotentHint(hints.idempotent())
                                .openWorldHint(hints.openWorld())
                                .build())
                        .build())
                .callHandler((exchange, request) -> call(tool, exchange, request))
                .build();
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> schema(JsonObject schema) {
        return mapper.convertValue(schema, Map.class);
    }

    private McpSchema.CallToolResult call(
            Tool tool, McpSyncServerExchange exchange, McpSchema.CallToolRequest request) {
        if (!(exchange.transportContext().get(CALLER) instanceof Caller caller)
                || tools.visible(caller, tool.name()).isEmpty()) {
            throw new IllegalStateException("A call came past the check of its tool.");
        }
        Map<String, Object> arguments = request.arguments() == null ? Map.of() : request.arguments();
        ToolResult result = tools.call(tool, caller, mapper.write(arguments).asJsonObject(), new Elicitation(exchange));
        McpSchema.CallToolResult.Builder answer =
                McpSchema.CallToolResult.builder().addTextContent(result.text()).isError(result.failed());
        if (result.content() != null) {
            answer.structuredContent(mapper.convertValue(result.content(), Object.class));
        }
        return answer.build();
    }

    @Override
    public void begin(Message initialize, Outlet out, Consumer<Conversation> told) throws RpcFault {
        JsonObject params = initialize.params();
        if (!(params.get("protocolVersion") instanceof JsonString)
                || !(params.get("capabilities") instanceof JsonObject)
                || !(params.get("clientInfo") instanceof JsonObject)) {
            throw RpcFault.params(
                    "'initialize' needs the members 'protocolVersion', a string, 'capabilities' and 'clientInfo',"
                            + " objects.",
                    initialize.id());
        }
        McpSchema.InitializeRequest request;
        try {
            request = mapper.convertValue(known(params), McpSchema.InitializeRequest.class);
        } catch (McpError e) {
            throw RpcFault.params(String.valueOf(e.getMessage()), initialize.id());
        }
        var begun = sessions.factory().startSession(request);
        McpSchema.InitializeResult result =
                Objects.requireNonNull(begun.initResult().block());
        sessions.open.put(begun.session().getId(), begun.session());
        told.accept(new SdkConversation(begun.session()));
        out.send(mapper.write(McpSchema.JSONRPCResponse.result(wireId(initialize), result))
                .asJsonObject());
    }

    /** With a revision that is served, the newest instead of another: the SDK answers the same, and logs the other. */
    private JsonObject known(JsonObject initialize) {
        List<String> served = sessions.protocolVersions();
        return served.contains(initialize.getString("protocolVersion"))
                ? initialize
                : Json.createObjectBuilder(initialize)
                        .add("protocolVersion", served.getLast())
                        .build();
    }

    /** As the SDK has ids: a text or a number. */
    private Object wireId(Message request) {
        return mapper.convertValue(request.id(), Object.class);
    }

    @Override
    public void close() {
        server.close();
    }

    /** One session of the SDK. */
    private final class SdkConversation implements Conversation {
        private final McpStreamableServerSession session;

        SdkConversation(McpStreamableServerSession session) {
            this.session = session;
        }

        @Override
        public String id() {
            return session.getId();
        }

        @Override
        public void request(Message request, Callers callers, Outlet out) throws RpcFault {
            McpTransportContext context = McpTransportContext.EMPTY;
            if (request.method().startsWith("tools/")) {
                Caller caller = callers.now();
                context = McpTransportContext.create(Map.of(CALLER, caller));
                if (request.method().equals("tools/call")) {
                    callable(request, caller);
                }
            }
            if (request.method().equals("tools/list")) {
                whole(request);
            }
            try {
                serve(request, context, out);
            } catch (McpError e) {
                // Thrown past the SDK's own answer where the parameters do not fit its records.
                throw RpcFault.of(
                        e.getJsonRpcError().code(), e.getJsonRpcError().message(), request.id());
            }
        }

        private void serve(Message request, McpTransportContext context, Outlet out) {
            session.responseStream(new OutletTransport(mapper, out))
                    .handle(new McpSchema.JSONRPCRequest(request.method(), wireId(request), params(request)))
                    .contextWrite(reactor -> reactor.put(McpTransportContext.KEY, context))
                    .block();
        }

        /** The list of tools is one page, so we gave nobody a cursor; the SDK reads none. */
        private void whole(Message request) throws RpcFault {
            if (!JsonValue.NULL.equals(request.params().getOrDefault("cursor", JsonValue.NULL))) {
                throw RpcFault.params(
                        "'cursor' is none of ours: the list of tools is one page. Leave it out.", request.id());
            }
        }

        private void callable(Message request, Caller caller) throws RpcFault {
            if (!(request.params().get("name") instanceof JsonString name)
                    || (!foreign.contains(name.getString())
                            && tools.visible(caller, name.getString()).isEmpty())) {
                throw RpcFault.unknownTool(request.id());
            }
            JsonValue arguments = request.params().get("arguments");
            if (arguments != null && !(arguments instanceof JsonObject)) {
                throw RpcFault.params("'arguments' must be an object. Nothing was done.", request.id());
            }
        }

        @Override
        public void notification(Message notification) {
            if (notification.method().equals(INITIALIZED)) {
                session.accept(new McpSchema.JSONRPCNotification(INITIALIZED)).block();
            }
        }

        @Override
        public void response(Message response) {
            if (JsonValue.NULL.equals(response.id())) {
                // The client could not read the id of what it complains of; the SDK knows no such response.
                return;
            }
            session.accept(mapper.convertValue(response.json(), McpSchema.JSONRPCResponse.class))
                    // An answer to a question that nobody asks any more changes nothing.
                    .onErrorComplete()
                    .block();
        }

        @Override
        public void listen(Outlet out) {
            var _ = session.listeningStream(new OutletTransport(mapper, out));
        }

        @Override
        public void close() {
            sessions.open.remove(session.getId());
            session.close();
        }

        @SuppressWarnings("unchecked")
        private Map<String, Object> params(Message message) {
            return mapper.convertValue(message.params(), Map.class);
        }
    }

    /** Arguments are checked by {@link Tools}, once for every era. */
    private static final class Unchecked implements JsonSchemaValidator {
        @Override
        public ValidationResponse validate(Map<String, Object> schema, Object structuredContent) {
            return ValidationResponse.asValid(null);
        }
    }
}
