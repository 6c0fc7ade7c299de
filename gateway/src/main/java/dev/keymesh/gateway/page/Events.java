package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.Event;
import dev.keymesh.sdk.wire.Page;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The event log: who did what, and what Keymesh noticed. */
final class Events implements Section {
    static final String PATH = "/ui/events";
    private static final int EACH = 50;

    @Override
    public Tab tab() {
        return Tab.ofAccount(PATH, "Events", "audit.read");
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(PageRoute.get(PATH, "audit.read", Events::list));
    }

    private static PageResponse list(Visit visit) {
        Page<Event> found = visit.keymesh()
                .events(Query.all().limit(EACH).after(visit.query().given("cursor")));
        List<Row> rows = found.data().stream().map(Events::row).toList();
        return visit.page("events", new View(visit.frame("Events"), rows, Paging.of(visit, PATH, Map.of(), found)));
    }

    private static Row row(Event event) {
        String id = event.actor().id();
        String who = event.actor().type().replace('_', ' ') + (id == null ? "" : " " + id);
        String data = event.data().isEmpty() ? "" : new String(Json.toBytes(event.data()), StandardCharsets.UTF_8);
        return new Row(event, words(event.action()), who, data);
    }

    /** What happened, in words. */
    private static String words(String action) {
        return switch (action) {
            case "spaces.write" -> "A space was added or changed";
            case "workspaces.write" -> "A workspace was added, changed or taken away";
            case "keys.create" -> "A key was issued";
            case "keys.update" -> "A key was changed";
            case "keys.revoke" -> "A key was revoked";
            case "budgets.write" -> "A budget was set or taken away, or a cost was corrected";
            case "providers.write" -> "A provider was added, changed or taken away";
            case "prices.write" -> "A price was set or taken away";
            case "credentials.write" -> "A management key or a permission set was changed";
            case "webhooks.write" -> "A webhook's endpoint was changed";
            case "session.started" -> "Somebody signed in";
            case "session.ended" -> "Somebody signed out";
            case "budget.threshold_reached" -> "A budget reached a threshold";
            case "key.expiring" -> "A key ends soon";
            case "key.spend_unusual" -> "A key spends more than it used to";
            case "provider.credential_rejected" -> "A provider refused its credential";
            case "ledger.bound_exceeded" -> "A call cost more than was held for it";
            default -> action;
        };
    }

    /**
     * A line of the list.
     *
     * @param data what the event says besides, as JSON; empty is nothing
     */
    record Row(Event event, String what, String who, String data) {}

    /** What the list shows. */
    record View(Frame frame, List<Row> rows, Paging paging) {}
}
