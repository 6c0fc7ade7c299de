package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.page.TestPages.Visitor;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions, and calls as they end, where several nodes share a PostgreSQL. */
class SharedSessionsTest {
    private static final String MASTER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path folder;

    @TempDir
    Path other;

    private final TestPostgres postgres = TestPostgres.shared();

    @Test
    void aNodeTellsOnceOfCallsOfAllNodes() throws IOException {
        String url = postgres.fresh();
        try (TestPages one = new TestPages(config(folder, url));
                TestPages two = new TestPages(config(other, url))) {
            String secret =
                    TestPages.member(one.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"k\"}"), "secret");
            try (InputStream stream =
                    two.follow(two.root, "/api/v1/requests/stream").body()) {
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
                assertThat(lines.readLine()).isEqualTo(": live");
                for (int i = 0; i < 4; i++) {
                    assertThat((i % 2 == 0 ? one : two).call(secret)).isEqualTo(200);
                }
                List<String> told = new ArrayList<>();
                while (told.size() < 4) {
                    String line = lines.readLine();
                    if (line.startsWith("id: ")) {
                        told.add(line.substring(4));
                    }
                }
                // Only now: a call of another node is read some milliseconds after its answer.
                String all = one.admin("GET", "/api/v1/requests?limit=4", null);
                assertThat(told).doesNotHaveDuplicates().allMatch(all::contains);
            }
        }
    }

    @Test
    void whoSignsInAtOneNodeIsInAtAllAndOutAtAll() {
        String url = postgres.fresh();
        try (TestPages one = new TestPages(config(folder, url));
                TestPages two = new TestPages(config(other, url))) {
            Visitor visitor = one.signedIn(one.root);
            assertThat(two.get(visitor, "/ui/keys").statusCode()).isEqualTo(200);
            assertThat(two.post(visitor, "/sign-out", Map.of()).statusCode()).isEqualTo(303);
            assertThat(one.get(visitor, "/ui/keys").statusCode()).isEqualTo(303);
        }
    }

    private static GatewayConfig config(Path data, String url) {
        return new GatewayConfig(
                data,
                "127.0.0.1",
                0,
                url,
                Durability.POWER,
                MASTER_KEY,
                "a-root-key-of-32-characters-here",
                GatewayConfig.IDLE_TIMEOUT);
    }
}
