package dev.keymesh.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.sdk.wire.Budget;
import dev.keymesh.sdk.wire.BulkKeys;
import dev.keymesh.sdk.wire.CheckRequest;
import dev.keymesh.sdk.wire.NewBudget;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.NewManagementKey;
import dev.keymesh.sdk.wire.NewPermissionSet;
import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.NewProvider;
import dev.keymesh.sdk.wire.NewSettlement;
import dev.keymesh.sdk.wire.NewSpace;
import dev.keymesh.sdk.wire.NewWebhookEndpoint;
import dev.keymesh.sdk.wire.NewWorkspace;
import dev.keymesh.sdk.wire.WebhookRotation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which request each method of the client sends. */
class RoutesTest {
    private static final Query NEXT = Query.all().limit(50).after("c+/=");

    @Test
    void everyMethodSendsItsRequest() {
        Map<String, Consumer<Keymesh>> requests = new LinkedHashMap<>();
        requests.put("GET /api/v1/whoami", k -> k.account().whoami());
        requests.put("GET /api/v1/self", k -> k.account().self());
        requests.put("POST /api/v1/self/revoke", k -> k.account().revokeSelf());
        requests.put("POST /api/v1/spaces", k -> k.spaces().create(new NewSpace("s", null)));
        requests.put(
                "GET /api/v1/spaces?limit=50&cursor=c%2B%2F%3D", k -> k.spaces().list(NEXT));
        requests.put("GET /api/v1/spaces/s", k -> k.spaces().get("s"));
        requests.put("PATCH /api/v1/spaces/s", k -> k.spaces().patch("s", Patch.none()));
        requests.put("POST /api/v1/spaces/s/disable", k -> k.spaces().disable("s"));
        requests.put("POST /api/v1/spaces/s/enable", k -> k.spaces().enable("s"));
        requests.put(
                "POST /api/v1/spaces/s/keys/bulk",
                k -> k.spaces().keys().in("s").issueAll(new BulkKeys(List.of(NewKey.titled("t")), null, null)));
        requests.put(
                "POST /api/v1/management-keys",
                k -> k.managementKeys().issue(new NewManagementKey("CI", "validator", null, null)));
        requests.put("GET /api/v1/management-keys", k -> k.managementKeys().list(Query.all()));
        requests.put(
                "POST /api/v1/management-keys/mgk_1/revoke",
                k -> k.managementKeys().revoke("mgk_1"));
        requests.put(
                "POST /api/v1/permission-sets",
                k -> k.permissionSets().create(new NewPermissionSet("s", List.of("keys.read"))));
        requests.put("GET /api/v1/permission-sets", k -> k.permissionSets().list(Query.all()));
        requests.put("POST /api/v1/keys/check", k -> k.spaces().keys().check(CheckRequest.ofModel("m")));
        requests.put(
                "POST /api/v1/keys/key_1/children", k -> k.spaces().keys().issueChild("key_1", NewKey.titled("t")));
        requests.put("POST /api/v1/spaces/default/keys", k -> k.spaces().keys().issue(NewKey.titled("t")));
        requests.put(
                "GET /api/v1/spaces/default/keys?limit=50&cursor=c%2B%2F%3D",
                k -> k.spaces().keys().list(NEXT));
        requests.put(
                "GET /api/v1/spaces/a%2Fb/keys?owner=ana%40example.com",
                k -> k.spaces().keys().in("a/b").list(Query.all().where("owner", "ana@example.com")));
        requests.put("GET /api/v1/keys/key_1", k -> k.spaces().keys().get("key_1"));
        requests.put("GET /api/v1/keys/..%2Fspaces", k -> k.spaces().keys().get("../spaces"));
        requests.put("PATCH /api/v1/keys/key_1", k -> k.spaces().keys().patch("key_1", Patch.none()));
        requests.put("POST /api/v1/keys/key_1/revoke", k -> k.spaces().keys().revoke("key_1"));
        requests.put("POST /api/v1/keys/key_1/disable", k -> k.spaces().keys().disable("key_1"));
        requests.put("POST /api/v1/keys/key_1/enable", k -> k.spaces().keys().enable("key_1"));
        requests.put("POST /api/v1/keys/validate", k -> k.spaces().keys().validate("km-x"));
        requests.put(
                "POST /api/v1/spaces/default/workspaces",
                k -> k.spaces().workspaces().create(new NewWorkspace("acme", null, null, null, null)));
        requests.put(
                "GET /api/v1/spaces/s/workspaces",
                k -> k.spaces().workspaces().in("s").list(Query.all()));
        requests.put(
                "GET /api/v1/spaces/default/workspaces/acme",
                k -> k.spaces().workspaces().get("acme"));
        requests.put(
                "PATCH /api/v1/spaces/default/workspaces/acme",
                k -> k.spaces().workspaces().patch("acme", Patch.none()));
        requests.put(
                "DELETE /api/v1/spaces/default/workspaces/acme",
                k -> k.spaces().workspaces().delete("acme"));
        requests.put("POST /api/v1/providers", k -> k.providers().create(NewProvider.of("n", "openai", null, "sk")));
        requests.put("GET /api/v1/providers", k -> k.providers().list(Query.all()));
        requests.put("GET /api/v1/providers/prv_1", k -> k.providers().get("prv_1"));
        requests.put("PATCH /api/v1/providers/prv_1", k -> k.providers().patch("prv_1", Patch.none()));
        requests.put("DELETE /api/v1/providers/prv_1", k -> k.providers().delete("prv_1"));
        requests.put("POST /api/v1/providers/prv_1/test", k -> k.providers().test("prv_1"));
        requests.put("POST /api/v1/providers/prv_1/rotate", k -> k.providers().rotate("prv_1", "sk"));
        requests.put("PUT /api/v1/prices", k -> k.prices().put(NewPrice.of("p", "m", "1", null, "2")));
        requests.put("GET /api/v1/prices", k -> k.prices().list(Query.all()));
        requests.put(
                "DELETE /api/v1/prices?provider=p&model=a%2Fb", k -> k.prices().delete("p", "a/b"));
        requests.put("PUT /api/v1/budgets", k -> k.budgets().put(NewBudget.usd("account", "monthly", "5")));
        requests.put(
                "GET /api/v1/budgets?scope=key%3Akey_1",
                k -> k.budgets().list(Query.all().where("scope", "key:key_1")));
        requests.put(
                "DELETE /api/v1/budgets?scope=account&period=total",
                k -> k.budgets().delete("account", "total"));
        requests.put(
                "DELETE /api/v1/budgets?scope=account&period=total&unit=tokens&model=m",
                k -> k.budgets()
                        .delete(new Budget(
                                "account", null, "m", "tokens", "total", "5", "0", "0", "5", null, List.of(), null,
                                null)));
        requests.put(
                "GET /api/v1/usage?groupBy=key%2Cmodel&start=2026-11-01T00%3A00%3A00Z",
                k -> k.usage(Query.all().groupBy("key", "model").from(Instant.parse("2026-11-01T00:00:00Z"))));
        requests.put("GET /api/v1/requests", k -> k.requests().list(Query.all()));
        requests.put("GET /api/v1/requests/req_1", k -> k.requests().get("req_1"));
        requests.put(
                "POST /api/v1/requests/req_1/settlement",
                k -> k.requests().settle("req_1", new NewSettlement("0.1", "the bill")));
        requests.put(
                "POST /api/v1/webhook-endpoints",
                k -> k.webhookEndpoints().create(NewWebhookEndpoint.standard("https://a.example/", "*")));
        requests.put("GET /api/v1/webhook-endpoints", k -> k.webhookEndpoints().list(Query.all()));
        requests.put(
                "GET /api/v1/webhook-endpoints/whe_1", k -> k.webhookEndpoints().get("whe_1"));
        requests.put(
                "PATCH /api/v1/webhook-endpoints/whe_1",
                k -> k.webhookEndpoints().patch("whe_1", Patch.none()));
        requests.put(
                "DELETE /api/v1/webhook-endpoints/whe_1",
                k -> k.webhookEndpoints().delete("whe_1"));
        requests.put(
                "POST /api/v1/webhook-endpoints/whe_1/rotate",
                k -> k.webhookEndpoints().rotate("whe_1", new WebhookRotation("PT0S")));
        requests.put(
                "POST /api/v1/webhook-endpoints/whe_1/test",
                k -> k.webhookEndpoints().test("whe_1"));
        requests.put(
                "GET /api/v1/webhook-endpoints/whe_1/deliveries?status=failed",
                k -> k.webhookEndpoints().deliveries("whe_1", Query.all().where("status", "failed")));
        requests.put(
                "POST /api/v1/webhook-endpoints/whe_1/deliveries/whd_1/redeliver",
                k -> k.webhookEndpoints().redeliver("whe_1", "whd_1"));
        requests.put("GET /api/v1/events?limit=1", k -> k.events(Query.all().limit(1)));

        requests.forEach((line, act) -> {
            AtomicReference<String> sent = new AtomicReference<>("nothing");
            act.accept(Keymesh.over(request -> {
                sent.set(request.method() + " " + request.path());
                return new WireResponse(200, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
            }));
            assertThat(sent.get()).isEqualTo(line);
        });
    }

    @Test
    void clientWithoutACredentialPresentsNone() {
        Keymesh.over(request -> {
                    assertThat(request.header("Authorization")).isNull();
                    return new WireResponse(200, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
                })
                .account()
                .whoami();
    }
}
