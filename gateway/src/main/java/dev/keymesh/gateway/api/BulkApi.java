package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Claims;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.sdk.wire.BulkKey;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.ProblemError;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Issues many keys at once, all or none: {@code POST /api/v1/spaces/{space}/keys/bulk}, of JSON or of CSV. */
public final class BulkApi implements Resource {
    private static final int MOST = 1_000;
    private static final int MOST_ERRORS = 100;
    private static final Duration USUAL = Duration.ofDays(3);
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Set<String> MEMBERS = Set.of("keys", "deliver", "claimExpiresIn");

    private final Spaces spaces;
    private final KeyIssue issue;
    private final Claims claims;
    private final InstantSource clock;

    public BulkApi(Spaces spaces, KeyIssue issue, Claims claims, InstantSource clock) {
        this.spaces = spaces;
        this.issue = issue;
        this.claims = claims;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.of("POST", "/api/v1/spaces/*/keys/bulk", "keys.create", this::bulk)
                .taking("deliver", "claimExpiresIn")
                .orCsv());
    }

    private ApiResponse bulk(Call call) {
        String space = call.param(0);
        if (!spaces.exists(space)) {
            throw Rejection.noSpace(space);
        }
        Wish wish = call.request().header("content-type").startsWith("text/csv") ? table(call) : object(call);
        if (wish.rows.isEmpty() || wish.rows.size() > MOST) {
            throw Rejection.invalid("/keys", "invalid_count", "must be 1 to " + MOST + " keys", "Send them in parts.");
        }
        List<KeyIssue.Ready> ready = ready(call, space, wish.rows);
        List<String> tokens = new ArrayList<>();
        Instant end = clock.instant().plus(wish.links == null ? USUAL : wish.links);
        List<VirtualKeys.Issued> issued = issue.issueAll(call.actor(), ready, made -> {
            if (wish.links != null) {
                tokens.addAll(claims.offer(made, end));
            }
        });
        String links = call.request().header(ApiRequest.ADDRESS) + "/claim/";
        List<BulkKey> keys = new ArrayList<>();
        for (int i = 0; i < issued.size(); i++) {
            keys.add(wire(issued.get(i), tokens.isEmpty() ? null : links + tokens.get(i), end));
        }
        return ApiResponse.created(Page.last(keys));
    }

    /** Every key is looked at before the first is issued. */
    private List<KeyIssue.Ready> ready(Call call, String space, List<BulkRow> rows) {
        List<KeyIssue.Ready> ready = new ArrayList<>();
        List<ProblemError> errors = new ArrayList<>();
        for (BulkRow row : rows) {
            try {
                ready.add(issue.top(call.actor(), space, KeyWish.of(row.written())));
            } catch (Rejection e) {
                if (e.errors.isEmpty()) {
                    throw e;
                }
                e.errors.forEach(error -> errors.add(row.placed().apply(error)));
            }
            if (errors.size() >= MOST_ERRORS) {
                break;
            }
        }
        if (!errors.isEmpty()) {
            throw Rejection.invalid(errors);
        }
        return ready;
    }

    private static Wish table(Call call) {
        List<BulkRow> rows = BulkCsv.read(call.request().body());
        rows.forEach(row -> Plain.check(row.written(), ""));
        return new Wish(rows, links(call.asked("deliver"), call.asked("claimExpiresIn"), "?"));
    }

    private static Wish object(Call call) {
        if (call.asked("deliver") != null || call.asked("claimExpiresIn") != null) {
            throw Rejection.malformed("With a JSON body 'deliver' and 'claimExpiresIn' are members of it.");
        }
        JsonObject body = Bodies.object(call.request().body());
        for (String name : body.keySet()) {
            if (!MEMBERS.contains(name)) {
                throw Rejection.invalid(
                        "/" + jakarta.json.Json.encodePointer(name),
                        "unknown_member",
                        "is not a member here",
                        Nearest.fix(name, MEMBERS));
            }
        }
        if (!(body.get("keys") instanceof JsonArray keys)) {
            throw Rejection.invalid("/keys", "wrong_type", "must be a list of keys", null);
        }
        List<BulkRow> rows = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            rows.add(row("/keys/" + i, keys.get(i)));
        }
        return new Wish(rows, links(text(body, "deliver"), text(body, "claimExpiresIn"), "/"));
    }

    private static BulkRow row(String pointer, JsonValue value) {
        if (!(value instanceof JsonObject key)) {
            throw Rejection.invalid(pointer, "wrong_type", "must be an object", null);
        }
        return new BulkRow(
                key, error -> new ProblemError(pointer + error.pointer(), error.code(), error.detail(), error.fix()));
    }

    private static @Nullable String text(JsonObject body, String name) {
        JsonValue value = body.get(name);
        if (value == null || value.getValueType() == JsonValue.ValueType.NULL) {
            return null;
        }
        if (!(value instanceof JsonString text)) {
            throw Rejection.invalid("/" + name, "wrong_type", "must be a string", null);
        }
        return text.getString();
    }

    /** How long links are good; null is that the secrets are in the answer. */
    private static @Nullable Duration links(@Nullable String deliver, @Nullable String expiresIn, String prefix) {
        boolean claim = "claim".equals(deliver);
        if (deliver != null && !claim && !deliver.equals("secret")) {
            throw Rejection.invalid(prefix + "deliver", "invalid", "must be secret or claim", null);
        }
        if (expiresIn == null) {
            return claim ? USUAL : null;
        }
        Duration period = Checks.duration(expiresIn, prefix + "claimExpiresIn", SHORTEST, LONGEST);
        if (!claim) {
            throw Rejection.invalid(
                    prefix + "claimExpiresIn", "not_here", "is for links", "Set 'deliver' to claim, or leave it out.");
        }
        return period;
    }

    private static BulkKey wire(VirtualKeys.Issued issued, @Nullable String link, Instant end) {
        VirtualKey key = issued.key();
        return new BulkKey(
                key.id(),
                link == null ? issued.secret() : null,
                link,
                link == null ? null : end,
                key.hint(),
                key.title(),
                key.space(),
                key.workspace(),
                key.owner(),
                key.tags(),
                key.externalId(),
                key.createdAt(),
                key.expiresAt());
    }

    /** What is wanted: the keys, and how long their links are to be good, null where there are none. */
    private record Wish(List<BulkRow> rows, @Nullable Duration links) {}
}
