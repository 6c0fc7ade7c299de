package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.RequestRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Single calls: the list, the page of one, and the page that shows them as they end. */
final class Requests implements Section {
    static final String PATH = "/ui/requests";
    static final List<String> OUTCOMES = List.of("completed", "refused", "aborted", "failed");
    private static final String LIVE = PATH + "/live";
    private static final int EACH = 50;
    private static final List<String> FILTERS = List.of("key", "workspace", "model", "outcome");

    @Override
    public Tab tab() {
        return new Tab(PATH, "Requests", "usage.read");
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.get(PATH, "usage.read", Requests::list),
                PageRoute.get(LIVE, "usage.read", Requests::live),
                PageRoute.get(PATH + "/*", "usage.read", Requests::show));
    }

    static String link(String id) {
        return PATH + "/" + WireRequest.segment(id);
    }

    private static PageResponse list(Visit visit) {
        Form query = visit.query();
        Map<String, String> filters = new LinkedHashMap<>();
        Query asked = Query.all().limit(EACH).after(query.given("cursor"));
        for (String name : FILTERS) {
            String value = query.text(name);
            filters.put(name, value);
            asked = asked.where(name, value.isEmpty() ? null : value);
        }
        Page<RequestRecord> found = visit.keymesh().requests().list(asked);
        Titles titles = new Titles(visit);
        List<Row> rows = found.data().stream()
                .map(call -> new Row(call, titles.key(call.key())))
                .toList();
        return visit.page(
                "requests", new ListView(visit.frame("Requests"), query, rows, Paging.of(visit, PATH, filters, found)));
    }

    private static PageResponse show(Visit visit) {
        RequestRecord call = visit.keymesh().requests().get(visit.param(0));
        return visit.page(
                "request",
                new View(
                        visit.frame("Request"), call, RequestFacts.of(visit, call, new Titles(visit).key(call.key()))));
    }

    /** One address for the page and for what its script follows. */
    private static PageResponse live(Visit visit) {
        return visit.request().header("accept").startsWith("text/event-stream")
                ? visit.follow("/api/v1/requests/stream")
                : visit.page("live", new LiveView(visit.frame("Live requests")));
    }

    /** A line of the list. */
    record Row(RequestRecord call, String key) {}

    /** What the list shows. */
    record ListView(Frame frame, Form query, List<Row> rows, Paging paging) {}

    /** What the page of one shows. */
    record View(Frame frame, RequestRecord call, List<KeyFacts.Fact> facts) {}

    /** What the page shows that a script fills. */
    record LiveView(Frame frame) {}
}
