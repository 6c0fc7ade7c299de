package dev.keymesh.server.mcp;

import dev.keymesh.sdk.KeymeshException;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All tools, and the one judgement of who sees which: a list and a call ask the same. */
public final class Tools {
    private static final Logger LOG = LoggerFactory.getLogger(Tools.class);

    /** A stored text is data; nobody needs more of it than this. */
    private static final int LONGEST_STORED_TEXT = 1_000;

    private static final int LONGEST_ANSWER = 1024 * 1024;

    private final List<Tool> tools;

    private Tools(List<Tool> tools) {
        this.tools = List.copyOf(tools);
    }

    public static Tools all() {
        List<Tool> tools = new ArrayList<>();
        tools.add(WorkspaceTools.list());
        tools.addAll(KeyTools.all());
        tools.addAll(MoneyTools.all());
        tools.addAll(CheckTools.all());
        tools.add(ChatTool.complete());
        return new Tools(tools);
    }

    /** Every tool, whoever sees it, in the order of lists. */
    public List<Tool> every() {
        return tools;
    }

    /** The tool of this name, if there is one that this caller sees. */
    public Optional<Tool> visible(Caller caller, String name) {
        return tools.stream()
                .filter(tool -> tool.name().equals(name) && tool.rule().lets(caller))
                .findFirst();
    }

    /** Calls a visible tool; whatever goes wrong is a result that says so. */
    public ToolResult call(Tool tool, Caller caller, JsonObject arguments, Asker asker) {
        String fault = Arguments.fault(tool.inputSchema(), arguments);
        if (fault != null) {
            return ToolResult.failed(fault + " Nothing was done. The arguments of " + tool.name() + " are "
                    + Arguments.names(tool.inputSchema()) + ".");
        }
        try {
            JsonObject answer = tool.act().apply(new ToolCall(caller, arguments, asker));
            int longest = tool.hints().openWorld() ? LONGEST_ANSWER : LONGEST_STORED_TEXT;
            ToolResult result = ToolResult.of(PlainText.object(answer, longest));
            return result.text().length() <= LONGEST_ANSWER
                    ? result
                    : ToolResult.failed("The answer is longer than 1 MiB. Ask for less, for example with a 'limit'.");
        } catch (Refused e) {
            return ToolResult.failed(String.valueOf(e.getMessage()));
        } catch (KeymeshException e) {
            return ToolResult.failed(PlainText.clean(String.valueOf(e.getMessage()), LONGEST_STORED_TEXT));
        } catch (RuntimeException e) {
            LOG.error("A call of {} ended by a bug.", tool.name(), e);
            return ToolResult.failed("Keymesh failed; its log says more.");
        }
    }
}
