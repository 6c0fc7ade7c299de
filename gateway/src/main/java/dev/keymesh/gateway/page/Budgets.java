package dev.keymesh.gateway.page;

import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.Budget;
import dev.keymesh.sdk.wire.NewBudget;
import dev.keymesh.sdk.wire.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All budgets: the list, and the form that sets one on any scope. */
final class Budgets implements Section {
    static final String PATH = "/ui/budgets";
    static final List<String> UNITS = List.of("usd", "requests", "tokens");
    private static final int EACH = 20;
    private static final Map<String, String> FIELDS = Map.of(
            "/scope", "scope",
            "/provider", "provider",
            "/model", "model",
            "/unit", "unit",
            "/period", "period",
            "/amount", "amount",
            "/thresholds", "thresholds");

    @Override
    public Tab tab() {
        return new Tab(PATH, "Budgets", "budgets.read");
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.get(
                        PATH, "budgets.read", visit -> visit.page("budgets", view(visit, visit.query(), new Faults()))),
                PageRoute.post(PATH, "budgets.write", Budgets::set),
                PageRoute.post(PATH + "/clear", "budgets.write", Budgets::clear));
    }

    private static View view(Visit visit, Form form, Faults faults) {
        Form query = visit.query();
        Page<Budget> found =
                visit.keymesh().budgets().list(Query.all().limit(EACH).after(query.given("cursor")));
        Titles titles = new Titles(visit);
        List<BudgetLine> lines = found.data().stream()
                .map(budget ->
                        BudgetLine.of(budget, titles.scope(budget.scope()), BudgetBoard.link(visit, budget.scope())))
                .toList();
        return new View(visit.frame("Budgets"), lines, Paging.of(visit, PATH, Map.of(), found), form, faults);
    }

    private static PageResponse set(Visit visit) {
        Form form = visit.form();
        Faults faults = new Faults();
        List<Integer> thresholds = thresholds(form, faults);
        String amount = form.text("amount");
        if (amount.isEmpty()) {
            faults.add("amount", "This is missing. Write an amount, 0 to refuse what costs, or none for no limit.");
        }
        if (faults.none()) {
            NewBudget wanted = new NewBudget(
                    form.text("scope"),
                    form.given("provider"),
                    form.given("model"),
                    form.given("unit"),
                    form.text("period"),
                    amount.equals("none") ? null : amount,
                    null,
                    thresholds,
                    null);
            try {
                visit.keymesh().budgets().put(wanted);
                return done(visit, "set");
            } catch (KeymeshException e) {
                if (e.status() == 404) {
                    faults.add("scope", "There is no such thing within your reach.");
                } else {
                    faults = Faults.of(e, FIELDS);
                }
            }
        }
        return visit.again("budgets", view(visit, form, faults));
    }

    private static @Nullable List<Integer> thresholds(Form form, Faults faults) {
        List<String> written = form.list("thresholds");
        if (written == null) {
            return null;
        }
        List<Integer> percents = new ArrayList<>();
        for (String text : written) {
            if (text.matches("\\d{1,3}")) {
                percents.add(Integer.valueOf(text));
            } else {
                faults.add("thresholds", "'" + text + "' is no percentage. Write such as 50, 80, 100.");
            }
        }
        return percents;
    }

    private static PageResponse clear(Visit visit) {
        visit.keymesh().budgets().delete(named(visit.form(), visit.form().text("scope")));
        return done(visit, "cleared");
    }

    /** The budget that the hidden fields of a form name. */
    static Budget named(Form form, String scope) {
        return new Budget(
                scope,
                form.given("provider"),
                form.given("model"),
                form.text("unit"),
                form.text("period"),
                null,
                "0",
                "0",
                null,
                null,
                List.of(),
                null,
                null);
    }

    private static PageResponse done(Visit visit, String what) {
        return PageResponse.to((visit.may("budgets.read") ? PATH : "/") + "?done=budget-" + what);
    }

    /** What the page shows. */
    record View(Frame frame, List<BudgetLine> lines, Paging paging, Form form, Faults faults) {}
}
