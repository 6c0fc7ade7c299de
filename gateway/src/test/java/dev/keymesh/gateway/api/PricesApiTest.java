package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PricesApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/prices";

    @Test
    void aPriceIsExactAndEachChangeIsANewVersion() {
        String body = """
                {"provider":"openai","model":"gpt-5.4","inputPerMillion":"2.50","cachedInputPerMillion":"0.25",
                 "outputPerMillion":"15.000000001"}""";
        String first = at.admin("PUT", PATH, body);
        assertThat(first)
                .contains(
                        "\"inputPerMillion\":\"2.5\"",
                        "\"cachedInputPerMillion\":\"0.25\"",
                        "\"outputPerMillion\":\"15.000000001\"",
                        "\"cacheWritePerMillion\":null");
        assertThat(TestApi.member(at.admin("PUT", PATH, body), "version"))
                .startsWith("prc_")
                .isNotEqualTo(TestApi.member(first, "version"));
        at.admin("DELETE", PATH + "?provider=openai&model=gpt-5.4", null);
        assertThat(at.admin("GET", PATH, null)).contains("\"data\":[]");
        at.refused(404, "not_found", "DELETE", PATH + "?provider=openai&model=gpt-5.4", null);
    }

    @Test
    void anAmountThatIsNoDecimalStringIsRefused() {
        for (String amount : new String[] {"\"-1\"", "\"1e3\"", "\"1.0000000001\"", "\"\"", "2.5", "null", "\"1,5\""}) {
            at.refused(
                    422,
                    "\"pointer\":\"/inputPerMillion\"",
                    "PUT",
                    PATH,
                    "{\"provider\":\"p\",\"model\":\"m\",\"outputPerMillion\":\"1\",\"inputPerMillion\":" + amount
                            + "}");
        }
    }

    @Test
    void aRefusedDeletionLeavesNoEvent() {
        at.refused(404, "not_found", "DELETE", PATH + "?provider=demo&model=demo-small", null);
        assertThat(at.admin("GET", "/api/v1/events", null)).doesNotContain("prices.write");
    }

    @Test
    void aListPagesNewestFirst() {
        for (String model : new String[] {"a", "b", "c"}) {
            at.admin(
                    "PUT",
                    PATH,
                    "{\"provider\":\"p\",\"model\":\"" + model
                            + "\",\"inputPerMillion\":\"1\",\"outputPerMillion\":\"1\"}");
        }
        String first = at.admin("GET", PATH + "?limit=2&provider=p", null);
        assertThat(first).contains("\"model\":\"c\"", "\"model\":\"b\"").doesNotContain("\"model\":\"a\"");
        assertThat(at.admin("GET", PATH + "?cursor=" + TestApi.member(first, "nextCursor"), null))
                .contains("\"model\":\"a\"")
                .doesNotContain("\"model\":\"b\"");
        at.refused(400, "limit", "GET", PATH + "?limit=101", null);
    }
}
