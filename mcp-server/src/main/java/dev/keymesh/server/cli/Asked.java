package dev.keymesh.server.cli;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.sdk.KeymeshException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command has that asks a running Keymesh: where it is, as whom, and how the answer is printed. */
final class Asked {
    private final Terminal terminal;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Prints the server's JSON, an object a line.")
    private boolean json;

    Asked() {
        this(Terminal.ofProcess());
    }

    Asked(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What is asked and printed. */
    interface Act {
        void on(Rest rest);
    }

    /** Does it: 0, or 1 where it was refused or nobody answered, with the reason. */
    int to(Act act) {
        try {
            act.on(new Rest(api.admin(System.getenv())));
            return 0;
        } catch (KeymeshException | StoreException e) {
            return failed(e);
        } finally {
            out().flush();
        }
    }

    private int failed(RuntimeException e) {
        boolean away = e instanceof KeymeshException refused && refused.code().equals("unreachable");
        out().flush();
        err().println("keymesh: " + Columns.printable(String.valueOf(e.getMessage()))
                + (away ? " Start it with ./keymesh serve, or name it with --url or KEYMESH_BASE_URL." : ""));
        return 1;
    }

    ApiOptions api() {
        return api;
    }

    Terminal terminal() {
        return terminal;
    }

    boolean isJson() {
        return json;
    }

    /** Prints a list, cut at the terminal's width. */
    void list(List<JsonObject> all, Columns columns) {
        list(all, columns, terminal.width());
    }

    /** Prints a list, cut at a width; 0 cuts nothing. */
    void list(List<JsonObject> all, Columns columns, int width) {
        if (json) {
            all.forEach(this::line);
            return;
        }
        Table table = new Table(width);
        table.row(columns.heads());
        all.forEach(object -> table.row(columns.of(object)));
        (all.isEmpty() ? List.of("None.") : table.lines(1)).forEach(out()::println);
    }

    /** Prints one thing, a member a line. */
    void one(JsonObject object) {
        if (json) {
            line(object);
            return;
        }
        // Not cut: a secret may be in it.
        Table table = new Table(0);
        object.forEach((name, value) -> members(name, value, table));
        table.lines(0).forEach(out()::println);
    }

    private static void members(String name, JsonValue value, Table table) {
        if (value instanceof JsonObject inner && !inner.isEmpty()) {
            inner.forEach((member, part) -> members(name + "." + member, part, table));
        } else {
            table.row(List.of(name, Columns.text(value)));
        }
    }

    /** Prints what was done: a sentence, for programs the answer. */
    void done(JsonObject answer, String sentence) {
        if (json) {
            line(answer);
        } else {
            out().println(Columns.printable(sentence));
        }
    }

    void line(JsonObject object) {
        out().println(object);
    }

    /** Says something to people alone. */
    void note(String sentence) {
        if (!json) {
            err().println(sentence);
        }
    }

    /** Goes on only where a person agrees or has agreed beforehand; ends the command otherwise. */
    boolean agreed(boolean yes, String question) {
        if (yes) {
            return true;
        }
        if (!terminal.canAsk()) {
            throw wrong("Nobody can be asked here: say --yes to agree. The question is: " + question);
        }
        if (terminal.agrees(question)) {
            return true;
        }
        err().println("Nothing was changed.");
        return false;
    }

    /** A secret from standard input where that was asked for, else from a person; never from an argument. */
    String secret(boolean fromInput, String option, String what) {
        String said = fromInput ? terminal.line() : terminal.secret("Type the " + what + ", which is not shown");
        if (said == null) {
            throw wrong(
                    fromInput
                            ? "Standard input holds no " + what + ": pass it as the first line."
                            : "Nobody can be asked for the " + what + " here: pass it on standard input with " + option
                                    + ".");
        }
        return said;
    }

    ParameterException wrong(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    /** Whether nobody reads what is printed any more. */
    boolean isClosed() {
        return out().checkError() || System.out.checkError();
    }

    PrintWriter out() {
        return spec().commandLine().getOut();
    }

    PrintWriter err() {
        return spec().commandLine().getErr();
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("no command has these options");
        }
        return spec;
    }
}
