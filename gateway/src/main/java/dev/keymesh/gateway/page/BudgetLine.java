package dev.keymesh.gateway.page;

import dev.keymesh.sdk.wire.Budget;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A budget as pages show it.
 *
 * @param title of what it limits
 * @param link to what it limits; null is none
 * @param percent of the amount that is spent or held, 0 on; a budget without a limit has 0
 */
record BudgetLine(Budget budget, String title, @Nullable String link, int percent) {
    private static final int NEAR = 80;

    static BudgetLine of(Budget budget, String title, @Nullable String link) {
        return new BudgetLine(budget, title, link, percent(budget));
    }

    private static int percent(Budget budget) {
        if (budget.remaining() == null) {
            return 0;
        }
        BigDecimal used = new BigDecimal(budget.spent()).add(new BigDecimal(budget.held()));
        BigDecimal all = new BigDecimal(budget.remaining()).add(used);
        if (all.signum() <= 0) {
            return 100;
        }
        return used.movePointRight(2).divide(all, 0, RoundingMode.FLOOR).intValue();
    }

    boolean limited() {
        return budget.remaining() != null;
    }

    /** For the bar, which ends where the amount does. */
    int filled() {
        return Math.min(100, percent);
    }

    /** What colour the bar has; the percentage beside it says the same. */
    String level() {
        return percent >= 100 ? "full" : percent >= NEAR ? "near" : "fine";
    }

    /** Such as {@code $}; what is counted otherwise is named after the number. */
    String before() {
        return budget.unit().equals("usd") ? "$" : "";
    }

    String after() {
        return budget.unit().equals("usd") ? "" : " " + budget.unit();
    }

    /** Such as {@code monthly}, with the provider or model that it counts alone. */
    String kind() {
        String of = budget.provider() == null ? "" : ", " + budget.provider();
        String model = budget.model() == null ? "" : ", " + budget.model();
        return (budget.period().equals("total") ? "in total" : budget.period()) + of + model;
    }

    String resets() {
        return budget.resetsAt() == null ? "never resets" : "resets " + Times.day(budget.resetsAt());
    }
}
