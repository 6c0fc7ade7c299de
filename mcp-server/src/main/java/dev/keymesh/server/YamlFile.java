package dev.keymesh.server;

import dev.keymesh.gateway.store.StoreException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

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
        LoadSettings settings =
                LoadSettings.builder().setMaxAliasesForCollections(0).build();
        try {
            YamlFile file = new YamlFile(name, new Compose(settings).composeReader(reader));
            file.root.ifPresent(file::unambiguous);
            return file;
        } catch (YamlEngineException e) {
            throw new StoreException(name + " is not valid YAML, or has an alias.", e);
        }
    }

    /** Of nodes the library does not refuse a key that is there twice: only of what it makes of them. */
    private void unambiguous(Node node) {
        if (node instanceof MappingNode mapping) {
            Set<String> keys = new HashSet<>();
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && !keys.add(key.getValue())) {
                    throw wrong(key, key.getValue(), "is there twice");
                }
                unambiguous(tuple.getValueNode());
            }
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(this::unambiguous);
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
