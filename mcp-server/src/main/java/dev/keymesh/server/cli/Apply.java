package dev.keymesh.server.cli;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.server.YamlFile;
import dev.keymesh.server.fleet.Changes;
import dev.keymesh.server.fleet.Declaration;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keymesh apply}: makes an installation what a file says. */
@Command(
        name = "apply",
        description = {
            "Makes spaces, workspaces, policies, providers, prices and budgets what a YAML file says.",
            "What the file does not name stays as it is. All of it is checked before anything is written."
        },
        mixinStandardHelpOptions = true,
        // 2 says that something differs.
        exitCodeOnInvalidInput = 1,
        exitCodeListHeading = "%nEnds with%n",
        exitCodeList = {
            "0:it is as the file says",
            "1:the file is not taken, or the server could not be asked",
            "2:with --dry-run, it is not as the file says"
        })
final class Apply implements Callable<Integer> {
    private static final int WRONG = 1;
    private static final int DIFFERENT = 2;

    private final InstantSource clock;
    private final Map<String, String> environment;
    private final InputStream in;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The file; - is standard input.")
    private Path file = Path.of("");

    @Option(names = "--dry-run", description = "Only prints what would change.")
    private boolean dryRun;

    @Option(
            names = "--prune",
            description = "Also deletes what is there and not in the file, of the kinds and spaces that the file has.")
    private boolean prune;

    @Option(names = "--space", description = "The space of workspaces that name none. Default: default.")
    private String space = "default";

    Apply() {
        this(InstantSource.system(), System.getenv(), System.in);
    }

    Apply(InstantSource clock, Map<String, String> environment, InputStream in) {
        this.clock = clock;
        this.environment = environment;
        this.in = in;
    }

    @Override
    public Integer call() {
        try {
            Declaration wanted = Declaration.read(yaml(), space);
            return apply(Changes.between(wanted, api.admin(environment), clock, environment, prune));
        } catch (StoreException | KeymeshException e) {
            spec.commandLine().getErr().println("keymesh: " + e.getMessage());
            return WRONG;
        }
    }

    private YamlFile yaml() {
        return file.toString().equals("-")
                ? YamlFile.read(new InputStreamReader(in, StandardCharsets.UTF_8), "The standard input")
                : YamlFile.read(file, "The file");
    }

    private int apply(Changes changes) {
        PrintWriter out = spec.commandLine().getOut();
        if (!changes.wrong().isEmpty()) {
            changes.wrong().forEach(what -> spec.commandLine().getErr().println("keymesh: " + what));
            spec.commandLine().getErr().println("keymesh: nothing was changed.");
            return WRONG;
        }
        try {
            if (changes.none()) {
                out.println("no changes");
            } else if (dryRun) {
                changes.lines().forEach(out::println);
                return DIFFERENT;
            } else {
                changes.make(out::println);
            }
            return 0;
        } finally {
            out.flush();
        }
    }
}
