package dev.keymesh.server.cli;

import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What the doctor asks the gateway with a key: its database's clock, providers, prices, budgets and keys. */
final class ResourceChecks {
    private static final Duration SOON = Duration.ofDays(7);
    private static final BigDecimal NEAR = new BigDecimal("0.10");
    private static final int LATEST = 200;
    private static final int NAMED = 5;

    private final Rest rest;
    private final InstantSource clock;
    private final List<Finding> findings = new ArrayList<>();

    ResourceChecks(Rest rest, InstantSource clock) {
        this.rest = rest;
        this.clock = clock;
    }

    List<Finding> look() {
        JsonObject self;
        try {
            self = rest.get("/api/v1/whoami");
        } catch (KeymeshException e) {
            findings.add(Finding.wrong(
                    "The key is not taken: " + e.getMessage(),
                    "Pass a management key with --key or KEYMESH_API_KEY, or name the folder whose root.key it is."));
            return findings;
        }
        findings.add(Finding.ok("The key works: it is " + Columns.text(self, "credential.title") + "."));
        look("The database's clock", () -> ClockCheck.ofDatabase(rest.metrics()).ifPresent(findings::add));
        look("The providers", this::providers);
        look("The prices", this::prices);
        look("The budgets", this::budgets);
        look("The keys", () -> keys(self));
        return findings;
    }

    /** A key that may not see something leaves the rest to be seen. */
    private void look(String what, Runnable check) {
        try {
            check.run();
        } catch (KeymeshException e) {
            findings.add(Finding.note(what + " could not be looked at: " + e.getMessage(), null));
        }
    }

    private void providers() {
        List<JsonObject> all = rest.list(ProvidersCommands.PATH, Query.all());
        if (all.isEmpty()) {
            findings.add(Finding.note(
                    "No provider is configured: only the built-in models answer.",
                    "Add one: ./keymesh providers add openai --kind openai"));
        }
        for (JsonObject provider : all) {
            String name = provider.getString("name");
            if (provider.getBoolean("enabled")) {
                look("The provider " + name, () -> provider(name, provider.getString("id")));
            } else {
                findings.add(Finding.note("The provider " + name + " is disabled.", null));
            }
        }
    }

    private void provider(String name, String id) {
        JsonObject test = rest.post(
                ProvidersCommands.PATH + "/" + WireRequest.segment(id) + "/test", JsonValue.EMPTY_JSON_OBJECT);
        findings.add(
                test.getBoolean("ok")
                        ? Finding.ok("The provider " + name + " answers and takes the credential.")
                        : Finding.wrong(
                                "The provider " + name + " does not work: " + Columns.text(test, "detail"),
                                "Replace its credential: ./keymesh providers rotate " + name
                                        + ". Or correct its address."));
    }

    /** Models that were called and counted as nothing, and those that a budget refused because of that. */
    private void prices() {
        TreeSet<String> unpriced = new TreeSet<>();
        for (JsonObject row : rest.whole("/api/v1/usage" + Query.all().groupBy("provider", "model"))) {
            long tokens = row.getJsonNumber("inputTokens").longValue()
                    + row.getJsonNumber("outputTokens").longValue();
            if (tokens > 0 && decimal(row, "cost").signum() == 0) {
                unpriced.add(model(row));
            }
        }
        for (JsonObject call : rest.list("/api/v1/requests", Query.all(), LATEST)) {
            if (Columns.text(call, "errorCode").equals("keymesh_model_unpriced")) {
                unpriced.add(model(call));
            }
        }
        if (unpriced.isEmpty()) {
            findings.add(Finding.ok("Every model that was used this month has a price."));
        }
        unpriced.forEach(model -> findings.add(Finding.wrong(
                "The model " + model + " was called and has no price: it costs nothing here, and budgets refuse it.",
                "Set one: ./keymesh prices set PROVIDER MODEL --input 2.50 --output 15.00")));
    }

    private static String model(JsonObject row) {
        return Columns.text(row, "provider") + "/" + Columns.text(row, "model");
    }

    private void budgets() {
        int before = findings.size();
        List<JsonObject> all = rest.list("/api/v1/budgets", Query.all());
        for (JsonObject budget : all) {
            // No limit has no end, and one of nothing is meant to block.
            if (budget.get("amount") instanceof JsonString
                    && decimal(budget, "amount").signum() > 0) {
                near(budget);
            }
        }
        if (findings.size() == before) {
            findings.add(Finding.ok("None of " + all.size() + " budgets is near its end."));
        }
    }

    private void near(JsonObject budget) {
        BigDecimal left = decimal(budget, "remaining");
        String name = "The " + Columns.text(budget, "period") + " budget of " + Columns.text(budget, "scope");
        String until = budget.isNull("resetsAt") ? "for good" : "until " + Columns.text(budget, "resetsAt");
        if (left.signum() <= 0) {
            findings.add(Finding.note(
                    name + " is used up: calls are refused " + until + ".",
                    "Raise it where that is not meant: ./keymesh budgets set"));
        } else if (left.compareTo(decimal(budget, "amount").multiply(NEAR)) <= 0) {
            findings.add(Finding.note(
                    name + " is near its end: " + left.toPlainString() + " of "
                            + decimal(budget, "amount").toPlainString() + " " + Columns.text(budget, "unit")
                            + " are left "
                            + until + ".",
                    null));
        }
    }

    private void keys(JsonObject self) {
        Instant soon = clock.instant().plus(SOON);
        List<String> expiring = new ArrayList<>();
        for (JsonString space : self.getJsonArray("spaces").getValuesAs(JsonString.class)) {
            Query query = Query.all().where("status", "active").where("expiresBefore", soon.toString());
            rest.list("/api/v1/spaces/" + WireRequest.segment(space.getString()) + "/keys", query)
                    .forEach(key -> expiring.add(Columns.text(key, "id") + " (" + Columns.text(key, "title")
                            + ", owner " + Columns.text(key, "owner") + ") on " + Columns.text(key, "expiresAt")));
        }
        if (expiring.isEmpty()) {
            findings.add(Finding.ok("No key expires within 7 days."));
            return;
        }
        expiring.stream()
                .limit(NAMED)
                .forEach(key -> findings.add(
                        Finding.note("A key expires soon: " + key + ".", "Tell its owner, or issue another.")));
        if (expiring.size() > NAMED) {
            findings.add(Finding.note((expiring.size() - NAMED) + " more keys expire within 7 days.", null));
        }
    }

    private static BigDecimal decimal(JsonObject object, String name) {
        return new BigDecimal(object.getString(name));
    }
}
