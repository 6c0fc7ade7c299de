package dev.keymesh.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.MasterKey;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.tenant.Workspaces;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of keys that meet in one batch of the writer. */
class VirtualKeysTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));

    private Store store;
    private KeyIndex index;
    private VirtualKeys keys;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        store = Store.open(Database.sqlite(folder.resolve("keys.db"), Durability.PROCESS), CLOCK);
        new Workspaces(store).bootstrap(CLOCK.instant());
        KeyFormat format = new KeyFormat("km-");
        Pepper pepper = new Pepper(MasterKey.parse(Base64.getEncoder().encodeToString(new byte[32]), "test"));
        index = new KeyIndex(format, pepper);
        keys = new VirtualKeys(store, index, format, pepper, CLOCK);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aChangeInTheSameBatchAsARevocationDoesNotUndoIt() throws Exception {
        VirtualKeys.Issued issued = issue();
        String id = issued.key().id();
        inOneBatch(
                () -> keys.revoke(Actor.SYSTEM, id),
                () -> keys.update(Actor.SYSTEM, new Act("keys.update", id), id, UnaryOperator.identity()));
        assertThat(keys.get(id).orElseThrow().status()).isEqualTo(VirtualKey.REVOKED);
        assertThat(keys.list(KeyFilter.all("default"), null, 10))
                .extracting(VirtualKey::status)
                .containsExactly(VirtualKey.REVOKED);
        assertThat(((KeyIndex.Verdict.Known) index.find(issued.secret())).key().status())
                .isEqualTo(VirtualKey.REVOKED);
    }

    @Test
    void aRevokedKeyCannotBeEnabledOrDisabled() {
        String id = issue().key().id();
        keys.revoke(Actor.SYSTEM, id);
        assertThatThrownBy(() -> keys.enable(Actor.SYSTEM, id)).isInstanceOf(Conflict.class);
        assertThatThrownBy(() -> keys.disable(Actor.SYSTEM, id)).isInstanceOf(Conflict.class);
        assertThat(keys.get(id).orElseThrow().status()).isEqualTo(VirtualKey.REVOKED);
    }

    private VirtualKeys.Issued issue() {
        return keys.issue(Actor.SYSTEM, NewVirtualKey.titled("default", "default", "k"), _ -> {});
    }

    /** Holds the writer until both wait, in this order. */
    private void inOneBatch(Runnable first, Runnable second) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> blocker = CompletableFuture.runAsync(() -> store.maintain(tx -> {
            started.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }));
        started.await();
        CompletableFuture<Void> one = CompletableFuture.runAsync(first, Thread::startVirtualThread);
        while (store.queued() < 1) {
            Thread.sleep(1);
        }
        CompletableFuture<Void> two = CompletableFuture.runAsync(second, Thread::startVirtualThread);
        while (store.queued() < 2) {
            Thread.sleep(1);
        }
        release.countDown();
        CompletableFuture.allOf(blocker, one, two).join();
    }
}
