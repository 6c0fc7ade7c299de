package dev.keymesh.gateway.page;

import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Price;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prices: those of one's own, which are set and taken away here, and the catalogue's, which are read only. */
final class Prices implements Section {
    static final String PATH = "/ui/prices";
    static final List<String> SOURCES = List.of("own", "catalogue");
    private static final int EACH = 50;
    private static final Map<String, String> FIELDS = Map.of(
            "/provider", "provider",
            "/model", "model",
            "/inputPerMillion", "input",
            "/cachedInputPerMillion", "cached",
            "/outputPerMillion", "output");

    @Override
    public Tab tab() {
        return Tab.ofAccount(PATH, "Prices", "prices.read");
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.get(
                        PATH,
                        "prices.read",
                        visit -> visit.page("prices", view(visit, visit.query(), Form.EMPTY, new Faults()))),
                PageRoute.post(PATH, "prices.write", Prices::set),
                PageRoute.post(PATH + "/delete", "prices.write", Prices::delete));
    }

    private static View view(Visit visit, Form query, Form form, Faults faults) {
        String source = query.text("source").equals("catalogue") ? "catalogue" : "own";
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("source", source);
        filters.put("provider", query.text("provider"));
        filters.put("model", query.text("model"));
        Query asked = Query.all().limit(EACH).after(query.given("cursor"));
        for (Map.Entry<String, String> filter : filters.entrySet()) {
            asked = filter.getValue().isEmpty() ? asked : asked.where(filter.getKey(), filter.getValue());
        }
        Page<Price> found = visit.keymesh().prices().list(asked);
        return new View(
                visit.frame("Prices"),
                source,
                query,
                found.data(),
                Paging.of(visit, PATH, filters, found),
                form,
                faults);
    }

    private static PageResponse set(Visit visit) {
        Form form = visit.form();
        NewPrice wanted = NewPrice.of(
                form.text("provider"),
                form.text("model"),
                form.text("input"),
                form.given("cached"),
                form.text("output"));
        try {
            visit.keymesh().prices().put(wanted);
        } catch (KeymeshException e) {
            return visit.again("prices", view(visit, Form.EMPTY, form, Faults.of(e, FIELDS)));
        }
        return done(visit, "set");
    }

    private static PageResponse delete(Visit visit) {
        visit.keymesh()
                .prices()
                .delete(visit.form().text("provider"), visit.form().text("model"));
        return done(visit, "deleted");
    }

    private static PageResponse done(Visit visit, String what) {
        return PageResponse.to((visit.may("prices.read") ? PATH : "/") + "?done=price-" + what);
    }

    /**
     * What the page shows.
     *
     * @param source {@code own} or {@code catalogue}
     * @param query what the list is narrowed to
     */
    record View(Frame frame, String source, Form query, List<Price> rows, Paging paging, Form form, Faults faults) {}
}
