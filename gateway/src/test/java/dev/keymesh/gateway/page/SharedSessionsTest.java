package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.page.TestPages.Visitor;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.TestPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions where several nodes share a PostgreSQL. */
class SharedSessionsTest {
    private static final String MASTER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path folder;

    @TempDir
    Path other;

    @Test
    void whoSignsInAtOneNodeIsInAtAllAndOutAtAll() {
        try (TestPostgres postgres = new TestPostgres()) {
            String url = postgres.fresh();
            try (TestPages one = new TestPages(config(folder, url));
                    TestPages two = new TestPages(config(other, url))) {
                Visitor visitor = one.signedIn(one.root);
                assertThat(two.get(visitor, "/ui/keys").statusCode()).isEqualTo(200);
                assertThat(two.post(visitor, "/sign-out", Map.of()).statusCode())
                        .isEqualTo(303);
                assertThat(one.get(visitor, "/ui/keys").statusCode()).isEqualTo(303);
            }
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
