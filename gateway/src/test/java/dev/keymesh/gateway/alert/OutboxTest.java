package dev.keymesh.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.TestStores;
import dev.keymesh.sdk.wire.WebhookAttempt;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of an event to its deliveries and of a delivery to its attempt, on both databases. */
class OutboxTest {
    @TempDir
    private Path folder;

    private void onBoth(Consumer<Database> test) {
        TestStores.fresh(folder).forEach(test);
    }

    private static void follow(TestAlerts at) {
        Outbox outbox = new Outbox(at.store, at.endpoints);
        while (outbox.follow(at.store.clock().instant())) {
            // the next events
        }
    }

    @Test
    void eachEventThatAnEndpointWantsIsQueuedForItOnce() {
        onBoth(database -> {
            try (TestAlerts at = new TestAlerts(database, InstantSource.system())) {
                at.act("keys.revoke", "key_before");
                Endpoint some = at.endpoint(null, "keys.revoke", "budget.threshold_reached");
                Endpoint all = at.endpoint(null, "*");
                for (int i = 0; i < 250; i++) {
                    at.act(i % 2 == 0 ? "keys.revoke" : "prices.write", "key_" + i);
                }
                follow(at);
                follow(at);
                assertThat(at.of(some))
                        .hasSize(125)
                        .allMatch(delivery -> delivery.type().equals("keys.revoke"));
                assertThat(at.of(all)).hasSizeBetween(250, 252);
                assertThat(at.of(some).getFirst().body())
                        .contains("\"type\":\"keys.revoke\"", "\"target\":\"key_0\"", "\"space\":null");
            }
        });
    }

    @Test
    void anEndpointOfASpaceIsToldOfThatSpaceAlone() {
        onBoth(database -> {
            try (TestAlerts at = new TestAlerts(database, InstantSource.system())) {
                Endpoint acme = at.endpoint("acme", "*");
                Endpoint account = at.endpoint(null, "*");
                for (String target : List.of(
                        "space:acme",
                        "space:acme2",
                        "workspace:acme/w",
                        "workspace:other/acme",
                        "account",
                        "prv_1",
                        "key:key_none",
                        "key_none",
                        "req_none",
                        acme.id(),
                        account.id())) {
                    at.act("budgets.write", target);
                }
                follow(at);
                assertThat(at.of(acme))
                        .filteredOn(delivery -> delivery.type().equals("budgets.write"))
                        .extracting(delivery -> delivery.body().replaceAll(".*\"target\":\"([^\"]*)\".*", "$1"))
                        .containsExactly("space:acme", "workspace:acme/w", acme.id());
                assertThat(at.of(account))
                        .filteredOn(delivery -> delivery.type().equals("budgets.write"))
                        .hasSize(11);
            }
        });
    }

    @Test
    void whatHappensWhileAnEndpointIsDisabledIsNotQueuedAndWhatIsQueuedWaits() {
        onBoth(database -> {
            try (TestAlerts at = new TestAlerts(database, InstantSource.system())) {
                Endpoint endpoint = at.endpoint(null, "keys.revoke");
                at.act("keys.revoke", "key_1");
                follow(at);
                at.endpoints.disable(endpoint.id(), "gone", Instant.now());
                at.act("keys.revoke", "key_2");
                follow(at);
                assertThat(at.of(endpoint)).hasSize(1);
                assertThat(at.deliveries.claim(soon(at), Map.of(), 9)).isEmpty();
                at.endpoints.update(
                        Actor.SYSTEM,
                        "{}",
                        endpoint.id(),
                        one -> one.with(one.url(), one.to(), one.events(), null, true, Instant.now()));
                assertThat(at.endpoints.get(endpoint.id()).orElseThrow().disabledReason())
                        .isNull();
                assertThat(at.deliveries.claim(soon(at), Map.of(), 9)).hasSize(1);
            }
        });
    }

    private static Instant soon(TestAlerts at) {
        return at.store.clock().instant().plusSeconds(1);
    }

    @Test
    void aDeliveryIsClaimedByOneAndByAnotherOnlyAfterItsProcessDied() {
        onBoth(database -> {
            try (TestAlerts at = new TestAlerts(database, InstantSource.system())) {
                Endpoint endpoint = at.endpoint(null, "keys.revoke");
                at.act("keys.revoke", "key_1");
                follow(at);
                Instant now = soon(at);
                Delivery mine = at.deliveries.claim(now, Map.of(), 9).getFirst();
                assertThat(at.deliveries.claim(now.plusSeconds(59), Map.of(), 9))
                        .isEmpty();
                Instant dead = now.plus(Deliveries.LEASE).plusSeconds(1);
                Delivery theirs = at.deliveries.claim(dead, Map.of(), 9).getFirst();
                assertThat(theirs.message()).isEqualTo(mine.message());
                assertThat(ended(at, mine, now)).isFalse();
                assertThat(ended(at, theirs, dead)).isTrue();
                assertThat(at.of(endpoint).getFirst().attempts()).hasSize(1);
                assertThat(at.deliveries.claim(dead.plus(Duration.ofDays(1)), Map.of(), 9))
                        .isEmpty();
            }
        });
    }

    private static boolean ended(TestAlerts at, Delivery delivery, Instant now) {
        WebhookAttempt attempt = new WebhookAttempt(now, 200, null, 1, null);
        return at.store.maintain(
                tx -> Deliveries.attempted(tx.handle(), delivery, attempt, Delivery.Status.DELIVERED, 1, now));
    }

    @Test
    void aCrashBetweenTheLogAndTheQueueLosesNothing() {
        onBoth(database -> {
            Endpoint endpoint;
            try (TestAlerts at = new TestAlerts(database, InstantSource.system())) {
                endpoint = at.endpoint(null, "keys.revoke");
                at.act("keys.revoke", "key_1");
            }
            try (TestAlerts again = new TestAlerts(database, InstantSource.system())) {
                follow(again);
                assertThat(again.of(endpoint)).hasSize(1);
            }
        });
    }

    @Test
    void twoNodesDeliverEachEventOnce() throws Exception {
        Database shared = TestStores.fresh(folder).toList().getLast();
        Queue<String> received = new ConcurrentLinkedQueue<>();
        Post post = (url, headers, body) -> {
            received.add(headers.get("webhook-id"));
            return new Post.Answer(204, "", "");
        };
        try (TestAlerts a = new TestAlerts(shared, InstantSource.system());
                TestAlerts b = new TestAlerts(shared, InstantSource.system());
                Dispatcher one = Dispatcher.start(a.store, a.endpoints, a.deliveries, post, null, a.store.clock());
                Dispatcher other = Dispatcher.start(b.store, b.endpoints, b.deliveries, post, null, b.store.clock())) {
            Endpoint endpoint = a.endpoint(null, "keys.revoke");
            for (int i = 0; i < 60; i++) {
                (i % 2 == 0 ? a : b).act("keys.revoke", "key_" + i);
                one.wake();
                other.wake();
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (a.deliveries.list(endpoint.id(), "delivered", null, 1_000).size() < 60
                    && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
            assertThat(a.deliveries.list(endpoint.id(), "delivered", null, 1_000))
                    .hasSize(60);
            List<String> ids = new ArrayList<>(received);
            assertThat(ids).hasSize(60).doesNotHaveDuplicates();
        }
    }
}
