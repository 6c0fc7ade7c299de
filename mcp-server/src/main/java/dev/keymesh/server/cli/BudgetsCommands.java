package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymesh budgets}: limits of money, requests or tokens. */
@Command(name = "budgets", description = "Lists, sets and deletes budgets.", mixinStandardHelpOptions = true)
final class BudgetsCommands {
    static final Columns COLUMNS = Columns.of(
            "scope", "period", "unit", "amount", "spent", "held", "remaining", "provider", "model", "resetsAt");

    private static final String PATH = "/api/v1/budgets";

    /** Which budget of a scope is meant. */
    static final class Which {
        @Option(
                names = "--period",
                defaultValue = "monthly",
                description = "total, daily, weekly or monthly (default).")
        private String period = "monthly";

        @Option(names = "--unit", defaultValue = "usd", description = "usd (default), requests or tokens.")
        private String unit = "usd";

        @Option(names = "--provider", description = "Only what goes to this provider.")
        private @Nullable String provider;

        @Option(names = "--model", description = "Only what goes to this model.")
        private @Nullable String model;
    }

    @Command(name = "list", description = "Lists budgets and where they stand.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Asked asked,
            @Option(
                            names = "--scope",
                            description = "Only this one's: account, space:ID, workspace:SPACE/ID or key:ID.")
                    @Nullable
                    String scope) {
        return asked.to(rest -> asked.list(rest.list(PATH, Query.all().where("scope", scope)), COLUMNS));
    }

    @Command(name = "set", description = "Sets a budget; what was spent counts.", mixinStandardHelpOptions = true)
    int set(
            @Mixin Asked asked,
            @Parameters(
                            index = "0",
                            paramLabel = "SCOPE",
                            description = "account, space:ID, workspace:SPACE/ID or key:ID.")
                    String scope,
            @Parameters(
                            index = "1",
                            paramLabel = "AMOUNT",
                            description = "Such as 50.00; 0 blocks, none is an explicit no limit.")
                    String amount,
            @Mixin Which which) {
        Body body = new Body()
                .with("scope", scope)
                .with("period", which.period)
                .with("unit", which.unit)
                .with("provider", which.provider)
                .with("model", which.model);
        if (amount.equals("none")) {
            body.with("amount", JsonValue.NULL);
        } else {
            body.with("amount", amount);
        }
        return asked.to(rest -> asked.one(rest.put(PATH, body.json())));
    }

    @Command(name = "delete", description = "Takes a budget away, after a question.", mixinStandardHelpOptions = true)
    int delete(
            @Mixin Asked asked,
            @Parameters(paramLabel = "SCOPE", description = "As in set.") String scope,
            @Mixin Which which,
            @Option(names = "--yes", description = "Asks no question.") boolean yes) {
        if (!asked.agreed(yes, "Delete the " + which.period + " budget of " + scope + "?")) {
            return 1;
        }
        Query query = Query.all()
                .where("scope", scope)
                .where("period", which.period)
                .where("unit", which.unit)
                .where("provider", which.provider)
                .where("model", which.model);
        return asked.to(rest -> {
            rest.delete(PATH + query);
            JsonObject gone = new Body().with("deleted", scope).json();
            asked.done(gone, "The " + which.period + " budget of " + scope + " is deleted.");
        });
    }
}
