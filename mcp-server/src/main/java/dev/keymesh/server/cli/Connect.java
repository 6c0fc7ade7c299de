package dev.keymesh.server.cli;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.DataFolder;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keymesh connect}: makes a coding agent's own configuration point at Keymesh, with a key. */
@Command(
        name = "connect",
        description = "Prints, or with --write writes, the configuration that makes a client use Keymesh.",
        mixinStandardHelpOptions = true)
final class Connect implements Callable<Integer> {
    private static final String DEFAULT_URL = "http://127.0.0.1:8787";

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "CLIENT", description = "claude-code, codex or cursor.")
    private String client = "";

    @Option(names = "--key", description = "The key that the client presents. Default: KEYMESH_API_KEY.")
    private @Nullable String key;

    @Option(
            names = "--url",
            description =
                    "Where Keymesh is. Default: KEYMESH_BASE_URL, else the address of the Keymesh that runs on the"
                            + " data folder, else " + DEFAULT_URL + ".")
    private @Nullable String url;

    @Option(names = "--data", description = "The data folder. Default: ~/.keymesh, or KEYMESH_DATA.")
    private @Nullable Path data;

    @Option(names = "--home", description = "The folder that holds the client's files. Default: your home.")
    private @Nullable Path home;

    @Option(names = "--write", description = "Writes the client's file; what was there before is kept beside it.")
    private boolean write;

    Connect() {
        this(System.getenv());
    }

    Connect(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        ConnectedClient connected = ConnectedClient.named(client)
                .orElseThrow(() -> wrong("'" + client + "' is not known. Name claude-code, codex or cursor."));
        Connection connection = new Connection(base(), credential(connected));
        ClientFile file = new ClientFile(home().resolve(connected.file()));
        PrintWriter out = spec.commandLine().getOut();
        if (write) {
            out.println(file.change(before -> connected.configured(before, connection)));
        } else {
            out.println("This belongs into " + file.path() + " (--write puts it there):");
            out.println();
            out.println(connected.configured("", connection).strip());
        }
        out.println();
        out.println(connected.next(connection));
        out.flush();
        return 0;
    }

    private String credential(ConnectedClient connected) {
        String given = first(key, environment.get("KEYMESH_API_KEY"))
                .orElseThrow(
                        () -> wrong("There is no key. Pass a virtual key with --key km-..., or in KEYMESH_API_KEY."));
        if (!given.matches("[!-~]+")) {
            throw wrong("The key has a character that no key has. Pass it as it was issued, km-...");
        }
        if (connected.callsModels() && given.startsWith("kma-")) {
            throw wrong("A management key calls no model. Issue a virtual key, km-..., and pass that.");
        }
        return given;
    }

    /** The address without a path; people give it with the /v1 of the OpenAI clients too. */
    private String base() {
        String given = first(url, environment.get("KEYMESH_BASE_URL"))
                .or(() -> DataFolder.owner(folder()))
                .orElse(DEFAULT_URL);
        String base = given.replaceFirst("/+$", "").replaceFirst("/v1$", "");
        try {
            URI uri = new URI(base);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && (uri.getScheme() + "://" + uri.getAuthority() + uri.getPath()).equals(base)
                    && uri.getUserInfo() == null) {
                return base;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw wrong("'" + given + "' is not the address of a Keymesh. Give one like " + DEFAULT_URL + ".");
    }

    private Path folder() {
        return first(data == null ? null : data.toString(), environment.get("KEYMESH_DATA"))
                .map(Path::of)
                .orElseGet(() -> userHome().resolve(".keymesh"));
    }

    private Path home() {
        return home == null ? userHome() : home;
    }

    private static Path userHome() {
        String home = System.getProperty("user.home");
        if (home == null || home.isEmpty()) {
            throw new StoreException("Your home folder is not known. Name it with --home.");
        }
        return Path.of(home);
    }

    /** An empty value counts as none. */
    private static Optional<String> first(@Nullable String option, @Nullable String variable) {
        return Optional.ofNullable(option)
                .filter(value -> !value.isEmpty())
                .or(() -> Optional.ofNullable(variable).filter(value -> !value.isEmpty()));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /**
     * What a client is told.
     *
     * @param url without a slash at its end
     */
    record Connection(String url, String key) {
        /** The key is a secret. */
        @Override
        public String toString() {
            return "Connection[" + url + "]";
        }
    }
}
