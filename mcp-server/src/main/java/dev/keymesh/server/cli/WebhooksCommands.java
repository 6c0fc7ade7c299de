package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymesh webhooks}: where events are told, and what was told there. */
@Command(
        name = "webhooks",
        description = "Lists, adds and tests webhook endpoints, and sends messages again.",
        mixinStandardHelpOptions = true)
final class WebhooksCommands {
    private static final String PATH = "/api/v1/webhook-endpoints";
    private static final Columns ENDPOINTS =
            Columns.of("id", "format", "enabled", "disabledReason", "url", "to", "events");
    private static final Columns DELIVERIES =
            Columns.of("createdAt", "status", "type", "id", "nextAttemptAt", "message");

    @Command(name = "list", description = "Lists endpoints.", mixinStandardHelpOptions = true)
    int list(@Mixin Asked asked) {
        return asked.to(rest -> asked.list(rest.list(PATH, Query.all()), ENDPOINTS));
    }

    @Command(
            name = "add",
            description = {
                "Adds an endpoint and prints its secret, this once.",
                "Slack's URL is a credential: it is asked for, or read from standard input."
            },
            mixinStandardHelpOptions = true)
    int add(
            @Mixin Asked asked,
            @Parameters(arity = "0..1", paramLabel = "URL", description = "Where signed JSON is sent.") @Nullable
                    String url,
            @Option(names = "--format", defaultValue = "standard", description = "standard (default), slack or email.")
                    String format,
            @Option(names = "--to", split = ",", description = "The addresses of email.") @Nullable List<String> to,
            @Option(
                            names = "--event",
                            required = true,
                            split = ",",
                            description = "Such as budget.threshold_reached; may be repeated, * is all.")
                    List<String> events,
            @Option(names = "--space", description = "Only this space's events.") @Nullable String space,
            @Option(names = "--description", description = "What it is for.") @Nullable String description,
            @Option(names = "--url-stdin", description = "Reads the URL from standard input.") boolean fromInput) {
        boolean slack = format.equals("slack");
        if (slack && url != null) {
            throw asked.wrong("Slack's URL is a credential and is no argument: pass it with --url-stdin.");
        }
        Body body = new Body()
                .with("url", slack || fromInput ? asked.secret(fromInput, "--url-stdin", "URL") : url)
                .with("to", to)
                .with("format", format)
                .with("events", events)
                .with("space", space)
                .with("description", description);
        return asked.to(rest -> asked.one(rest.post(PATH, body.json())));
    }

    @Command(name = "test", description = "Sends a test now, once.", mixinStandardHelpOptions = true)
    int test(@Mixin Asked asked, @Parameters(paramLabel = "ID", description = "The endpoint's id.") String id) {
        return asked.to(rest -> {
            JsonObject delivery = rest.post(path(id) + "/test", JsonValue.EMPTY_JSON_OBJECT);
            asked.done(delivery, "The test is " + delivery.getString("status") + ".");
        });
    }

    @Command(
            name = "deliveries",
            description = "Lists an endpoint's messages, newest first.",
            mixinStandardHelpOptions = true)
    int deliveries(
            @Mixin Asked asked,
            @Parameters(paramLabel = "ID", description = "The endpoint's id.") String id,
            @Option(names = "--status", description = "Only pending, delivered or failed ones.") @Nullable
                    String status) {
        return asked.to(rest ->
                asked.list(rest.list(path(id) + "/deliveries", Query.all().where("status", status), 100), DELIVERIES));
    }

    @Command(name = "redeliver", description = "Sends a message again.", mixinStandardHelpOptions = true)
    int redeliver(
            @Mixin Asked asked,
            @Parameters(index = "0", paramLabel = "ID", description = "The endpoint's id.") String id,
            @Parameters(index = "1", paramLabel = "DELIVERY", description = "The delivery's id.") String delivery) {
        return asked.to(rest -> {
            JsonObject again = rest.post(
                    path(id) + "/deliveries/" + WireRequest.segment(delivery) + "/redeliver",
                    JsonValue.EMPTY_JSON_OBJECT);
            asked.done(again, delivery + " is " + again.getString("status") + ".");
        });
    }

    private static String path(String id) {
        return PATH + "/" + WireRequest.segment(id);
    }
}
