package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls under a budget where the price says more than the base rates. */
class PricedCallTest {
    private static final String URL =
            ",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://e.test/a\"}}]}]}";

    private TestGateway at;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(folder);
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void aModelOfTheCatalogueNeedsNoPriceOfOnesOwn() {
        TestGateway.Key key = at.issue("1.00");
        assertThat(chat(key, "deepseek-v4-pro", "").statusCode()).isEqualTo(200);
        assertThat(chat(key, "deepseek-v4-unknown", "").statusCode()).isEqualTo(403);
    }

    @Test
    void inputByReferenceIsHeldAtTheWorstCaseThatThePriceStates() {
        price("seen", "\"inputPerMillion\":\"1000\",\"worstCaseInputTokens\":1000");
        TestGateway.Key key = at.issue("1.00");
        String body = "{\"model\":\"seen\",\"max_tokens\":1" + URL;
        HttpResponse<String> refused = at.chat(key.secret(), body);
        assertThat(refused.body()).contains("keymesh_budget_exceeded");
        assertThat(chat(key, "seen", "").statusCode()).isEqualTo(200);
        assertThat(at.chat(at.issue("20.00").secret(), body).statusCode()).isEqualTo(200);
        price("seen", "\"inputPerMillion\":\"1000\"");
        assertThat(at.chat(at.issue("20.00").secret(), body).body()).contains("keymesh_unbounded_input");
    }

    @Test
    void aTierIsServedUnderABudgetWhereThePriceHasIt() {
        price("tiered", "\"inputPerMillion\":\"1\"");
        TestGateway.Key key = at.issue("1.00");
        String tier = ",\"service_tier\":\"priority\"";
        assertThat(chat(key, "tiered", tier).body()).contains("keymesh_model_unpriced");
        price(
                "tiered",
                "\"inputPerMillion\":\"1\",\"overrides\":[{\"when\":{\"serviceTier\":\"priority\"},\"multiply\":\"3\"}]");
        assertThat(chat(key, "tiered", tier).statusCode()).isEqualTo(200);
        assertThat(chat(key, "tiered", ",\"service_tier\":\"scale\"").body()).contains("keymesh_model_unpriced");
    }

    @Test
    void whereNoTierIsNamedTheDearestThatThePriceHasIsHeld() {
        price(
                "dear",
                "\"inputPerMillion\":\"1\",\"overrides\":[{\"when\":{\"serviceTier\":\"priority\"},\"multiply\":\"9999\"}]");
        TestGateway.Key key = at.issue("0.50");
        assertThat(chat(key, "dear", "").body()).contains("keymesh_budget_exceeded");
        assertThat(chat(key, "dear", ",\"service_tier\":\"default\"").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aPriceOfTheFutureDoesNotCountYet() {
        price("soon", "\"inputPerMillion\":\"1\",\"effectiveFrom\":\"2999-01-01T00:00:00Z\"");
        assertThat(chat(at.issue("1.00"), "soon", "").body()).contains("keymesh_model_unpriced");
    }

    private HttpResponse<String> chat(TestGateway.Key key, String model, String more) {
        return at.chat(
                key.secret(),
                "{\"model\":\"" + model + "\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                        + more + "}");
    }

    private void price(String model, String members) {
        at.admin(
                "PUT",
                "/api/v1/prices",
                "{\"provider\":\"fake\",\"model\":\"" + model + "\",\"outputPerMillion\":\"1\"," + members + "}");
    }
}
