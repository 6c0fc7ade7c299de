package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.UsageRow;
import dev.keymesh.sdk.wire.VirtualKey;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Virtual keys: the list of a space's, and the page of one. */
final class Keys implements Section {
    static final String PATH = "/ui/keys";
    static final List<String> STATUSES = List.of("active", "disabled", "expired", "revoked");
    private static final int EACH = 20;
    private static final int MOST_BUDGETS = 100;

    @Override
    public Tab tab() {
        return new Tab(PATH, "Keys", "keys.read");
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.get(PATH, "keys.read", this::list), PageRoute.get(PATH + "/*", "keys.read", this::show));
    }

    private PageResponse list(Visit visit) {
        Keymesh keymesh = visit.keymesh();
        List<String> spaces = keymesh.account().whoami().spaces();
        String space = Spaces.chosen(visit.query(), spaces);
        Filters filters = Filters.of(visit.query());
        Query query = filters.query().limit(EACH).after(visit.query().given("cursor"));
        Page<VirtualKey> keys = keymesh.spaces().keys().in(space).list(query);
        boolean budgets = visit.may("budgets.read");
        List<Row> rows = keys.data().stream()
                .map(key -> new Row(key, budgets ? nearest(keymesh, key.id()) : null))
                .toList();
        String next = keys.pagination().nextCursor();
        return visit.page(
                "keys",
                new ListView(
                        visit.frame("Keys"),
                        spaces,
                        space,
                        filters,
                        rows,
                        next == null ? null : Links.with(PATH, filters.link(space, next)),
                        visit.query().given("cursor") == null ? null : Links.with(PATH, filters.link(space, null))));
    }

    /** The budget that will end first. */
    private static @Nullable BudgetLine nearest(Keymesh keymesh, String id) {
        return lines(keymesh, id).stream()
                .max(Comparator.comparing(BudgetLine::limited).thenComparingInt(BudgetLine::percent))
                .orElse(null);
    }

    private static List<BudgetLine> lines(Keymesh keymesh, String id) {
        return keymesh.budgets().list(Query.all().where("scope", "key:" + id).limit(MOST_BUDGETS)).data().stream()
                .map(budget -> BudgetLine.of(budget, "This key", null))
                .toList();
    }

    private PageResponse show(Visit visit) {
        return page(visit, visit.param(0), new Faults());
    }

    /** The page of a key, also where its form is shown again. */
    static PageResponse page(Visit visit, String id, Faults faults) {
        Keymesh keymesh = visit.keymesh();
        VirtualKey key = keymesh.spaces().keys().get(id);
        boolean usage = visit.may("usage.read");
        KeyView view = new KeyView(
                visit.frame(key.title()),
                key,
                KeyFacts.of(key),
                visit.may("budgets.read") ? lines(keymesh, id) : null,
                usage ? models(keymesh, id) : null,
                visit.form(),
                faults);
        return faults.none() ? visit.page("key", view) : visit.again("key", view);
    }

    private static List<UsageRow> models(Keymesh keymesh, String id) {
        return keymesh.usage(Query.all().groupBy("model").where("key", id)).data();
    }

    /** What a list is narrowed to, as its form and its links write it. */
    record Filters(String q, String status, String workspace, String owner, String tag, String parent) {
        static Filters of(Form query) {
            String status = query.text("status");
            return new Filters(
                    query.text("q"),
                    STATUSES.contains(status) ? status : "",
                    query.text("workspace"),
                    query.text("owner"),
                    query.text("tag"),
                    query.text("parent"));
        }

        private Map<String, String> members() {
            Map<String, String> members = new LinkedHashMap<>();
            members.put("q", q);
            members.put("status", status);
            members.put("workspace", workspace);
            members.put("owner", owner);
            members.put("tag", tag);
            members.put("parent", parent);
            members.values().removeIf(String::isEmpty);
            return members;
        }

        Query query() {
            Query query = Query.all();
            for (Map.Entry<String, String> member : members().entrySet()) {
                query = query.where(member.getKey(), member.getValue());
            }
            return query;
        }

        Map<String, String> link(String space, @Nullable String cursor) {
            Map<String, String> link = new LinkedHashMap<>(Map.of("space", space));
            link.putAll(members());
            if (cursor != null) {
                link.put("cursor", cursor);
            }
            return link;
        }

        boolean any() {
            return !members().isEmpty();
        }
    }

    /** A line of the list; the budget is null where there is none, or none that may be read. */
    record Row(VirtualKey key, @Nullable BudgetLine budget) {}

    /** What the list shows; null links lead nowhere. */
    record ListView(
            Frame frame,
            List<String> spaces,
            String space,
            Filters filters,
            List<Row> rows,
            @Nullable String next,
            @Nullable String first) {}

    /** What the page of a key shows; what may not be read is null. */
    record KeyView(
            Frame frame,
            VirtualKey key,
            List<KeyFacts.Fact> facts,
            @Nullable List<BudgetLine> budgets,
            @Nullable List<UsageRow> models,
            Form form,
            Faults faults) {}
}
