package dev.keymesh.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.AesSealer;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.MasterKey;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestStores;
import dev.keymesh.gateway.tenant.Space;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.gateway.tenant.Workspaces;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, sets and spaces as rows and in memory, on both databases and over a restart. */
class CredentialsTest {
    private static final MasterKey MASTER = MasterKey.parse(Base64.getEncoder().encodeToString(new byte[32]), "test");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aClaimLinkOutlivesARestartShowsItsSecretOnceAndItsSecretIsForgottenAtItsEnd() {
        onBoth(database -> {
            List<String> tokens = new ArrayList<>();
            String secret;
            try (Parts at = new Parts(database)) {
                NewVirtualKey wanted = NewVirtualKey.titled("default", "default", "k");
                secret = at.keys
                        .issueAll(
                                Actor.SYSTEM,
                                List.of(wanted, wanted),
                                made -> tokens.addAll(at.claims.offer(made, NOON.plusSeconds(60))))
                        .getFirst()
                        .secret();
            }
            try (Parts at = new Parts(database)) {
                assertThat(at.claims.look(tokens.getFirst())).isInstanceOf(Claims.Link.Open.class);
                assertThat(((Claims.Link.Shown) at.claims.take(tokens.getFirst())).secret())
                        .isEqualTo(secret);
                assertThat(at.claims.take(tokens.getFirst())).isEqualTo(new Claims.Link.Gone(Claims.Link.Why.USED));
                at.now = NOON.plusSeconds(59);
                at.claims.sweep(at.now);
                assertThat(at.secretsKept()).isEqualTo(1);
                at.now = NOON.plusSeconds(60);
                assertThat(at.claims.take(tokens.getLast())).isEqualTo(new Claims.Link.Gone(Claims.Link.Why.ENDED));
                at.claims.sweep(at.now);
                assertThat(at.secretsKept()).isZero();
                assertThat(at.claims.look(tokens.getLast())).isEqualTo(new Claims.Link.Gone(Claims.Link.Why.ENDED));
                at.claims.sweep(at.now.plus(java.time.Duration.ofDays(30)));
                assertThat(at.claims.look(tokens.getLast())).isEqualTo(new Claims.Link.Gone(Claims.Link.Why.UNKNOWN));
            }
        });
    }

    @Test
    void aManagementKeyIsGoodUntilItExpiresOrIsRevokedAlsoAfterARestart() {
        onBoth(database -> {
            String brief;
            String gone;
            try (Parts at = new Parts(database)) {
                at.sets.create(Actor.SYSTEM, new PermissionSet("own", Set.of("keys.read", "usage.read"), NOON), NOON);
                assertThatThrownBy(() ->
                                at.sets.create(Actor.SYSTEM, new PermissionSet("own", Set.of("keys.read"), NOON), NOON))
                        .isInstanceOf(Conflict.class);
                at.management.issue(Actor.SYSTEM, "Root", "admin", null, null);
                brief = at.management
                        .issue(Actor.SYSTEM, "b", "own", "default", NOON.plusSeconds(60))
                        .secret();
                ManagementKeys.Issued issued = at.management.issue(Actor.SYSTEM, "g", "reader", null, null);
                gone = issued.secret();
                assertThat(at.management.find(gone)).isPresent();
                at.management.revoke(Actor.SYSTEM, issued.key().id());
                assertThat(at.management.find(gone)).isEmpty();
            }
            try (Parts at = new Parts(database)) {
                assertThat(at.management.find(gone)).isEmpty();
                Caller.Management caller = at.management.find(brief).orElseThrow();
                assertThat(caller.permissions()).containsExactlyInAnyOrder("keys.read", "usage.read");
                assertThat(caller.space()).isEqualTo("default");
                at.now = NOON.plusSeconds(60);
                assertThat(at.management.find(brief)).isEmpty();
                assertThat(at.management.list())
                        .extracting(key -> key.status(at.now))
                        .containsExactlyInAnyOrder("active", "expired", "revoked");
            }
        });
    }

    @Test
    void theLastKeyThatCanLetOthersInStaysAndARevokedOneIsNoFirstStart() {
        onBoth(database -> {
            try (Parts at = new Parts(database)) {
                ManagementKey root = at.management
                        .issue(Actor.SYSTEM, "Root", "admin", null, null)
                        .key();
                at.management.issue(Actor.SYSTEM, "brief", "admin", null, NOON.plusSeconds(60));
                assertThatThrownBy(() -> at.management.revoke(Actor.SYSTEM, root.id()))
                        .isInstanceOf(Conflict.class);
                ManagementKeys other = new ManagementKeys(at.store, at.pepper, at.sets, at.clock, "r".repeat(32));
                assertThat(other.revoke(Actor.SYSTEM, root.id()).revokedAt()).isEqualTo(NOON);
            }
            try (Parts at = new Parts(database)) {
                assertThat(at.management.none()).isFalse();
            }
        });
    }

