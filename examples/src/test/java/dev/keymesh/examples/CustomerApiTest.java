package dev.keymesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.wire.IssuedKey;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.Policy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomerApiTest {
    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Gateway gateway;
    private Keymesh keymesh;
    private CustomerApi api;

    @BeforeEach
    void start() throws Exception {
        gateway = Gateway.open(GatewayConfig.embedded(folder), InstantSource.system());
        keymesh = Keymesh.at("http://127.0.0.1:" + gateway.port());
        keymesh.account().connect(Files.readString(folder.resolve("root.key")).strip());
        api = CustomerApi.open(keymesh, 0);
    }

    @AfterEach
    void stop() {
        api.close();
        gateway.close();
        client.close();
    }

    @Test
    void aCustomersKeyTellsWhichModelsItMayUse() throws Exception {
        HttpResponse<String> answer = models("Bearer " + issue().secret());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("gpt-5.4\ngpt-5.4-mini\n");
    }

    @Test
    void aRevokedKeyIsRefusedAtTheNextRequest() throws Exception {
        IssuedKey key = issue();
        keymesh.spaces().keys().revoke(key.id());
        HttpResponse<String> answer = models("Bearer " + key.secret());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).startsWith("REVOKED: ");
    }

    @Test
    void whatIsNoKeyIsRefused() throws Exception {
        assertThat(models("Bearer km-typo").body()).startsWith("MALFORMED: ");
        assertThat(models("Basic YTpi").statusCode()).isEqualTo(401);
    }

    @Test
    void withoutKeymeshNoKeyIsGood() throws Exception {
        String secret = issue().secret();
        gateway.close();
        assertThat(models("Bearer " + secret).statusCode()).isEqualTo(503);
    }

    private IssuedKey issue() {
        Policy policy = Policy.allowing(List.of("gpt-5.4", "gpt-5.4-mini"), null);
        return keymesh.spaces().keys().issue(NewKey.titled("Acme").withPolicy(policy));
    }

    private HttpResponse<String> models(String authorization) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/models"))
                .header("Authorization", authorization)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
