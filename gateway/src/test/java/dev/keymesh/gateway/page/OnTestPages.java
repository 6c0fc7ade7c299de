package dev.keymesh.gateway.page;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.page.TestPages.Visitor;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the pages have in common: a fresh gateway for each, and somebody who may do everything. */
abstract class OnTestPages {
    TestPages at;
    Visitor root;

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        at = new TestPages(GatewayConfig.embedded(folder));
        root = at.signedIn(at.root);
    }

    @AfterEach
    void stop() {
        at.close();
    }
}
