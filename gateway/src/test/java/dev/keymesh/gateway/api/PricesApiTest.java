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

    @Test
    void aPriceOfTheWholeSchemaIsShownAsItWasWritten() {
        String members = """
                "overrides":[{"when":{"promptTokensAbove":272000,"serviceTier":null,"speed":null,"batch":null,"utc":null},\
                "set":{"inputPerMillion":"5","cachedInputPerMillion":null,"cacheWritePerMillion":null,\
                "cacheWrite1hPerMillion":null,"outputPerMillion":"22.5","audioInputPerMillion":null,\
                "audioCachedInputPerMillion":null,"audioOutputPerMillion":null,"imageInputPerMillion":null,\
                "imageOutputPerMillion":null,"webSearchPerThousand":null,"audioPerHour":null,\
                "charactersPerMillion":null},"multiply":null},\
                {"when":{"promptTokensAbove":null,"serviceTier":"priority","speed":"fast","batch":true,\
                "utc":{"days":["mon","sun"],"from":"22:00","to":"02:00"}},"set":null,"multiply":"2.5"}],\
                "effectiveFrom":"2027-01-01T00:00:00Z","maxOutputTokens":128000,"contextTokens":1050000,\
                "encoding":"o200k_base","worstCaseInputTokens":50000""";
        String body = "{\"provider\":\"p\",\"model\":\"m\",\"inputPerMillion\":\"2.5\",\"outputPerMillion\":\"15\","
                + "\"webSearchPerThousand\":\"10\"," + members + "}";
        assertThat(at.admin("PUT", PATH, body)).contains(members, "\"webSearchPerThousand\":\"10\"");
        assertThat(at.admin("GET", PATH, null)).contains(members);
    }

    @Test
    void theOneInForceIsReplacedAndThoseThatComeStay() {
        String body = "{\"provider\":\"p\",\"model\":\"m\",\"outputPerMillion\":\"1\",\"inputPerMillion\":";
        at.admin("PUT", PATH, body + "\"1\"}");
        at.admin("PUT", PATH, body + "\"2\",\"effectiveFrom\":\"2999-01-01T00:00:00Z\"}");
        at.admin("PUT", PATH, body + "\"3\"}");
        assertThat(at.admin("GET", PATH, null))
                .doesNotContain("\"inputPerMillion\":\"1\"")
                .contains("\"inputPerMillion\":\"2\"", "\"inputPerMillion\":\"3\"");
    }

    @Test
    void theShippedOnesAreShownWhereTheyAreAskedFor() {
        assertThat(at.admin("GET", PATH + "?source=catalogue&model=claude-opus-5-5", null))
                .contains("\"provider\":\"anthropic\"", "\"source\":\"O,P,G\"", "\"cacheWrite1hPerMillion\":\"8\"");
        at.refused(400, "own or catalogue", "GET", PATH + "?source=theirs", null);
    }

    @Test
    void aConditionThatSaysNothingOrNothingKnownIsRefusedWithItsPlace() {
        String[][] rows = {
            {"{\"when\":{},\"multiply\":\"2\"}", "/overrides/0/when"},
            {"{\"multiply\":\"2\"}", "/overrides/0/when"},
            {"{\"when\":{\"batch\":true}}", "/overrides/0"},
            {"{\"when\":{\"batch\":false},\"multiply\":\"2\"}", "/overrides/0/when/batch"},
            {"{\"when\":{\"speed\":\"slow\"},\"multiply\":\"2\"}", "/overrides/0/when/speed"},
            {"{\"when\":{\"serviceTier\":\"a b\"},\"multiply\":\"2\"}", "/overrides/0/when/serviceTier"},
            {"{\"when\":{\"promptTokensAbove\":-1},\"multiply\":\"2\"}", "/overrides/0/when/promptTokensAbove"},
            {"{\"when\":{\"batch\":true},\"multiply\":\"-2\"}", "/overrides/0/multiply"},
            {"{\"when\":{\"batch\":true},\"set\":{\"inputPerMillion\":\"x\"}}", "/overrides/0/set/inputPerMillion"},
            {
                "{\"when\":{\"utc\":{\"from\":\"25:00\",\"to\":\"02:00\"}},\"multiply\":\"2\"}",
                "/overrides/0/when/utc/from"
            },
            {
                "{\"when\":{\"utc\":{\"days\":[\"m\"],\"from\":\"01:00\",\"to\":\"02:00\"}},\"multiply\":\"2\"}",
                "/overrides/0/when/utc/days"
            },
            {"{\"when\":{\"utc\":{\"from\":\"02:00\",\"to\":\"02:00\"}},\"multiply\":\"2\"}", "/overrides/0/when/utc"},
        };
        for (String[] row : rows) {
            at.refused(
                    422,
                    "\"pointer\":\"" + row[1] + "\"",
                    "PUT",
                    PATH,
                    "{\"provider\":\"p\",\"model\":\"m\",\"inputPerMillion\":\"1\",\"outputPerMillion\":\"1\",\"overrides\":["
                            + row[0] + "]}");
        }
    }
}
