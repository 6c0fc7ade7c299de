package dev.keymesh.server.cli;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.Version;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keymesh doctor}: what is wrong with an installation, in sentences. */
@Command(
        name = "doctor",
        description = {
            "Says what is wrong with an installation, and what to do.",
            "Each enabled provider is called once, at no cost. Exits with 0 where nothing is wrong, else with 1."
        },
        mixinStandardHelpOptions = true)
final class Doctor implements Callable<Integer> {
    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "An object for each finding, a line each.")
    private boolean json;

    Doctor() {
        this(InstantSource.system());
    }

    Doctor(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        List<Finding> findings = look(System.getenv());
        PrintWriter out = spec.commandLine().getOut();
        findings.forEach(finding -> out.println(json ? json(finding) : text(finding)));
        long wrong = findings.stream()
                .filter(finding -> finding.state() == Finding.State.WRONG)
                .count();
        if (!json) {
            out.println(
                    wrong == 0
                            ? "Nothing is wrong."
                            : wrong == 1 ? "One thing is wrong." : wrong + " things are wrong.");
        }
        out.flush();
        return wrong == 0 ? 0 : 1;
    }

    private List<Finding> look(Map<String, String> environment) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("This is keymesh " + Version.TEXT + " on JDK " + Runtime.version() + "."));
        findings.addAll(new FolderChecks(api.folder(environment)).look(!api.namesAddress(environment)));
        ServerChecks server = new ServerChecks(api.address(environment), clock);
        findings.addAll(server.look());
        if (server.answers()) {
            try {
                findings.addAll(new ResourceChecks(new Rest(api.admin(environment)), clock).look());
            } catch (StoreException e) {
                findings.add(Finding.wrong("There is no key to ask with.", String.valueOf(e.getMessage())));
            }
        }
        return findings;
    }

    private static String text(Finding finding) {
        String mark = String.format("%-5s", finding.state().mark());
        return mark
                + Columns.printable(finding.sentence())
                + (finding.remedy() == null ? "" : System.lineSeparator() + "     -> " + finding.remedy());
    }

    private static String json(Finding finding) {
        JsonObjectBuilder object = Json.createObjectBuilder()
                .add("state", finding.state().name().toLowerCase(Locale.ROOT))
                .add("sentence", finding.sentence());
        return (finding.remedy() == null ? object.addNull("remedy") : object.add("remedy", finding.remedy()))
                .build()
                .toString();
    }
}
