package dev.keymesh.server.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Codex's configuration with two blocks of ours, between marks: our choices at the top, for in TOML they
 * must stand before the first table, and the provider's table at the end. The owner's text between them stays as it is.
 */
final class CodexConfig {
    static final String KEY_VARIABLE = "KEYMESH_API_KEY";

    private static final String BEGIN = "# >>> keymesh connect codex: replaced as a whole\n";
    private static final String END = "# <<< keymesh connect codex\n";
    private static final Pattern BLOCK = Pattern.compile(
            "^# >>> keymesh connect codex[^\\n]*\\n.*?^# <<< keymesh connect codex[^\\n]*(?:\\n|\\z)",
            Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern MARK = Pattern.compile("^# (?:>>>|<<<) keymesh connect codex", Pattern.MULTILINE);
    private static final Pattern TEXT_OF_LINES = Pattern.compile("\"\"\".*?\"\"\"|'''.*?'''", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("^[ \\t]*\\[", Pattern.MULTILINE);
    private static final Pattern OWN_PROVIDER = Pattern.compile(
            "^[ \\t]*(?:\\[[ \\t]*)?[\"']?model_providers[\"']?[ \\t]*(?:\\.[ \\t]*[\"']?keymesh[\"']?[ \\t]*[].=]|=)",
            Pattern.MULTILINE);

    private final String owners;

    private CodexConfig(String owners) {
        this.owners = owners;
    }

    /**
     * Reads a file's text.
     *
     * @throws UnreadableSettings where a mark has lost its other half, or the owner has a provider of our name
     */
    static CodexConfig parse(String text) {
        String owners = BLOCK.matcher(text).replaceAll("");
        if (MARK.matcher(owners).find()) {
            throw new UnreadableSettings("a line '# >>> keymesh connect codex' has no '# <<<' after it, or the other"
                    + " way round. Take out what is left of the block");
        }
        if (OWN_PROVIDER.matcher(withoutTexts(owners)).find()) {
            throw new UnreadableSettings("it has model_providers.keymesh, or all model_providers, in a form of its own."
                    + " Take that out, or change it by hand");
        }
        return new CodexConfig(owners);
    }

    String text(String baseUrl) {
        StringBuilder text = new StringBuilder();
        if (!chooses("model_provider")) {
            text.append(BEGIN).append("model_provider = \"keymesh\"\n");
            if (!chooses("web_search")) {
                // OpenAI would run it at a cost that nothing bounds: a key with a budget is refused every call.
                text.append("web_search = \"disabled\"\n");
            }
            text.append(END);
        }
        text.append(owners);
        if (!owners.isEmpty() && !owners.endsWith("\n")) {
            text.append('\n');
        }
        return text.append(BEGIN)
                .append("[model_providers.keymesh]\n")
                .append("name = \"Keymesh\"\n")
                .append("base_url = \"" + baseUrl + "\"\n")
                .append("env_key = \"" + KEY_VARIABLE + "\"\n")
                .append("wire_api = \"responses\"\n")
                .append(END)
                .toString();
    }

    /** Whether the owner's text has this key before its first table; having it twice stops Codex. */
    private boolean chooses(String key) {
        String plain = withoutTexts(owners);
        Matcher table = TABLE.matcher(plain);
        return Pattern.compile("^[ \\t]*[\"']?" + key + "[\"']?[ \\t]*=", Pattern.MULTILINE)
                .matcher(table.find() ? plain.substring(0, table.start()) : plain)
                .find();
    }

    /** Strings of several lines may hold anything, what looks like a table too. */
    private static String withoutTexts(String toml) {
        return TEXT_OF_LINES.matcher(toml).replaceAll("''");
    }
}
