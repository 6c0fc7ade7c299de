package dev.keymesh.server.fleet;

import dev.keymesh.sdk.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is there and not in the file, of the kinds that the file has: budgets, prices, providers and workspaces. Of spaces
 * only what is in those that the file names; a space itself, and a workspace {@code default}, stay.
 */
final class Prune {
    private final Declaration wanted;
    private final Installation there;

    private Prune(Declaration wanted, Installation there) {
        this.wanted = wanted;
        this.there = there;
    }

    static List<Change> of(Declaration wanted, Installation there) {
        Prune prune = new Prune(wanted, there);
        List<Change> gone = new ArrayList<>();
        for (Kind kind : List.of(Kind.BUDGETS, Kind.PRICES, Kind.PROVIDERS, Kind.WORKSPACES)) {
            if (wanted.of(kind) != null) {
                there.of(kind).stream()
                        .filter(one -> kind == Kind.PRICES ? prune.isUnlistedPrice(one) : prune.isUnlisted(one))
                        .map(Prune::gone)
                        .forEach(gone::add);
            }
        }
        return gone;
    }

    private boolean isUnlisted(Installation.There one) {
        Object scope = one.members().get("scope");
        String space =
                one.kind() == Kind.WORKSPACES ? String.valueOf(one.members().get("space")) : space(scope);
        boolean stays =
                one.kind() == Kind.WORKSPACES && "default".equals(one.members().get("id"));
        boolean named = space.isEmpty() || wanted.spaces().contains(space);
        return !stays && named && !wanted.lists(one.kind(), one.label());
    }

    /** A space's slug of a budget's scope; empty is none. */
    private static String space(@Nullable Object scope) {
        String text = scope == null ? "" : String.valueOf(scope);
        return text.startsWith("space:")
                ? text.substring(6)
                : text.startsWith("workspace:") ? text.substring(10).split("/", -1)[0] : "";
    }

    /** The one in force has the place of any of the file that is in force. */
    private boolean isUnlistedPrice(Installation.There price) {
        return InForce.of(Objects.requireNonNull(wanted.of(Kind.PRICES)), there).stream()
                .noneMatch(entry -> price.equals(InForce.there(entry, there)));
    }

    private static Change gone(Installation.There one) {
        Map<String, @Nullable Object> members = one.members();
        String path = switch (one.kind()) {
            case WORKSPACES ->
                Plan.workspaces(String.valueOf(members.get("space"))) + "/" + Plan.segment((String) members.get("id"));
            case PROVIDERS -> "/api/v1/providers/" + Plan.segment(one.id());
            case PRICES -> "/api/v1/prices" + query(members, "provider", "model", "effectiveFrom");
            case BUDGETS -> "/api/v1/budgets" + query(members, "scope", "period", "unit", "provider", "model");
            case SPACES -> throw new IllegalStateException("A space cannot be deleted.");
        };
        return new Change("- " + one.label(), null, "DELETE", path, null, null);
    }

    private static Query query(Map<String, @Nullable Object> members, String... names) {
        Query query = Query.all();
        for (String name : names) {
            query = query.where(name, (String) members.get(name));
        }
        return query;
    }
}
