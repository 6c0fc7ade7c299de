package dev.keymesh.server.fleet;

import dev.keymesh.sdk.wire.KeyDefaults;
import dev.keymesh.sdk.wire.NewBudget;
import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.NewSpace;
import dev.keymesh.sdk.wire.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a file lists, in the order in which it is written: a kind may name what is of one before it. */
public enum Kind {
    SPACES("spaces", NewSpace.class, "id"),
    WORKSPACES("workspaces", WorkspaceEntry.class, "id"),
    PROVIDERS("providers", ProviderEntry.class, "name"),
    PRICES("prices", NewPrice.class, "provider,model"),
    BUDGETS("budgets", NewBudget.class, "scope,period");

    private final String key;
    private final Class<? extends Record> shape;
    /** Between commas. */
    private final String required;

    Kind(String key, Class<? extends Record> shape, String required) {
        this.key = key;
        this.shape = shape;
        this.required = required;
    }

    /** In the file. */
    String key() {
        return key;
    }

    /** Whose components are the members of an entry. */
    Class<? extends Record> shape() {
        return shape;
    }

    /** What tells an entry apart and may not be left out. */
    List<String> required() {
        return List.of(required.split(",", -1));
    }

    static Optional<Kind> of(String key) {
        return Arrays.stream(values()).filter(kind -> kind.key.equals(key)).findFirst();
    }

    /** How an entry is called; two of one file are never called the same. */
    String label(Map<String, ?> members) {
        return switch (this) {
            case SPACES -> "space " + members.get("id");
            case WORKSPACES -> "workspace " + members.get("space") + "/" + members.get("id");
            case PROVIDERS -> "provider " + members.get("name");
            case PRICES ->
                "price " + members.get("provider") + "/" + members.get("model")
                        + (members.get("effectiveFrom") == null ? "" : " from " + members.get("effectiveFrom"));
            case BUDGETS ->
                "budget " + members.get("scope") + " " + members.get("period") + unit(members.get("unit"))
                        + (members.get("provider") == null ? "" : " of provider " + members.get("provider"))
                        + (members.get("model") == null ? "" : " of model " + members.get("model"));
        };
    }

    private static String unit(@Nullable Object unit) {
        return unit == null || unit.equals("usd") ? "" : " " + unit;
    }

    /** A workspace of a file. */
    record WorkspaceEntry(
            String id,
            @Nullable String space,
            @Nullable String title,
            @Nullable String environment,
            @Nullable Policy policy,
            @Nullable KeyDefaults keyDefaults) {}

    /** A provider of a file, and where a new one's credential is. */
    record ProviderEntry(
            String name,
            String kind,
            @Nullable String baseUrl,
            @Nullable String capField,
            @Nullable Boolean enabled,
            @Nullable String credentialEnv,
            @Nullable String credentialFile) {}
}
