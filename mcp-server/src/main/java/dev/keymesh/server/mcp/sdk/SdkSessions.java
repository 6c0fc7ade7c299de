package dev.keymesh.server.mcp.sdk;

import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the SDK takes for a transport: the sessions that are open. */
final class SdkSessions implements McpStreamableServerTransportProvider {
    final Map<String, McpStreamableServerSession> open = new ConcurrentHashMap<>();
    private McpStreamableServerSession.@Nullable Factory factory;

    McpStreamableServerSession.Factory factory() {
        return Objects.requireNonNull(factory);
    }

    @Override
    public void setSessionFactory(McpStreamableServerSession.Factory factory) {
        this.factory = factory;
    }

    @Override
    public Mono<Void> notifyClients(String method, Object params) {
        return Flux.fromIterable(open.values())
                .flatMap(session -> session.sendNotification(method, params).onErrorComplete())
                .then();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Flux.fromIterable(List.copyOf(open.values()))
                .flatMap(session -> session.closeGracefully().onErrorComplete())
                .then(Mono.fromRunnable(open::clear));
    }

    @Override
    public List<String> protocolVersions() {
        return List.of(
                ProtocolVersions.MCP_2024_11_05,
                ProtocolVersions.MCP_2025_03_26,
                ProtocolVersions.MCP_2025_06_18,
                ProtocolVersions.MCP_2025_11_25);
    }
}
