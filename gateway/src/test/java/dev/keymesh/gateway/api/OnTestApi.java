package dev.keymesh.gateway.api;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the REST resources have in common: a fresh API for each. */
abstract class OnTestApi {
    TestApi at;

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        at = new TestApi(folder);
    }

    @AfterEach
    void stop() {
        at.close();
    }
}
