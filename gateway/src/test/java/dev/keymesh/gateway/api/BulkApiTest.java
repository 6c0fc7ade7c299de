package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class BulkApiTest extends OnTestApi {
    private static final String KEYS = "/api/v1/spaces/default/keys";
    private static final String PATH = KEYS + "/bulk";

    @Test
    void everyKeyIsIssuedAsItIsWrittenWithItsSecretOnce() {
        at.admin("POST", "/api/v1/spaces/default/workspaces", "{\"id\":\"acme\"}");
        String answer = at.admin("POST", PATH, json("""
                {'keys':[{'title':'a','workspace':'acme','owner':'ana@example.com','tags':['x','y'],'externalId':'7',
                  'budget':{'amount':'5.00','period':'monthly'},'policy':{'allowedModels':['m']}},{'title':'b'}]}"""));
        assertThat(answer)
                .contains("\"title\":\"a\"", "\"workspace\":\"acme\"", "\"owner\":\"ana@example.com\"", "[\"x\",\"y\"]")
                .contains("\"externalId\":\"7\"", "\"secret\":\"km-", "\"claimUrl\":null");
        String id = TestApi.member(answer, "id");
        assertThat(at.admin("GET", "/api/v1/keys/" + id, null)).contains("\"allowedModels\":[\"m\"]");
        assertThat(at.admin("GET", "/api/v1/budgets?scope=key:" + id, null)).contains("\"amount\":\"5\"");
        String secret = TestApi.member(answer, "secret");
        assertThat(at.admin("POST", "/api/v1/keys/validate", json("{'key':'" + secret + "'}")))
                .contains("\"valid\":true");
        String events = at.admin("GET", "/api/v1/events", null);
        assertThat(events.split("keys.create", -1)).hasSize(4);
        assertThat(events).contains(id).doesNotContain(secret);
    }

    @Test
    void eachRowThatIsWrongIsNamedAndNoneIsIssued() {
        String before = at.admin("GET", KEYS, null);
        TestApi.Answer answer = at.send("POST", PATH, at.root, json("""
                {'keys':[{'title':'a'},{'title':''},{'title':'b','ownr':'x'},{'title':'c','budget':{'amount':'x','period':'total'}},
                 {'title':'d','workspace':'none'},{'title':'e','policy':{'allowedModels':['a*b*']}},
                 {'title':'f','budget':{'period':'total'}},{'title':'g','expiresAt':'2020-01-01T00:00:00Z'},{'title':1}]}"""));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body())
                .contains("\"/keys/1/title\"", "\"/keys/2/ownr\"", "\"/keys/3/budget/amount\"", "\"/keys/4/workspace\"")
                .contains("\"/keys/5/policy/allowedModels/0\"", "\"/keys/6/budget/amount\"", "\"/keys/7/expiresAt\"")
                .contains("\"/keys/8/title\"", "and 7 more")
                .doesNotContain("/keys/0");
        assertThat(at.admin("GET", KEYS, null)).isEqualTo(before);
    }

    @Test
    void aTableIsReadByItsHeaderAndAnEmptyCellNamesNothing() {
        at.admin(
                "PATCH",
                "/api/v1/spaces/default/workspaces/default",
                json("{'keyDefaults':{'budget':{'amount':'9','period':'monthly'},'tags':['default']}}"));
        String answer = table("\uFEFFtitle,owner,tags,externalId,budgetAmount,budgetPeriod,expiresAt,allowedModels\r\n"
                + "\"Ana, \"\"A\"\"\",ana@example.com,x; y,7,5.00,weekly,2999-01-01T00:00:00Z,gpt-5.4;gpt-*\r\n"
                + "\r\n"
                + "Bob,,,,,,,\n"
                + "Cem,,,,none,,none,");
        assertThat(answer)
                .contains(
                        "\"title\":\"Ana, \\\"A\\\"\"",
                        "\"tags\":[\"x\",\"y\"]",
                        "\"expiresAt\":\"2999-01-01T00:00:00Z\"")
                .contains("\"title\":\"Bob\"", "\"tags\":[\"default\"]", "\"owner\":null");
        String[] ids = answer.split("\"id\":\"", -1);
        String[] budgets = {"\"period\":\"weekly\"", "\"amount\":\"9\"", "\"data\":[]"};
        for (int i = 0; i < 3; i++) {
            String id = ids[i + 1].substring(0, ids[i + 1].indexOf('"'));
            assertThat(at.admin("GET", "/api/v1/budgets?scope=key:" + id, null)).contains(budgets[i]);
        }
    }

    @Test
    void whatIsWrongInATableIsNamedByLineAndColumn() {
        String before = at.admin("GET", KEYS, null);
        String[][] wrong = {
            {"tittle\na", "line 1: tittle", "Did you mean 'title'?"},
            {"title,title\na,b", "line 1: title", "twice"},
            {"title\na\n\"b", "line 3", "not closed"},
            {"title,owner\na", "line 2", "1 cells"},
            {"title,budgetAmount,budgetPeriod\na,1,monthly\n\"b\nc\",x,monthly", "line 3: budgetAmount", "decimal"},
            {"title,budgetPeriod\na,monthly", "line 2: budgetAmount", "missing"},
            {"title,budgetAmount\na,1", "line 2: budgetPeriod", "monthly"},
            {"title,expiresAt\na,tomorrow", "line 2: expiresAt", "instant"},
            {"title,allowedModels\na,ok\nb,x*y*", "line 3: allowedModels", "pattern"},
            {"owner\na", "line 2: title", "characters"},
            {"title\n", "/keys", "1 to 1000"},
            {"", "line 1", "name the columns"},
        };
        for (String[] row : wrong) {
            TestApi.Answer answer =
                    at.send("POST", PATH, at.root, row[0].isEmpty() ? " " : row[0], "content-type", "text/csv");
            assertThat(answer.status()).as(row[0] + answer.body()).isEqualTo(422);
            assertThat(answer.body()).as(row[0]).contains("\"" + row[1] + "\"", row[2]);
        }
        assertThat(at.admin("GET", KEYS, null)).isEqualTo(before);
    }

    @Test
    void whatTheBodyIsAboutIsCheckedToo() {
        at.refused(422, "/keys", "POST", PATH, "{}");
        at.refused(422, "/keys", "POST", PATH, "{\"keys\":[]}");
        at.refused(422, "/keys/0", "POST", PATH, "{\"keys\":[1]}");
        at.refused(422, "/deliver", "POST", PATH, json("{'keys':[{'title':'a'}],'deliver':'mail'}"));
        at.refused(422, "/claimExpiresIn", "POST", PATH, json("{'keys':[{'title':'a'}],'claimExpiresIn':'PT1H'}"));
        at.refused(
                422,
                "/claimExpiresIn",
                "POST",
                PATH,
                json("{'keys':[{'title':'a'}],'deliver':'claim','claimExpiresIn':'P1Y'}"));
        at.refused(422, "Did you mean 'deliver'?", "POST", PATH, json("{'keys':[{'title':'a'}],'delivery':'claim'}"));
        at.refused(400, "members of it", "POST", PATH + "?deliver=claim", json("{'keys':[{'title':'a'}]}"));
        at.refused(404, "no space", "POST", "/api/v1/spaces/none/keys/bulk", json("{'keys':[{'title':'a'}]}"));
        String many = String.join(",", Collections.nCopies(1_001, "{'title':'a'}"));
        at.refused(422, "1 to 1000", "POST", PATH, json("{'keys':[" + many + "]}"));
        assertThat(at.send("POST", KEYS, at.root, "title\na", "content-type", "text/csv")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void manyKeysAreIssuedTogetherAndARepeatedRequestIssuesNoneTwice() {
        String many =
                String.join(",", Collections.nCopies(300, "{'title':'a','budget':{'amount':'1','period':'monthly'}}"));
        String body = json("{'keys':[" + many + "],'deliver':'claim'}");
        long start = System.nanoTime();
        TestApi.Answer answer = at.send("POST", PATH, at.root, body, "idempotency-key", "once");
        System.out.printf("300 keys with budgets and links in %d ms%n", (System.nanoTime() - start) / 1_000_000);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().split("\"claimUrl\":\"/claim/", -1)).hasSize(301);
        TestApi.Answer again = at.send("POST", PATH, at.root, body, "idempotency-key", "once");
        assertThat(again.headers()).containsEntry("idempotency-replayed", "true");
        assertThat(again.body()).isEqualTo(answer.body());
    }

    private String table(String csv) {
        TestApi.Answer answer = at.send("POST", PATH, at.root, csv, "content-type", "text/csv; charset=utf-8");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.body();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
