package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.Budget;
import dev.keymesh.sdk.wire.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The budgets that are nearest to their end.
 *
 * @param more how many others there are
 * @param all whether all were looked at, and not the newest alone
 */
record BudgetBoard(List<BudgetLine> lines, int more, boolean all) {
    private static final int SHOWN = 8;
    private static final int PAGES = 5;
    private static final int EACH = 100;

    static BudgetBoard of(Visit visit) {
        List<Budget> found = new ArrayList<>();
        String cursor = null;
        for (int page = 0; page == 0 || (page < PAGES && cursor != null); page++) {
            Page<Budget> budgets =
                    visit.keymesh().budgets().list(Query.all().limit(EACH).after(cursor));
            found.addAll(budgets.data());
            cursor = budgets.pagination().nextCursor();
        }
        Titles titles = new Titles(visit);
        List<BudgetLine> lines = found.stream()
                .map(budget -> BudgetLine.of(budget, budget.scope(), link(visit, budget.scope())))
                .sorted(Comparator.comparing(BudgetLine::limited)
                        .thenComparingInt(BudgetLine::percent)
                        .reversed())
                .limit(SHOWN)
                .map(line -> new BudgetLine(line.budget(), titles.scope(line.title()), line.link(), line.percent()))
                .toList();
        return new BudgetBoard(lines, found.size() - lines.size(), cursor == null);
    }

    /** The page of what a scope names; null is none that the reader may see. */
    static @Nullable String link(Visit visit, String scope) {
        String name = scope.substring(scope.indexOf(':') + 1);
        if (scope.startsWith("key:") && visit.may("keys.read")) {
            return Links.key(name);
        }
        int slash = name.indexOf('/');
        return scope.startsWith("workspace:") && slash > 0 && visit.may("workspaces.read")
                ? Workspaces.link(name.substring(0, slash), name.substring(slash + 1))
                : null;
    }
}
