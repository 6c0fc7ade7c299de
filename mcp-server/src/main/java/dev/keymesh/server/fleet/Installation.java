package dev.keymesh.server.fleet;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.Page;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is there, as a file would list it; each kind is read when it is asked for first, oldest first. */
final class Installation {
    private static final int MOST = 100;

    private final Keymesh admin;
    private final InstantSource clock;
    private final Map<Kind, List<There>> read = new EnumMap<>(Kind.class);

    Installation(Keymesh admin, InstantSource clock) {
        this.admin = admin;
        this.clock = clock;
    }

    /**
     * One thing that is there.
     *
     * @param id by which the API knows it, where that is not in its members
     * @param members all that an entry of a file may say, nulls included
     */
    record There(Kind kind, @Nullable String id, Map<String, @Nullable Object> members) {
        String label() {
            return kind.label(members);
        }
    }

    List<There> of(Kind kind) {
        return read.computeIfAbsent(kind, this::fetch);
    }

    @Nullable
    There find(Kind kind, String label) {
        return of(kind).stream()
                .filter(there -> there.label().equals(label))
                .findFirst()
                .orElse(null);
    }

    boolean has(Kind kind, String label) {
        return find(kind, label) != null;
    }

    Instant now() {
        return clock.instant();
    }

    private List<There> fetch(Kind kind) {
        return switch (kind) {
            case SPACES -> all(admin.spaces()::list, space -> there(kind, null, space));
            case WORKSPACES -> {
                // All of a space at once: the spaces are asked for first.
                List<There> all = new ArrayList<>();
                of(Kind.SPACES)
                        .forEach(space -> all.addAll(all(
                                workspaces(String.valueOf(space.members().get("id")))::list,
                                one -> there(kind, null, one))));
                yield all;
            }
            case PROVIDERS -> all(admin.providers()::list, provider -> there(kind, provider.id(), provider));
            case PRICES ->
                all(query -> admin.prices().list(query.where("source", "own")), price -> there(kind, null, price));
            case BUDGETS ->
                all(admin.budgets()::list, budget -> there(kind, null, budget)).stream()
                        .filter(budget ->
                                !String.valueOf(budget.members().get("scope")).startsWith("key:"))
                        .map(this::withoutEndedIncrease)
                        .toList();
        };
    }

    private dev.keymesh.sdk.Workspaces workspaces(String space) {
        return admin.spaces().workspaces().in(space);
    }

    /** It says nothing any more, and could not be set again. */
    private There withoutEndedIncrease(There budget) {
        if (budget.members().get("increase") instanceof Map<?, ?> increase
                && !Instant.parse(String.valueOf(increase.get("until"))).isAfter(now())) {
            budget.members().put("increase", null);
        }
        return budget;
    }

    private static There there(Kind kind, @Nullable String id, Record wire) {
        Map<String, @Nullable Object> members = Typed.members(wire);
        Map<String, @Nullable Object> kept = Typed.whole(members, kind.shape());
        return new There(kind, id, kept);
    }

    /** Lists are newest first. */
    private static <T> List<There> all(Function<Query, Page<T>> list, Function<T, There> there) {
        List<There> all = new ArrayList<>();
        Query query = Query.all().limit(MOST);
        Page<T> page = list.apply(query);
        page.data().forEach(one -> all.add(there.apply(one)));
        while (page.pagination().hasMore()) {
            page = list.apply(query.after(page.pagination().nextCursor()));
            page.data().forEach(one -> all.add(there.apply(one)));
        }
        Collections.reverse(all);
        return all;
    }
}
