package dev.keymesh.server.fleet;

import dev.keymesh.sdk.Keymesh;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes what is there as the file that would make it so; no secret is in it. */
public final class Export {
    /** Said though they are empty: that nothing is restricted is something. */
    private static final Set<String> SAID_EMPTY = Set.of("policy", "keyDefaults");

    private Export() {}

    public static String of(Keymesh admin, InstantSource clock) {
        Installation there = new Installation(admin, clock);
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("version", 1);
        for (Kind kind : Kind.values()) {
            List<Installation.There> listed = new ArrayList<>(there.of(kind));
            // The order of providers decides which one serves a model.
            if (kind != Kind.PROVIDERS) {
                listed.sort(Comparator.comparing(Installation.There::label));
            }
            file.put(kind.key(), listed.stream().map(Export::entry).toList());
        }
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setWidth(Integer.MAX_VALUE)
                .build();
        return "# What this Keymesh is, without keys and secrets. Apply it with: keymesh apply -f FILE\n"
                + new Dump(settings).dumpToString(file);
    }

    private static Map<String, @Nullable Object> entry(Installation.There there) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        there.members().forEach((name, value) -> {
            Object said = said(name, value);
            if (said != null) {
                entry.put(name, said);
            } else if (SAID_EMPTY.contains(name)) {
                // Not a shared one, which would be written as an alias.
                entry.put(name, new LinkedHashMap<>());
            }
        });
        if (there.kind() == Kind.BUDGETS && !entry.containsKey("amount")) {
            entry.put("amount", null);
        }
        if (there.kind() == Kind.PROVIDERS) {
            String name = String.valueOf(there.members().get("name"));
            entry.put("credentialEnv", name.toUpperCase(Locale.ROOT).replace('-', '_') + "_API_KEY");
        }
        return entry;
    }

    /** Without what says nothing. */
    private static @Nullable Object said(String name, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> {
                Map<String, Object> said = new LinkedHashMap<>();
                Typed.strings(map).forEach((member, one) -> {
                    Object kept = said(member, one);
                    if (kept != null) {
                        said.put(member, kept);
                    }
                });
                yield said.isEmpty() ? null : said;
            }
            case List<?> list when name.equals("overrides") && list.isEmpty() -> null;
            case List<?> list -> {
                List<Object> said = new ArrayList<>();
                list.forEach(one -> said.add(Objects.requireNonNullElse(said("", one), new LinkedHashMap<>())));
                yield said;
            }
            default -> value;
        };
    }
}
