package dev.keymesh.server.fleet;

import dev.keymesh.sdk.WireRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The changes that make an installation what a file says, in the order in which they can be made. */
final class Plan {
    /** What an entry says for {@code apply} alone. */
    private static final Set<String> NOT_SENT = Set.of("space", "credentialEnv", "credentialFile");

    private final Declaration wanted;
    private final Installation there;
    private final Credentials credentials;
    private final List<Change> changes = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    private Plan(Declaration wanted, Installation there, Credentials credentials) {
        this.wanted = wanted;
        this.there = there;
        this.credentials = credentials;
    }

    static Plan of(Declaration wanted, Installation there, Credentials credentials) {
        Plan plan = new Plan(wanted, there, credentials);
        for (Kind kind : Kind.values()) {
            List<Entry> entries = wanted.of(kind);
            if (entries != null) {
                (kind == Kind.PRICES ? InForce.of(entries, there) : entries).forEach(plan::tryEntry);
            }
        }
        return plan;
    }

    List<Change> changes() {
        return changes;
    }

    /** What of the file cannot be, each with its place. */
    List<String> wrong() {
        return wrong;
    }

    private void tryEntry(Entry entry) {
        try {
            entry(entry);
        } catch (NotTaken e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
    }

    private void entry(Entry entry) {
        Installation.There before =
                entry.kind() == Kind.PRICES ? InForce.there(entry, there) : there.find(entry.kind(), entry.label());
        if (before == null) {
            create(entry);
            return;
        }
        Map<String, Alike.Difference> differences =
                Alike.differences(compared(entry), before.members(), entry.members());
        if (!differences.isEmpty()) {
            update(entry, before, "~ " + entry.label() + ": " + said(entry, differences));
        }
    }

    /** A price is a whole; of all else the members that are named. */
    private static Set<String> compared(Entry entry) {
        Set<String> names = new LinkedHashSet<>(
                entry.kind() == Kind.PRICES
                        ? Typed.whole(Map.of(), entry.kind().shape()).keySet()
                        : entry.members().keySet());
        names.removeAll(NOT_SENT);
        if (entry.kind() == Kind.PRICES && entry.members().get("effectiveFrom") == null) {
            names.remove("effectiveFrom");
        }
        return names;
    }

    private static String said(Entry entry, Map<String, Alike.Difference> differences) {
        return differences.entrySet().stream()
                .map(one -> entry.kind() == Kind.BUDGETS && one.getKey().equals("amount")
                        ? amount(entry, one.getValue().before()) + " -> "
                                + amount(entry, one.getValue().after())
                        : one.getKey() + " " + one.getValue().before() + " -> "
                                + one.getValue().after())
                .collect(Collectors.joining(", "));
    }

    /** Of a budget: dollars with cents, all else whole. */
    private static String amount(Entry budget, @Nullable Object amount) {
        String unit = budget.text("unit");
        String text = amount == null ? "" : String.valueOf(amount);
        return unit == null || unit.equals("usd") ? text : text.replaceFirst("\\.0+$", "");
    }

    private void create(Entry entry) {
        Map<String, @Nullable Object> body = sent(entry);
        String amount =
                entry.kind() == Kind.BUDGETS ? amount(entry, Alike.canonical("amount", body.get("amount"))) : "";
        String line = "+ " + entry.label() + (amount.isEmpty() ? "" : ": " + amount);
        switch (entry.kind()) {
            case SPACES -> add(line, entry, "POST", "/api/v1/spaces", body, "/api/v1/spaces");
            case WORKSPACES -> workspace(line, entry, body);
            case PROVIDERS -> {
                body.put("credential", credentials.of(entry));
                add(line, entry, "POST", "/api/v1/providers", body, "/api/v1/providers");
            }
            case PRICES -> add(line, entry, "PUT", "/api/v1/prices", body, "/api/v1/prices");
            case BUDGETS -> budget(line, entry, body);
        }
    }

    private void workspace(String line, Entry entry, Map<String, @Nullable Object> body) {
        String space = String.valueOf(entry.text("space"));
        boolean known = there.has(Kind.SPACES, "space " + space);
        if (!known && !wanted.lists(Kind.SPACES, "space " + space)) {
            throw new NotTaken(entry, "names the space '" + space + "', which is neither there nor in the file");
        }
        // What is said of a workspace is judged alike in every space.
        String judged = known
                ? space
                : String.valueOf(there.of(Kind.SPACES).getFirst().members().get("id"));
        if (!known && "default".equals(entry.text("id"))) {
            // It comes with its space.
            Map<String, @Nullable Object> patch = new LinkedHashMap<>(body);
            patch.remove("id");
            changes.add(new Change(
                    line,
                    entry.place(),
                    "PATCH",
                    workspaces(space) + "/default",
                    patch,
                    new Change.Check("POST", workspaces(judged), body)));
            return;
        }
        add(line, entry, "POST", workspaces(space), body, workspaces(judged));
    }

    /** A scope that the file brings is not there when its budget is judged, so another one stands for it. */
    private void budget(String line, Entry entry, Map<String, @Nullable Object> body) {
        String scope = String.valueOf(entry.text("scope"));
        String space = scope.split("[:/]", -1).length > 1 ? scope.split("[:/]", -1)[1] : "";
        Map<String, @Nullable Object> judged = new LinkedHashMap<>(body);
        boolean brought = wanted.lists(Kind.WORKSPACES, scope.replaceFirst(":", " "))
                || wanted.lists(Kind.SPACES, scope.replaceFirst(":", " "));
        if (brought) {
            judged.put("scope", there.has(Kind.SPACES, "space " + space) ? "space:" + space : "account");
        }
        changes.add(new Change(
                line,
                entry.place(),
                "PUT",
                "/api/v1/budgets",
                body,
                new Change.Check("PUT", "/api/v1/budgets", judged)));
    }

    private void update(Entry entry, Installation.There before, String line) {
        Map<String, @Nullable Object> body = sent(entry);
        switch (entry.kind()) {
            case SPACES -> {
                String path = "/api/v1/spaces/" + segment(entry.text("id"));
                add(line, entry, "PATCH", path, body, path);
            }
            case WORKSPACES -> {
                String path = workspaces(String.valueOf(entry.text("space"))) + "/" + segment(entry.text("id"));
                add(line, entry, "PATCH", path, body, path);
            }
            case PROVIDERS -> {
                String path = "/api/v1/providers/" + segment(before.id());
                add(line, entry, "PATCH", path, body, path);
            }
            case PRICES -> add(line, entry, "PUT", "/api/v1/prices", body, "/api/v1/prices");
            case BUDGETS -> {
                Map<String, @Nullable Object> all = new LinkedHashMap<>(before.members());
                all.putAll(body);
                add(line, entry, "PUT", "/api/v1/budgets", all, "/api/v1/budgets");
            }
        }
    }

    /** The members that the API takes; a nested object is a whole. */
    private static Map<String, @Nullable Object> sent(Entry entry) {
        Map<String, @Nullable Object> whole =
                Typed.whole(entry.members(), entry.kind().shape());
        Map<String, @Nullable Object> sent = new LinkedHashMap<>();
        whole.forEach((name, value) -> {
            if (entry.members().containsKey(name) && !NOT_SENT.contains(name)) {
                sent.put(name, value);
            }
        });
        return sent;
    }

    private void add(
            String line, Entry entry, String method, String path, Map<String, @Nullable Object> body, String judged) {
        changes.add(new Change(line, entry.place(), method, path, body, new Change.Check(method, judged, body)));
    }

    static String segment(@Nullable String text) {
        return WireRequest.segment(String.valueOf(text));
    }

    static String workspaces(String space) {
        return "/api/v1/spaces/" + segment(space) + "/workspaces";
    }

    /** An entry that cannot be what the file says. */
    static final class NotTaken extends RuntimeException {
        NotTaken(Entry entry, String what) {
            super(entry.place() + ": " + entry.label() + " " + what + ".", null, false, false);
        }
    }

    /** Finds what a new provider is to present. */
    interface Credentials {
        /**
         * The credential.
         *
         * @throws NotTaken where there is none
         */
        String of(Entry provider);
    }
}
