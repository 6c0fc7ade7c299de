package dev.keymesh.server.cli;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.server.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the commands that ask a running Keymesh as one who manages it. */
final class ApiOptions {
    private static final String DEFAULT_URL = "http://127.0.0.1:8787";

    @Option(
            names = "--url",
            description =
                    "Where Keymesh is. Default: KEYMESH_BASE_URL, else where the owner of the data folder listens.")
    private @Nullable String url;

    @Option(
            names = "--key",
            description = "A management key. Default: KEYMESH_API_KEY, else the data folder's root.key.")
    private @Nullable String key;

    @Option(names = "--data", description = "The data folder. Default: ~/.keymesh, or KEYMESH_DATA.")
    private @Nullable Path data;

    Keymesh admin(Map<String, String> environment) {
        try {
            return Keymesh.at(address(environment)).with(credential(environment));
        } catch (IllegalArgumentException e) {
            throw new StoreException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether an address was named; else it is that of the data folder's owner. */
    boolean namesAddress(Map<String, String> environment) {
        return url != null || ServerOptions.set(environment, "KEYMESH_BASE_URL") != null;
    }

    String address(Map<String, String> environment) {
        String address = url != null ? url : ServerOptions.set(environment, "KEYMESH_BASE_URL");
        if (address == null) {
            address = DataFolder.owner(folder(environment)).orElse(DEFAULT_URL);
        }
        return address.replaceFirst("/+$", "");
    }

    private String credential(Map<String, String> environment) {
        String credential = key != null ? key : ServerOptions.set(environment, "KEYMESH_API_KEY");
        return credential != null ? credential : rootKey(folder(environment));
    }

    Path folder(Map<String, String> environment) {
        String named = ServerOptions.set(environment, "KEYMESH_DATA");
        return data != null
                ? data
                : named != null ? Path.of(named) : Path.of(System.getProperty("user.home") + "/.keymesh");
    }

    private static String rootKey(Path folder) {
        try {
            return Files.readString(folder.resolve("root.key")).strip();
        } catch (IOException e) {
            throw new StoreException(
                    "There is no key. Pass a management key with --key kma-..., or in KEYMESH_API_KEY;"
                            + " there is none in " + folder + " either.",
                    e);
        }
    }
}
