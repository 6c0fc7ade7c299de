package dev.keymesh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.store.StoreException;
import java.nio.file.Files;
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

    @Test
    void anAnnouncementOfADeadOwnerIsNotBelieved() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Path announcement = folder.resolve("server.json");
        Files.writeString(announcement, "{\"address\":\"http://127.0.0.1:1\",\"pid\":" + ended.pid() + "}");
        assertThat(DataFolder.owner(folder)).isEmpty();
        try (DataFolder mine = DataFolder.own(folder)) {
            assertThat(announcement).doesNotExist();
            assertThat(DataFolder.take(folder)).isEmpty();
            mine.announce("http://127.0.0.1:2");
            assertThat(DataFolder.owner(folder)).contains("http://127.0.0.1:2");
        }
        Files.writeString(announcement, "{\"address\":");
        assertThat(DataFolder.owner(folder)).isEmpty();
    }
}
