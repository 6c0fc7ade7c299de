package dev.keymesh.server;

import dev.keymesh.gateway.store.StoreException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A YAML file that is read strictly: no key twice, no aliases. What is wrong in it is told with file, line and key, and
 * never with a value, which may be a secret.
 *
 * @param name of the file in errors, such as {@code The configuration keymesh.yaml}
 */
public record YamlFile(String name, Optional<Node> root) {
    /**
     * Reads a file.
     *
     * @param what it is, such as {@code The configuration}
     * @throws StoreException with what is wrong
     */
    public static YamlFile read(Path file, String what) {
        String name = what + " " + file;
        try (Reader reader = Files.newBufferedReader(file)) {
            return read(reader, name);
        } catch (IOException e) {
            throw new StoreException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same of text that is in no file. */
    public static YamlFile read(Reader reader, String name) {
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(0)
                .build();
        try {
            return new YamlFile(name, new Compose(settings).composeReader(reader));
        } catch (YamlEngineException e) {
            throw new StoreException(name + " is not valid YAML, or has a key twice.", e);
        }
    }

    /** Counted from 1. */
    public static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    public StoreException wrong(Node node, String key, String what) {
        return new StoreException(name + ", line " + line(node) + ": '" + key + "' " + what + ".");
    }
}
