package dev.keymesh.server.cli;

import dev.keymesh.server.cli.Connect.Connection;
import java.util.List;
import java.util.Optional;

/** A client program that {@code connect} knows: its file, what goes into it, and what is left to do by hand. */
enum ConnectedClient {
    CLAUDE_CODE("claude-code", ".claude/settings.json") {
        @Override
        String configured(String before, Connection connection) {
            return JsonSettings.parse(before)
                    .with(List.of("env", "ANTHROPIC_BASE_URL"), connection.url())
                    .with(List.of("env", "ANTHROPIC_AUTH_TOKEN"), connection.key())
                    .text();
        }

        @Override
        String next(Connection connection) {
            return "Claude Code reads it at its next start. A variable ANTHROPIC_API_KEY of your shell would be sent"
                    + " too: unset it.";
        }
    },

    CODEX("codex", ".codex/config.toml") {
        @Override
        String configured(String before, Connection connection) {
            return CodexConfig.parse(before).text(connection.url() + "/v1");
        }

        @Override
        String next(Connection connection) {
            return """
                    Codex takes the key from its environment, never from this file: set %s to it where you start codex.
                    A choice of your own stays: should model_provider or web_search be yours, start
                      codex -c model_provider=keymesh -c web_search=disabled
                    A key with a budget cannot have OpenAI's web search, whose cost nothing bounds.""".formatted(CodexConfig.KEY_VARIABLE);
        }
    },

    CURSOR("cursor", ".cursor/mcp.json") {
        @Override
        String configured(String before, Connection connection) {
            return JsonSettings.parse(before)
                    .with(List.of("mcpServers", "keymesh", "url"), connection.url() + "/mcp")
                    .with(List.of("mcpServers", "keymesh", "headers", "Authorization"), "Bearer " + connection.key())
                    .text();
        }

        @Override
        String next(Connection connection) {
            return """
                    That gives Cursor the tools of Keymesh. For its models, type in Cursor Settings > Models:
                      OpenAI API Key            the key
                      Override OpenAI Base URL  %s/v1
                    Cursor calls models from its own servers: the address must be one that the internet reaches.""".formatted(connection.url());
        }

        @Override
        boolean callsModels() {
            return false;
        }
    };

    private final String id;
    private final String file;

    ConnectedClient(String id, String file) {
        this.id = id;
        this.file = file;
    }

    static Optional<ConnectedClient> named(String id) {
        return List.of(values()).stream().filter(client -> client.id.equals(id)).findFirst();
    }

    /** Relative to the user's home. */
    String file() {
        return file;
    }

    /**
     * The file's new text.
     *
     * @param before empty where there is no file
     * @throws UnreadableSettings where it cannot be changed without a loss
     */
    abstract String configured(String before, Connection connection);

    /** What the user does next. */
    abstract String next(Connection connection);

    /** Whether the key in the file is for models; MCP takes a management key too. */
    boolean callsModels() {
        return true;
    }
}