    @Test
    void aSpaceComesWithAWorkspaceAndIsThereAfterARestart() {
        onBoth(database -> {
            try (Parts at = new Parts(database)) {
                at.spaces.create(Actor.SYSTEM, new Space("acme", "Acme", NOON, NOON, null));
                assertThatThrownBy(() -> at.spaces.create(Actor.SYSTEM, new Space("acme", "Again", NOON, NOON, null)))
                        .isInstanceOf(Conflict.class);
                assertThat(at.workspaces.get("acme", "default")).isPresent();
            }
            try (Parts at = new Parts(database)) {
                assertThat(at.spaces.list()).contains(new Space("acme", "Acme", NOON, NOON, null));
                assertThat(at.workspaces.get("acme", "default")).isPresent();
            }
        });
    }

    @Test
    void whatAKeyIsItsSubtreeIsInMemoryAndInLists() {
        onBoth(database -> {
            String low;
            try (Parts at = new Parts(database)) {
                VirtualKey top = at.key("top", null, NOON.plusSeconds(60));
                VirtualKey mid = at.key("mid", top.id(), null);
                low = at.key("low", mid.id(), null).id();
                at.key("other", null, null);
                List<VirtualKey> told = new ArrayList<>();
                at.keys.onRefused(told::add);
                at.keys.disable(Actor.SYSTEM, mid.id());
                assertThat(told).extracting(VirtualKey::title).containsExactly("mid", "low");
                assertThat(at.listed("disabled")).containsExactly("low", "mid");
                assertThat(at.listed("active")).containsExactly("other", "top");
                at.keys.enable(Actor.SYSTEM, mid.id());
                assertThat(at.listed("active")).containsExactly("other", "low", "mid", "top");
            }
            try (Parts at = new Parts(database)) {
                assertThat(at.keys.get(low).orElseThrow().expiresAt()).isEqualTo(NOON.plusSeconds(60));
                at.now = NOON.plusSeconds(60);
                assertThat(at.listed("expired")).containsExactly("low", "mid", "top");
                assertThat(at.listed("active")).containsExactly("other");
                VirtualKey top =
                        at.index.parents(at.keys.get(low).orElseThrow()).getFirst();
                at.keys.revoke(Actor.SYSTEM, top.id());
                assertThat(at.keys.get(low).orElseThrow().status()).isEqualTo(VirtualKey.REVOKED);
                assertThat(at.keys.get(low).orElseThrow().revokedAt()).isEqualTo(at.now);
                assertThat(at.listed("revoked")).containsExactly("low", "mid", "top");
                assertThat(at.listed("expired")).isEmpty();
                assertThatThrownBy(() -> at.keys.enable(Actor.SYSTEM, low)).isInstanceOf(Conflict.class);
                assertThat(at.index.isWithin(low, top.id())).isTrue();
                assertThat(at.index.isWithin(top.id(), low)).isFalse();
            }
        });
    }

    private void onBoth(Check check) {
        TestStores.fresh(folder).forEach(check::run);
    }

    private interface Check {
        void run(Database database);
    }

    /** What a gateway has of keys, with a clock to turn. */
    private static final class Parts implements AutoCloseable {
        volatile Instant now = NOON;
        final InstantSource clock = () -> now;
        final Store store;
        final Workspaces workspaces;
        final Spaces spaces;
        final PermissionSets sets;
        final Pepper pepper = new Pepper(MASTER);
        final ManagementKeys management;
        final KeyIndex index;
        final VirtualKeys keys;
        final Claims claims;

        Parts(Database database) {
            store = Store.open(database, clock);
            workspaces = new Workspaces(store);
            workspaces.bootstrap(now);
            spaces = new Spaces(store, workspaces);
            sets = new PermissionSets(store);
            management = new ManagementKeys(store, pepper, sets, clock, null);
            KeyFormat format = new KeyFormat("km-");
            index = new KeyIndex(format, pepper);
            keys = new VirtualKeys(store, index, format, pepper, clock);
            claims = new Claims(store, new AesSealer(MASTER), pepper, index, clock);
        }

        int secretsKept() {
            return store.read(h -> h.createQuery("SELECT COUNT(*) FROM claim WHERE secret IS NOT NULL")
                    .mapTo(Integer.class)
                    .one());
        }

        VirtualKey key(String title, @Nullable String parent, @Nullable Instant end) {
            NewVirtualKey wanted = new NewVirtualKey(
                    "default",
                    "default",
                    parent,
                    title,
                    java.util.Map.of(),
                    null,
                    List.of(),
                    null,
                    List.of("gateway"),
                    null,
                    end);
            return keys.issue(Actor.SYSTEM, wanted, _ -> {}).key();
        }

        List<String> listed(String status) {
            KeyFilter filter = new KeyFilter("default", status, null, null, null, null, null, null, null, null, null);
            return keys.list(filter, null, 10).stream().map(VirtualKey::title).toList();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
