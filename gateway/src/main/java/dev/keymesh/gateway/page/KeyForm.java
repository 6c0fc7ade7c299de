package dev.keymesh.gateway.page;

import dev.keymesh.gateway.api.Bodies;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.Fields;
import dev.keymesh.sdk.wire.IssuedKey;
import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.Workspace;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The form that issues a key, and the page that shows its secret this once. */
final class KeyForm implements Section {
    static final String PATH = Keys.PATH + "/new";
    private static final int MOST_WORKSPACES = 100;
    private static final Map<String, String> FIELDS = Map.of(
            "/title", "title",
            "/workspace", "workspace",
            "/owner", "owner",
            "/tags", "tags",
            "/externalId", "externalId",
            "/expiresAt", "ends",
            "/fields", "fields",
            "/budget", "amount",
            "/policy/allowedModels", "allowedModels",
            "/policy/toolAllowlist", "toolAllowlist");

    @Override
    public @Nullable Tab tab() {
        return null;
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.get(
                        PATH,
                        "keys.create",
                        visit -> visit.page(
                                "key-new",
                                view(
                                        visit,
                                        visit.query(),
                                        new Faults(),
                                        UUID.randomUUID().toString()))),
                PageRoute.post(PATH, "keys.create", KeyForm::issue));
    }

    private static PageResponse issue(Visit visit) {
        Form form = visit.form();
        Faults faults = new Faults();
        NewKey wanted = wanted(form, faults);
        String once = form.text("once");
        if (faults.none()) {
            try {
                IssuedKey issued = visit.keymeshOnce(once)
                        .spaces()
                        .keys()
                        .in(form.text("space"))
                        .issue(wanted);
                return visit.page("issued", new IssuedView(visit.frame("Key issued"), issued, address(visit)));
            } catch (KeymeshException e) {
                faults = e.code().equals("idempotency_key_reused")
                        ? new Faults().add(null, "This form has issued a key already. Open it anew for another one.")
                        : Faults.of(e, FIELDS);
            }
        }
        return visit.again("key-new", view(visit, form, faults, once));
    }

    private static View view(Visit visit, Form form, Faults faults, String once) {
        List<String> spaces = visit.keymesh().account().whoami().spaces();
        String space = Spaces.chosen(form, spaces);
        List<String> workspaces = visit.may("workspaces.read")
                ? visit
                        .keymesh()
                        .spaces()
                        .workspaces()
                        .in(space)
                        .list(Query.all().limit(MOST_WORKSPACES))
                        .data()
                        .stream()
                        .map(Workspace::id)
                        .sorted()
                        .toList()
                : null;
        return new View(visit.frame("Issue a key"), space, workspaces, form, faults, once);
    }

    private static NewKey wanted(Form form, Faults faults) {
        String amount = form.given("amount");
        return new NewKey(
                form.text("title"),
                form.given("workspace"),
                fields(form, faults),
                ends(form, faults),
                form.given("owner"),
                form.list("tags"),
                form.given("externalId"),
                null,
                amount == null ? null : new KeyBudget(amount, "USD", form.text("period")),
                policy(form),
                null);
    }

    private static @Nullable Policy policy(Form form) {
        List<String> models = form.list("allowedModels");
        List<String> tools = form.list("toolAllowlist");
        return models == null && tools == null ? null : Policy.allowing(models, tools);
    }

    private static @Nullable Map<String, Object> fields(Form form, Faults faults) {
        String text = form.given("fields");
        if (text == null) {
            return null;
        }
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        if (!Bodies.isObject(json)) {
            faults.add(
                    "fields", "This is no JSON object with each member once. Write one such as {\"tier\": \"gold\"}.");
            return null;
        }
        return Json.fromBytes(json, Fields.class).asMap();
    }

    /** The end of the day that was chosen. */
    private static @Nullable Instant ends(Form form, Faults faults) {
        String text = form.given("ends");
        if (text == null) {
            return null;
        }
        try {
            return LocalDate.parse(text).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            faults.add("ends", "This is no day. Write one such as 2027-01-31.");
            return null;
        }
    }

    /** Of this server, as the browser has it. */
    private static String address(Visit visit) {
        return (visit.request().secure() ? "https://" : "http://")
                + visit.request().header("host");
    }

    /**
     * What the form shows.
     *
     * @param workspaces of the space; null where they may not be read
     * @param form what was written
     * @param once what makes the form issue one key, however often it is sent
     */
    record View(Frame frame, String space, @Nullable List<String> workspaces, Form form, Faults faults, String once) {}

    /** What is shown of a key once. */
    record IssuedView(Frame frame, IssuedKey key, String address) {
        // The key's own text leaves its secret out.
        @Override
        public String toString() {
            return "IssuedView[" + key + "]";
        }
    }
}
