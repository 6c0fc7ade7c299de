package dev.keymesh.gateway;

import static dev.keymesh.gateway.ScriptedProvider.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and sound through the gateway: forms as well as JSON, refused where a budget cannot bound them. */
class MediaTest {
    private static final String FORM = String.join(
            "\r\n",
            "--b",
            "Content-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"",
            "Content-Type: audio/mpeg",
            "",
            "sound",
            "--b",
            "Content-Disposition: form-data; name=\"model\"",
            "",
            "s",
            "--b--",
            "");

    private TestGateway at;
    private ScriptedProvider provider;
    private String free;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(folder);
        provider = new ScriptedProvider().at(at);
        free = TestGateway.member(at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"free\"}"), "secret");
    }

    @AfterEach
    void stop() {
        at.close();
        provider.close();
    }

    private HttpResponse<String> post(String path, String secret, String type, String body) {
        return post(at.address(), path, secret, type, body);
    }

    private HttpResponse<String> post(String address, String path, String secret, String type, String body) {
        return at.exchange(
                HttpRequest.newBuilder(URI.create(address + path))
                        .header("Authorization", "Bearer " + secret)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The provider takes one call a connection, and says so: a second one must not find it closing. */
    private void answers(String json) {
        provider.answers((out, p) -> write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + json.length() + "\r\n\r\n" + json));
    }

    private String lastRequest() {
        return at.admin("GET", "/api/v1/requests?limit=1", null);
    }

    @Test
    void aFormIsForwardedByteForByteWithItsBoundary() {
        answers("{\"text\":\"hi\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":7,"
                + "\"input_token_details\":{\"audio_tokens\":7},\"output_tokens\":5,\"total_tokens\":12}}");
        for (String path : new String[] {"/v1/audio/transcriptions", "/v1/audio/translations", "/v1/images/edits"}) {
            HttpResponse<String> answer = post(path, free, "multipart/form-data; boundary=b", FORM);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(provider.lastHead).startsWith("POST " + path + " ");
            assertThat(provider.lastHead).containsIgnoringCase("content-type: multipart/form-data; boundary=\"b\"");
            assertThat(provider.lastBody).isEqualTo(FORM);
        }
        assertThat(lastRequest()).contains("images.edits").contains("\"outputTokens\":5");
    }

    @Test
    void aLargeFormPassesThatNoJsonMay() {
        answers("{\"text\":\"hi\"}");
        String large = FORM.replace("sound", "s".repeat(34_000_000));
        assertThat(post("/v1/audio/transcriptions", free, "multipart/form-data; boundary=b", large)
                        .statusCode())
                .isEqualTo(200);
        assertThat(provider.lastBody).hasSize(large.length());
    }

    @Test
    void aFormBeyondItsLimitIsRefusedByItsLength() throws Exception {
        URI address = URI.create(at.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            write(
                    socket.getOutputStream(),
                    String.join(
                            "\r\n",
                            "POST /v1/audio/transcriptions HTTP/1.1",
                            "Host: localhost",
                            "Authorization: Bearer " + free,
                            "Content-Type: multipart/form-data; boundary=b",
                            "Content-Length: " + (512 * 1024 * 1024 + 1),
                            "",
                            ""));
            socket.setSoTimeout(5_000);
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void theBuiltInProviderMakesNeitherPicturesNorSound(@TempDir Path bare) throws Exception {
        try (Gateway gateway = Gateway.open(GatewayConfig.embedded(bare), InstantSource.system())) {
            String root = Files.readString(bare.resolve("root.key")).strip();
            String address = "http://127.0.0.1:" + gateway.port();
            String key = TestGateway.member(
                    post(address, "/api/v1/spaces/default/keys", root, "application/json", "{\"title\":\"t\"}")
                            .body(),
                    "secret");
            HttpResponse<String> answer = post(
                    address,
                    "/v1/images/generations",
                    key,
                    "application/json",
                    "{\"model\":\"demo-small\",\"prompt\":\"a\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
        }
    }

    @Test
    void picturesAndSpeechGoThroughWithoutABudget() {
        answers("{\"data\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":9,\"total_tokens\":12}}");
        assertThat(post("/v1/images/generations", free, "application/json", "{\"model\":\"s\",\"prompt\":\"a cat\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(lastRequest()).contains("images.generations").contains("\"outputTokens\":9");
        provider.answers((out, p) ->
                write(out, "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: 5\r\n\r\nsound"));
        HttpResponse<String> spoken = post(
                "/v1/audio/speech",
                free,
                "application/json",
                "{\"model\":\"s\",\"input\":\"Hello\",\"voice\":\"alloy\"}");
        assertThat(spoken.body()).isEqualTo("sound");
        assertThat(lastRequest()).contains("audio.speech").contains("\"cost\":null");
    }

    @Test
    void underABudgetWhatThePriceDoesNotBoundIsRefusedBeforeItIsSentAndSaysWhichMemberIsMissing() {
        String secret = at.issue("5.00").secret();
        for (String path : new String[] {"/v1/images/generations", "/v1/audio/speech", "/v1/images/edits"}) {
            HttpResponse<String> answer = post(path, secret, "application/json", "{\"model\":\"s\",\"input\":\"a\"}");
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
            assertThat(answer.body()).contains("keymesh_unbounded_input").contains("'maxOutputTokens'");
        }
        price("timed", "\"inputPerMillion\":\"0\",\"outputPerMillion\":\"0\",\"audioPerHour\":\"0.36\"");
        HttpResponse<String> timed = form("/v1/audio/transcriptions", secret, "timed");
        assertThat(timed.statusCode()).isEqualTo(403);
        assertThat(timed.body()).contains("keymesh_unbounded_input").contains("'worstCaseAudioSeconds'");
        price("heard", "\"inputPerMillion\":\"1\",\"outputPerMillion\":\"1\",\"maxOutputTokens\":100");
        assertThat(form("/v1/audio/transcriptions", secret, "heard").body()).contains("keymesh_unbounded_input");
        assertThat(provider.called.getCount()).isEqualTo(1);
    }

    @Test
    void aPictureIsHeldAtTheLargestOneOfItsModelAndSettledAtWhatItWas() {
        // 10,000 nano-dollars a token: three pictures of at most 1,000 tokens are 0.03 USD.
        price("s", "\"inputPerMillion\":\"0\",\"outputPerMillion\":\"10\",\"maxOutputTokens\":1000");
        answers("{\"data\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":900,\"total_tokens\":903}}");
        String three = "{\"model\":\"s\",\"prompt\":\"a cat\",\"n\":3}";
        var tight = at.issue("0.029999999");
        assertThat(post("/v1/images/generations", tight.secret(), "application/json", three)
                        .body())
                .contains("keymesh_budget_exceeded");
        var fits = at.issue("0.03");
        HttpResponse<String> answer = post("/v1/images/generations", fits.secret(), "application/json", three);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(spent(fits.id())).isEqualTo("0.009");
    }

    @Test
    void aFileIsWorthItsPicturesOrItsSoundAndNotItsBytes() {
        price(
                "s",
                "\"inputPerMillion\":\"1000\",\"outputPerMillion\":\"0\",\"maxOutputTokens\":10,\"worstCaseInputTokens\":500");
        answers(
                "{\"text\":\"hi\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":7,\"output_tokens\":5,\"total_tokens\":12}}");
        // 1,000,000 nano-dollars a token: one sound of 500 tokens is 0.5 USD, one picture of 15,000 is 15.
        var sound = at.issue("0.5");
        String large = FORM.replace("sound", "s".repeat(100_000));
        assertThat(post("/v1/audio/transcriptions", sound.secret(), "multipart/form-data; boundary=b", large)
                        .statusCode())
                .isEqualTo(200);
        assertThat(spent(sound.id())).isEqualTo("0.007");
        var picture = at.issue("14.999999999");
        assertThat(post("/v1/images/edits", picture.secret(), "multipart/form-data; boundary=b", FORM)
                        .body())
                .contains("keymesh_budget_exceeded");
        assertThat(post("/v1/images/variations", at.issue("15").secret(), "multipart/form-data; boundary=b", FORM)
                        .statusCode())
                .isEqualTo(200);
        String addresses = "{\"model\":\"s\",\"images\":[{\"image_url\":\"u\"},{\"image_url\":\"v\"}]}";
        assertThat(post("/v1/images/edits", at.issue("1.0").secret(), "application/json", addresses)
                        .body())
                .as("the bytes come on top")
                .contains("keymesh_budget_exceeded");
    }

    @Test
    void soundByTheHourIsHeldAtTheLongestAndWhatIsNotTimedIsChargedSo() {
        price(
                "s",
                "\"inputPerMillion\":\"0\",\"outputPerMillion\":\"0\",\"audioPerHour\":\"0.36\",\"worstCaseAudioSeconds\":600");
        answers("{\"text\":\"hi\",\"usage\":{\"type\":\"duration\",\"seconds\":30}}");
        assertThat(form("/v1/audio/transcriptions", at.issue("0.059999999").secret(), "s")
                        .body())
                .contains("keymesh_budget_exceeded");
        var fits = at.issue("0.06");
        assertThat(form("/v1/audio/transcriptions", fits.secret(), "s").statusCode())
                .isEqualTo(200);
        assertThat(spent(fits.id())).isEqualTo("0.003");
        answers("hi");
        var untold = at.issue("0.06");
        assertThat(form("/v1/audio/transcriptions", untold.secret(), "s").statusCode())
                .isEqualTo(200);
        assertThat(spent(untold.id())).isEqualTo("0.06");
        assertThat(lastRequest()).contains("\"settlement\":\"unknown\"");
    }

    @Test
    void speechByTheCharacterCostsWhatWasSent() {
        price("s", "\"inputPerMillion\":\"0\",\"outputPerMillion\":\"0\",\"charactersPerMillion\":\"15\"");
        provider.answers((out, p) -> write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nConnection: close\r\nContent-Length: 5\r\n\r\nsound"));
        String hello = "{\"model\":\"s\",\"input\":\"Hello\",\"voice\":\"alloy\"}";
        assertThat(post("/v1/audio/speech", at.issue("0.000074999").secret(), "application/json", hello)
                        .body())
                .contains("keymesh_budget_exceeded");
        var fits = at.issue("0.000075");
        assertThat(post("/v1/audio/speech", fits.secret(), "application/json", hello)
                        .body())
                .isEqualTo("sound");
        assertThat(spent(fits.id())).isEqualTo("0.000075");
    }

    private void price(String model, String terms) {
        at.admin("PUT", "/api/v1/prices", "{\"provider\":\"scripted\",\"model\":\"" + model + "\"," + terms + "}");
    }

    private HttpResponse<String> form(String path, String secret, String model) {
        return post(
                path, secret, "multipart/form-data; boundary=b", FORM.replace("\r\ns\r\n", "\r\n" + model + "\r\n"));
    }

    private String spent(String key) {
        return TestGateway.member(at.admin("GET", "/api/v1/budgets?scope=key:" + key, null), "spent");
    }

    @Test
    void policySeesTheModalityOfTheOperation() {
        at.admin(
                "PATCH",
                "/api/v1/spaces/default/workspaces/default",
                "{\"policy\":{\"allowedModalities\":[\"text\"]}}");
        HttpResponse<String> answer = post("/v1/audio/transcriptions", free, "multipart/form-data; boundary=b", FORM);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("keymesh_modality_not_allowed");
        assertThat(post("/v1/images/generations", free, "application/json", "{\"model\":\"s\",\"prompt\":\"a\"}")
                        .body())
                .contains("keymesh_modality_not_allowed");
    }

    @Test
    void aBodyThatIsNoFormIsRefusedWithWhatToSend() {
        HttpResponse<String> answer = post("/v1/audio/transcriptions", free, "application/json", "{\"model\":\"s\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("multipart/form-data");
        assertThat(post("/v1/audio/translations", free, "multipart/form-data; boundary=b", FORM.replace("--b--", "--b"))
                        .statusCode())
                .isEqualTo(400);
    }
}
