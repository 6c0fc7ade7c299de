package dev.keymesh.gateway;

import static dev.keymesh.gateway.TestGateway.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Files and batches that a provider keeps: who finds them, what they hold, and what they cost in the end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchesTest {
    /** At 1 USD a million tokens out, and in by half in a batch: what the lines of {@link #line} are bounded by. */
    private static final String OUT = "1.00";

    private static final String REFUSED = """
            {"id":"r","custom_id":"c","response":{"status_code":400,"body":{"error":{"message":"bad"}}},"error":null}""";
    private static final String SUCCEEDED = """
            {"custom_id":"c%1$s","result":{"type":"succeeded","message":{"type":"message","model":"c-20260101",\
            "content":[],"usage":{"input_tokens":%2$d,"output_tokens":%3$d,"service_tier":"batch"}}}}""";

    Path folder;
    TestGateway at;
    FakeKeeper kept;
    TestGateway.Key key;
    private int workspaces;

    GatewayConfig config(Path data) {
        return GatewayConfig.embedded(data);
    }

    @BeforeAll
    void open(@TempDir Path given) {
        folder = given;
        at = new TestGateway(config(folder));
        kept = at.provider.kept;
        furnish(at);
    }

    static void furnish(TestGateway gateway) {
        gateway.admin("PUT", "/api/v1/prices", """
                {"provider":"fake","model":"m","inputPerMillion":"2.00","outputPerMillion":"%s",
                 "overrides":[{"when":{"batch":true},"multiply":"0.5"}]}""".formatted(OUT));
        gateway.admin(
                "POST",
                "/api/v1/providers",
                "{\"name\":\"claude\",\"kind\":\"anthropic\",\"baseUrl\":\"" + gateway.provider.anthropicUrl()
                        + "\",\"credential\":\"canary-credential-1234567890\"}");
        for (String model : new String[] {"c", "d"}) {
            gateway.admin("PUT", "/api/v1/prices", """
                    {"provider":"claude","model":"%s","inputPerMillion":"4.00","outputPerMillion":"20.00",
                     "overrides":[{"when":{"batch":true},"multiply":"0.5"}]}""".formatted(model));
        }
    }

    @AfterAll
    void close() {
        at.close();
    }

    @BeforeEach
    void another() {
        kept.asked.clear();
        kept.refusesBatches = 0;
        key = issue("1.00");
    }

    /** A key in a workspace of its own. */
    private TestGateway.Key issue(String amount) {
        String workspace = "w" + ++workspaces;
        at.admin(
                "POST",
                "/api/v1/spaces/default/workspaces",
                "{\"id\":\"" + workspace + "\",\"title\":\"w\",\"environment\":\"live\"}");
        return issue(workspace, amount, "");
    }

    private TestGateway.Key issue(String workspace, String amount, String more) {
        String answer = at.admin(
                "POST",
                "/api/v1/spaces/default/keys",
                "{\"title\":\"t\",\"workspace\":\"" + workspace + "\",\"budget\":{\"amount\":\"" + amount
                        + "\",\"currency\":\"USD\",\"period\":\"monthly\"}" + more + "}");
        return new TestGateway.Key(member(answer, "id"), member(answer, "secret"));
    }

    static String line(int id, int cap) {
        return "{\"custom_id\":\"c" + id + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                + TestGateway.body(cap, "") + "}";
    }

    private HttpResponse<String> upload(TestGateway.Key by, String purpose, String content) {
        String form = String.join(
                "\r\n",
                "--b",
                "Content-Disposition: form-data; name=\"file\"; filename=\"x.jsonl\"",
                "Content-Type: application/octet-stream",
                "",
                content,
                "--b",
                "Content-Disposition: form-data; name=\"purpose\"",
                "",
                purpose,
                "--b--",
                "");
        return at.send("POST", "/v1/files", by.secret(), form, "Content-Type", "multipart/form-data; boundary=b");
    }

    String uploaded(String... lines) {
        HttpResponse<String> answer = upload(key, "batch", String.join("\n", lines));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return member(answer.body(), "id");
    }

    private HttpResponse<String> make(TestGateway.Key by, String file) {
        return at.send(
                "POST",
                "/v1/batches",
                by.secret(),
                "{\"input_file_id\":\"" + file
                        + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}");
    }

    String made(String file) {
        HttpResponse<String> answer = make(key, file);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return member(answer.body(), "id");
    }

    private HttpResponse<String> makeMessages(TestGateway.Key by, String... requests) {
        return at.send(
                "POST",
                "/v1/messages/batches",
                by.secret(),
                "{\"requests\":[" + String.join(",", requests) + "]}",
                "anthropic-version",
                "2023-06-01");
    }

    private static String message(String id, String model, int cap) {
        return "{\"custom_id\":\"" + id + "\",\"params\":{\"model\":\"" + model + "\",\"max_tokens\":" + cap
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}}";
    }

    private HttpResponse<String> get(TestGateway.Key by, String path, String... headers) {
        return at.send("GET", path, by.secret(), null, headers);
    }

    static String answered(int id, int input, int output) {
        return """
                {"id":"r%1$s","custom_id":"c%1$s","response":{"status_code":200,"request_id":"q","body":{"id":"x",\
                "model":"m","choices":[],"usage":{"prompt_tokens":%2$d,"completion_tokens":%3$d,"total_tokens":%4$d}}},\
                "error":null}""".formatted(id, input, output, input + output);
    }

    /** The most that {@link #line} costs in a batch: its body's bytes, 16 for the message, and its cap. */
    private static long bound(int cap) {
        return TestGateway.body(cap, "").length() + 16L + (cap + 1) / 2;
    }

    static void soon(BooleanSupplier holds) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never came").isLessThan(until);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static String usd(long nanos) {
        return dev.keymesh.gateway.price.Usd.format(nanos);
    }

    @Test
    void aBatchHoldsWhatItMayCostAndIsSettledToTheNanoDollar() {
        String batch = made(uploaded(line(1, 1_000), line(2, 2_000)));
        long held = 1_000 * (bound(1_000) + bound(2_000));
        assertThat(at.budget(key)).contains("\"held\":\"" + usd(held) + "\"", "\"spent\":\"0\"");
        assertThat(get(key, "/v1/batches/" + batch).body()).contains("in_progress");
        assertThat(at.budget(key)).contains("\"held\":\"" + usd(held) + "\"");

        kept.finish(batch, "completed", answered(1, 7, 5), answered(2, 11, 3), REFUSED);
        // It counts what was answered, not what was refused.
        kept.finish(batch, "completed", 2, answered(1, 7, 5), answered(2, 11, 3), REFUSED);
        assertThat(get(key, "/v1/batches/" + batch).body()).contains("completed");
        long spent = 1_000 * 18 + 500 * 5 + 500 * 3;
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"" + usd(spent) + "\"");
        assertThat(at.admin("GET", "/api/v1/requests?key=" + key.id(), null))
                .contains(
                        "\"operation\":\"batches.create\"",
                        "\"settlement\":\"reported\"",
                        "\"inputTokens\":18",
                        "\"outputTokens\":8",
                        "\"cost\":\"" + usd(spent) + "\"");
    }

    @Test
    void aBatchThatDoesNotFitIsRefusedAndOnlyItsFileWasSent() {
        TestGateway.Key poor = issue("w" + workspaces, usd(1_000 * bound(1_000)), "");
        String fits = uploaded(line(1, 1_000));
        String file = uploaded(line(1, 1_001), line(2, 1));
        kept.asked.clear();
        HttpResponse<String> refused = make(poor, file);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("keymesh_budget_exceeded");
        assertThat(kept.asked).isEmpty();
        assertThat(at.budget(poor)).contains("\"held\":\"0\"", "\"spent\":\"0\"");
        assertThat(make(poor, fits).statusCode()).isEqualTo(200);
        assertThat(make(poor, fits).body()).contains("keymesh_budget_held");
    }

    @Test
    void aBatchOfMessagesIsChargedModelByModelAndItsResultsAreHere() {
        HttpResponse<String> answer =
                makeMessages(key, message("1", "c", 1_000), message("2", "d", 500), message("3", "c", 9));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String batch = member(answer.body(), "id");
        assertThat(at.budget(key)).doesNotContain("\"held\":\"0\"").contains("\"spent\":\"0\"");
        kept.finishMessages(
                batch,
                SUCCEEDED.formatted(1, 100, 10),
                SUCCEEDED.formatted(2, 50, 20).replace("c-20260101", "d"),
                "{\"custom_id\":\"3\",\"result\":{\"type\":\"expired\"}}");
        String ended = get(key, "/v1/messages/batches/" + batch).body();
        assertThat(ended)
                .contains("\"results_url\":\"/v1/messages/batches/" + batch + "/results\"")
                .doesNotContain("vendor.invalid");
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"" + usd(2_000 * 150 + 10_000 * 30) + "\"");
        String rows = at.admin("GET", "/api/v1/usage?groupBy=model&key=" + key.id(), null);
        assertThat(rows)
                .contains("\"cost\":\"" + usd(2_000 * 100 + 10_000 * 10) + "\"")
                .contains("\"cost\":\"" + usd(2_000 * 50 + 10_000 * 20) + "\"");
        assertThat(get(key, member(ended, "results_url")).body()).contains("\"custom_id\":\"c1\"", "expired");
        assertThat(get(key, "/v1/messages/batches").body()).doesNotContain("vendor.invalid");
    }

    @Test
    void whatAnotherWorkspaceKeepsIsNotThere() {
        String file = uploaded(line(1, 1));
        String batch = made(file);
        kept.finish(batch, "completed", answered(1, 1, 1));
        String output = member(get(key, "/v1/batches/" + batch).body(), "output_file_id");
        String messages = member(makeMessages(key, message("1", "c", 9)).body(), "id");
        TestGateway.Key mate = issue("w" + workspaces, "1.00", "");
        TestGateway.Key other = issue("1.00");
        kept.asked.clear();
        for (String path : List.of(
                "/v1/files/<file>",
                "/v1/files/<file>/content",
                "/v1/batches/<batch>",
                "/v1/messages/batches/<messages>",
                "/v1/messages/batches/<messages>/results",
                "/v1/files?after=<file>",
                "/v1/files?%61fter=<file>",
                "/v1/batches?after=<batch>")) {
            HttpResponse<String> foreign = get(other, named(path, file, batch, messages));
            HttpResponse<String> unknown = get(other, named(path, "file-none", "batch_none", "msgbatch_none"));
            assertThat(foreign.statusCode()).as(path).isEqualTo(404);
            assertThat(plain(foreign.body())).isEqualTo(plain(unknown.body()));
        }
        for (String path : List.of("/v1/files/" + file, "/v1/files/" + output, "/v1/messages/batches/" + messages)) {
            assertThat(at.send("DELETE", path, other.secret(), null).statusCode())
                    .isEqualTo(404);
        }
        assertThat(at.send("POST", "/v1/batches/" + batch + "/cancel", other.secret(), "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(make(other, file).body()).contains("No such File object: " + file);
        assertThat(at.chat(other.secret(), naming(file)).statusCode()).isEqualTo(404);
        assertThat(at.send(
                                "POST",
                                "/v1/images/edits",
                                other.secret(),
                                "{\"model\":\"s\",\"prompt\":\"p\",\"images\":[{\"file_id\":\"" + file + "\"}]}",
                                "Content-Type",
                                "application/json")
                        .statusCode())
                .isEqualTo(404);
        assertThat(get(other, "/v1/files").body()).contains("\"data\":[]", "\"has_more\":false");
        assertThat(get(other, "/v1/batches").body()).contains("\"data\":[]");
        assertThat(kept.asked).isEmpty();

        assertThat(get(mate, "/v1/files/" + output + "/content").body()).contains("\"status_code\":200");
        assertThat(get(mate, "/v1/batches/" + batch).statusCode()).isEqualTo(200);
        // Its own file is found, and refused for what it may bring.
        assertThat(at.chat(mate.secret(), naming(file)).body()).contains("keymesh_unbounded_input");
        assertThat(at.send("DELETE", "/v1/files/" + file, mate.secret(), null).statusCode())
                .isEqualTo(200);
        assertThat(get(key, "/v1/files/" + file).statusCode()).isEqualTo(404);
        assertThat(kept.credentials).allMatch(sent -> sent.contains("canary-credential") && !sent.contains("km-"));
    }

    private static String named(String path, String file, String batch, String messages) {
        return path.replace("<file>", file).replace("<batch>", batch).replace("<messages>", messages);
    }

    private static String plain(String refusal) {
        return refusal.replaceAll("(file-|batch_|req_)[a-z0-9]+", "id");
    }

    private static String naming(String file) {
        return "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\","
                + "\"file\":{\"file_id\":\"" + file + "\"}}]}]}";
    }

    @Test
    void noRequestOfABatchNamesAFileOfAnotherWorkspace() {
        String file = uploaded(line(1, 1));
        String naming = line(1, 1).replace(TestGateway.body(1, ""), naming(file));
        String message = message("1", "c", 1)
                .replace(
                        "\"hi\"",
                        "[{\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"" + file + "\"}}]");
        TestGateway.Key other = issue("1.00");
        kept.asked.clear();
        assertThat(naming).contains(file);
        HttpResponse<String> foreign = upload(other, "batch", line(0, 1) + "\n" + naming);
        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(foreign.body()).contains("request 2 of the batch", "No such File object: " + file);
        HttpResponse<String> messages = makeMessages(other, message);
        assertThat(messages.statusCode()).as(messages.body()).isEqualTo(404);
        assertThat(kept.asked).isEmpty();
        assertThat(upload(key, "batch", naming).statusCode()).isEqualTo(200);
    }

    @Test
    void noVariableOfAKeptPromptNamesAFileOfAnotherWorkspace() {
        String file = uploaded(line(1, 1));
        TestGateway.Key other = issue("1.00");
        for (String name : List.of("report", "metadata", "input", "file_id")) {
            HttpResponse<String> foreign = at.send(
                    "POST",
                    "/v1/responses",
                    other.secret(),
                    "{\"model\":\"m\",\"max_output_tokens\":1,\"prompt\":{\"id\":\"pmpt_1\",\"variables\":{\"" + name
                            + "\":{\"type\":\"input_file\",\"file_id\":\"" + file + "\"}}}}");
            assertThat(foreign.statusCode()).as(foreign.body()).isEqualTo(404);
        }
    }

    @Test
    void aBatchThatIsSentAgainIsHeldForOnceAndShownToItsWorkspaceAlone() {
        TestGateway.Key other = issue("1.00");
        String[] again = {"anthropic-version", "2023-06-01", "Idempotency-Key", "once"};
        String body = "{\"requests\":[" + message("1", "c", 50) + "]}";
        String first = at.send("POST", "/v1/messages/batches", key.secret(), body, again)
                .body();
        String held = member(at.budget(key), "held");
        assertThat(at.send("POST", "/v1/messages/batches", key.secret(), body, again)
                        .body())
                .isEqualTo(first);
        assertThat(at.budget(key)).contains("\"held\":\"" + held + "\"", "\"spent\":\"0\"");
        HttpResponse<String> foreign = at.send("POST", "/v1/messages/batches", other.secret(), body, again);
        assertThat(foreign.statusCode()).as(foreign.body()).isEqualTo(404);
        assertThat(at.budget(other)).contains("\"held\":\"0\"", "\"spent\":\"0\"");
        kept.finishMessages(member(first, "id"), SUCCEEDED.formatted(1, 100, 10));
        var _ = get(key, "/v1/messages/batches/" + member(first, "id"));
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"" + usd(2_000 * 100 + 10_000 * 10) + "\"");
    }

    @Test
    void aListShowsAWorkspaceItsOwnPageByPage() {
        TestGateway.Key other = issue("1.00");
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            mine.addFirst(uploaded(line(i, 1)));
            for (int j = 0; j < 4; j++) {
                upload(other, "batch", line(j, 1));
            }
        }
        String all = get(key, "/v1/files").body();
        assertThat(ids(all)).containsExactlyElementsOf(mine);
        assertThat(all).contains("\"has_more\":false");
        String first = get(key, "/v1/files?limit=2&purpose=batch").body();
        assertThat(ids(first)).containsExactlyElementsOf(mine.subList(0, 2));
        assertThat(first).contains("\"has_more\":true", "\"last_id\":\"" + mine.get(1) + "\"");
        String second = get(key, "/v1/files?limit=3&after=" + mine.get(1)).body();
        assertThat(ids(second)).containsExactlyElementsOf(mine.subList(2, 5));
        assertThat(second).contains("\"has_more\":false");
        assertThat(get(key, "/v1/files?limit=0").statusCode()).isEqualTo(400);
    }

    @Test
    void aListOfMessageBatchesIsReadBackwardsToo() {
        TestGateway.Key other = issue("1.00");
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            mine.addFirst(member(makeMessages(key, message("1", "c", 1)).body(), "id"));
            var _ = makeMessages(other, message("1", "c", 1));
        }
        String page = get(key, "/v1/messages/batches?limit=2&before_id=" + mine.get(3))
                .body();
        assertThat(ids(page)).containsExactlyElementsOf(mine.subList(1, 3));
        assertThat(page).contains("\"has_more\":true");
        assertThat(ids(get(key, "/v1/messages/batches?after_id=" + mine.get(0)).body()))
                .containsExactlyElementsOf(mine.subList(1, 4));
    }

    private static Collection<String> ids(String list) {
        return java.util.regex.Pattern.compile("\\{\"id\":\"([^\"]+)\"")
                .matcher(list)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void aCancelledBatchIsChargedWhatItAnsweredAndAFailedOneNothing() {
        String cancelled = made(uploaded(line(1, 100), line(2, 100)));
        assertThat(at.send("POST", "/v1/batches/" + cancelled + "/cancel", key.secret(), "")
                        .body())
                .contains("cancelling");
        kept.finish(cancelled, "cancelled", answered(1, 10, 4));
        var _ = get(key, "/v1/batches/" + cancelled);
        long spent = 1_000 * 10 + 500 * 4;
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"" + usd(spent) + "\"");
        String failed = made(uploaded(line(1, 100)));
        kept.finish(failed, "failed", 0);
        var _ = get(key, "/v1/batches");
        soon(() -> at.budget(key).contains("\"held\":\"0\""));
        assertThat(at.budget(key)).contains("\"spent\":\"" + usd(spent) + "\"");
    }

    @Test
    void whatCannotBeReadIsChargedAtTheHoldUnlessTheBatchSaysWhatItUsed() {
        long held = 1_000 * bound(100);
        String cut = made(uploaded(line(1, 100)));
        kept.finish(cut, "completed", 2, answered(1, 10, 4));
        var _ = get(key, "/v1/batches/" + cut);
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"" + usd(held) + "\"");
        String call = at.admin("GET", "/api/v1/requests?limit=1&key=" + key.id(), null);
        assertThat(call).contains("\"settlement\":\"unknown\"");
        at.admin(
                "POST",
                "/api/v1/requests/" + member(call, "id") + "/settlement",
                "{\"cost\":\"0\",\"reason\":\"the bill\"}");

        String lost = made(uploaded(line(1, 100)));
        kept.finish(lost, "completed", answered(1, 10, 4));
        kept.tell(lost, "{\"input_tokens\":20,\"output_tokens\":6,\"total_tokens\":26}");
        kept.lose(kept.fileIds().getLast());
        var _ = get(key, "/v1/batches/" + lost);
        assertThat(at.budget(key)).contains("\"spent\":\"" + usd(1_000 * 20 + 500 * 6) + "\"");
        assertThat(at.admin("GET", "/api/v1/requests?limit=1&key=" + key.id(), null))
                .contains("\"settlement\":\"estimated\"");
    }

    @Test
    void manyWhoSeeItsEndAtOnceSettleItOnce() throws Exception {
        String batch = made(uploaded(line(1, 100)));
        kept.finish(batch, "completed", answered(1, 10, 4));
        TestGateway.together(
                12,
                () -> assertThat(get(key, "/v1/batches/" + batch).statusCode()).isEqualTo(200));
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"" + usd(1_000 * 10 + 500 * 4) + "\"");
        assertThat(at.admin("GET", "/api/v1/usage?groupBy=key&key=" + key.id(), null))
                .contains("\"inputTokens\":10,");
    }

    @Test
    void aBatchOfARevokedKeyIsSettledAllTheSame() {
        TestGateway.Key mate = issue("w" + workspaces, "1.00", "");
        String batch = made(uploaded(line(1, 100)));
        at.admin("POST", "/api/v1/keys/" + key.id() + "/revoke", "{}");
        kept.finish(batch, "completed", answered(1, 10, 4));
        assertThat(get(key, "/v1/batches/" + batch).statusCode()).isEqualTo(401);
        assertThat(at.budget(key)).doesNotContain("\"held\":\"0\"");
        var _ = get(mate, "/v1/batches/" + batch);
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"0.000012\"");
    }

    @Test
    void aBatchThatTheProviderRefusesHoldsNothingMore() {
        String file = uploaded(line(1, 100));
        kept.refusesBatches = 400;
        assertThat(make(key, file).statusCode()).isEqualTo(400);
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"0\"");
        kept.refusesBatches = 401;
        assertThat(make(key, file).body()).contains("keymesh_provider_credential_rejected");
    }

    @Test
    void aBatchThatTheProviderDidNotAnswerForIsChargedAtItsHold() {
        String file = uploaded(line(1, 100));
        kept.refusesBatches = FakeKeeper.SILENT;
        assertThat(make(key, file).statusCode()).isEqualTo(502);
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"" + usd(1_000 * bound(100)) + "\"");
        String rows = at.admin("GET", "/api/v1/requests?key=" + key.id(), null);
        assertThat(rows).contains("\"settlement\":\"unknown\"", "\"cost\":\"" + usd(1_000 * bound(100)) + "\"");
        assertThat(rows.split("\"operation\":", -1))
                .as("the file, and the batch once")
                .hasSize(3);
    }

    @Test
    void aBatchThatIsDeletedIsPaidForFirst() {
        String ended = member(makeMessages(key, message("1", "c", 50)).body(), "id");
        kept.finishMessages(ended, SUCCEEDED.formatted(1, 100, 10));
        String path = "/v1/messages/batches/" + ended;
        assertThat(at.send("DELETE", path, key.secret(), null).statusCode()).isEqualTo(200);
        long spent = 2_000 * 100 + 10_000 * 10;
        assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"" + usd(spent) + "\"");
        assertThat(get(key, path).statusCode()).isEqualTo(404);
        String running = member(makeMessages(key, message("1", "c", 50)).body(), "id");
        String held = member(at.budget(key), "held");
        assertThat(at.send("DELETE", "/v1/messages/batches/" + running, key.secret(), null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(at.budget(key)).contains("\"held\":\"0\"");
        assertThat(at.admin("GET", "/api/v1/requests?key=" + key.id(), null))
                .contains("\"cost\":\"" + held + "\"", "\"settlement\":\"unknown\"");
    }

    @Test
    void policyIsAskedAboutEveryRequest() {
        String file = uploaded(line(1, 100), line(2, 2_000));
        String here = "w" + workspaces;
        TestGateway.Key denied = issue(here, "1.00", ",\"policy\":{\"deniedModels\":[\"m\"]}");
        assertThat(make(denied, file).body()).contains("keymesh_model_denied");
        TestGateway.Key capped = issue(here, "1.00", ",\"policy\":{\"maxOutputTokens\":1000}");
        assertThat(make(capped, file).body()).contains("keymesh_output_cap_exceeded");
        String uncapped = uploaded(line(1, 100), line(2, 9).replace("\"max_tokens\":9,", ""));
        assertThat(make(capped, uncapped).body()).contains("keymesh_output_cap_exceeded", "Request 2");
        // Its maximum is not known, and nothing is written into a batch.
        assertThat(make(key, uncapped).body()).contains("keymesh_unbounded_output", "request 2");
        assertThat(makeMessages(denied, message("1", "c", 1), message("2", "m", 1))
                        .statusCode())
                .isEqualTo(403);
        at.admin(
                "PUT",
                "/api/v1/budgets",
                "{\"scope\":\"key:" + capped.id()
                        + "\",\"unit\":\"requests\",\"amount\":\"5\",\"period\":\"monthly\"}");
        assertThat(make(capped, uploaded(line(1, 9))).body()).contains("keymesh_unbounded_batch");
        assertThat(kept.asked).noneMatch(asked -> asked.equals("POST /v1/batches"));
    }

    @Test
    void aFileForBatchesIsReadBeforeItIsSent() {
        for (String[] bad : new String[][] {
            {"", "no line"},
            {"[]", "does not start"},
            {line(1, 1) + "\n{", "Line 2"},
            {line(1, 1) + " {}", "Line 1"},
            {line(1, 1).replace("/v1/chat/completions", "/v1/images/generations"), "'url'"},
            {line(1, 1).replace("POST", "GET"), "'method'"},
            {line(1, 1).replace("\"custom_id\"", "\"custom_ID\""), "case variant"},
            {line(1, 1).replace("\"hi\"", "\"a\u2028b\""), "U+2028"},
            {line(1, 1) + "\n" + line(2, 1).replace("\"m\"", "\"n\""), "another model"},
            {line(1, 1).replace("\"max_tokens\":1", "\"max_tokens\":1,\"max_tokens\":2"), "member once"},
            {line(1, 1).replace("{\"custom_id\"", "{\"x\":1,\"custom_id\""), "besides"},
        }) {
            HttpResponse<String> answer = upload(key, "batch", bad[0]);
            assertThat(answer.statusCode()).as(bad[0]).isEqualTo(400);
            assertThat(answer.body()).contains(bad[1]);
        }
        assertThat(upload(key, "anything", line(1, 1)).body()).contains("'purpose'");
        assertThat(kept.asked).isEmpty();
        HttpResponse<String> other = upload(key, "user_data", "any text");
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(make(key, member(other.body(), "id")).body()).contains("purpose 'batch'");
    }

    @Test
    void aChangedPriceAsksForTheFileAgain() {
        String file = uploaded(line(1, 1));
        furnish2("3.00");
        try {
            assertThat(make(key, file).body()).contains("Send the file again");
        } finally {
            furnish2("2.00");
        }
    }

    private void furnish2(String input) {
        at.admin("PUT", "/api/v1/prices", """
                {"provider":"fake","model":"m","inputPerMillion":"%s","outputPerMillion":"%s",
                 "overrides":[{"when":{"batch":true},"multiply":"0.5"}]}""".formatted(input, OUT));
    }
}
