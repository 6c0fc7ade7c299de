package dev.keymesh.server.fleet;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.YamlFile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What a file says of an installation. What an entry does not name stays as it is; a kind that the file does not have is
 * not looked at.
 */
public final class Declaration {
    private static final String VERSION = "version";

    private final Map<Kind, List<Entry>> entries = new EnumMap<>(Kind.class);
    private final YamlFile file;
    private final Typed typed;
    private final String space;

    private Declaration(YamlFile file, String space) {
        this.file = file;
        this.space = space;
        typed = new Typed(file);
    }

    /**
     * Reads all of it.
     *
     * @param space of workspaces that name none
     * @throws StoreException that names file, line and key
     */
    public static Declaration read(YamlFile file, String space) {
        Declaration declaration = new Declaration(file, space);
        Node root = file.root().orElse(null);
        if (root == null || Typed.isNull(root)) {
            throw new StoreException(file.name() + " says nothing.");
        }
        if (!(root instanceof MappingNode mapping)) {
            throw file.wrong(root, "the file", "must be a mapping");
        }
        mapping.getValue().forEach(declaration::top);
        return declaration;
    }

    /** Null where the file does not have the kind. */
    @Nullable
    List<Entry> of(Kind kind) {
        return entries.get(kind);
    }

    /** Whether an entry of this label is listed. */
    boolean lists(Kind kind, String label) {
        return entries.getOrDefault(kind, List.of()).stream()
                .anyMatch(entry -> entry.label().equals(label));
    }

    /** The spaces that it names: those alone may lose something. */
    Set<String> spaces() {
        Set<String> named = new TreeSet<>();
        entries.getOrDefault(Kind.SPACES, List.of()).forEach(entry -> named.add(String.valueOf(entry.text("id"))));
        entries.getOrDefault(Kind.WORKSPACES, List.of())
                .forEach(entry -> named.add(String.valueOf(entry.text("space"))));
        return named;
    }

    private void top(NodeTuple tuple) {
        String key = Typed.name(tuple.getKeyNode());
        if (key.equals(VERSION)) {
            if (!(tuple.getValueNode() instanceof ScalarNode scalar)
                    || !scalar.getValue().equals("1")) {
                throw file.wrong(tuple.getKeyNode(), key, "must be 1");
            }
            return;
        }
        Kind kind = Kind.of(key)
                .orElseThrow(() -> file.wrong(
                        tuple.getKeyNode(),
                        key,
                        "is not known; known are budgets, prices, providers, spaces, version, workspaces"));
        List<Entry> list = new ArrayList<>();
        entries.put(kind, list);
        if (Typed.isNull(tuple.getValueNode())) {
            return;
        }
        if (!(tuple.getValueNode() instanceof SequenceNode sequence)) {
            throw file.wrong(tuple.getValueNode(), key, "must be a list");
        }
        for (Node node : sequence.getValue()) {
            list.add(entry(kind, node, key + "[" + list.size() + "]", list));
        }
    }

    private Entry entry(Kind kind, Node node, String at, List<Entry> before) {
        Map<String, @Nullable Object> members = typed.object(node, kind.shape(), at);
        for (String name : kind.required()) {
            if (members.get(name) == null) {
                throw file.wrong(node, at + "." + name, "is missing");
            }
        }
        if (kind == Kind.WORKSPACES && members.get("space") == null) {
            members.put("space", space);
        }
        Entry entry = new Entry(kind, file.name() + ", line " + YamlFile.line(node), members);
        if (before.stream().anyMatch(other -> other.label().equals(entry.label()))) {
            throw file.wrong(node, at, "is there twice: " + entry.label());
        }
        return entry;
    }
}
