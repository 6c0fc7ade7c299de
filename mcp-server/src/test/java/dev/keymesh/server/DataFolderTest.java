package dev.keymesh.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.store.StoreException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderInUseIsRefusedWithItsOwnersAddress() {
        try (DataFolder owner = DataFolder.own(folder)) {
            owner.announce("http://127.0.0.1:4711");
            assertThatThrownBy(() -> DataFolder.own(folder))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("http://127.0.0.1:4711")
                    .hasMessageContaining("--data");
        }
    }

    @Test
    void aFolderThatWasGivenBackCanBeOwnedAgain() {
        DataFolder.own(folder).close();
        DataFolder.own(folder).close();
    }
}
