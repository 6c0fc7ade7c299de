package dev.keymesh.gateway.http;

import java.util.List;
import java.util.function.BooleanSupplier;

/** What must hold for calls to be served; asked anew each time, on a thread that may wait. */
public record Readiness(List<Condition> conditions) {
    /**
     * One of them.
     *
     * @param otherwise what is wrong where it does not hold; anybody may read it
     */
    public record Condition(String otherwise, BooleanSupplier holds) {}

    /** What does not hold; empty is ready. */
    List<String> wrong() {
        return conditions.stream()
                .filter(condition -> !condition.holds.getAsBoolean())
                .map(Condition::otherwise)
                .toList();
    }
}
