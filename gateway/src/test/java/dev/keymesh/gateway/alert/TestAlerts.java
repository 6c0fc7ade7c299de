package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.AesSealer;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.MasterKey;
import dev.keymesh.gateway.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node as far as alerts need one: the store, endpoints and deliveries. */
final class TestAlerts implements AutoCloseable {
    final Store store;
    final Endpoints endpoints;
    final Deliveries deliveries;

    TestAlerts(Database database, InstantSource clock) {
        store = Store.open(database, clock);
        String key = Base64.getEncoder().encodeToString(new byte[32]);
        endpoints = new Endpoints(store, new AesSealer(MasterKey.parse(key, "test")));
        deliveries = new Deliveries(store);
    }

    Endpoint endpoint(@Nullable String space, String... events) {
        Instant now = Instant.ofEpochMilli(store.clock().instant().toEpochMilli());
        return endpoints.create(
                Actor.SYSTEM,
                new Endpoint(
                        "",
                        space,
                        Format.STANDARD,
                        "https://hooks.example.com/",
                        List.of(),
                        List.of(events),
                        null,
                        null,
                        null,
                        null,
                        true,
                        null,
                        null,
                        now,
                        now));
    }

    /** Something happens. */
    void act(String action, String target) {
        store.write(Actor.SYSTEM, new Act(action, target), tx -> true);
    }

    /** What is queued for an endpoint, oldest first. */
    List<Delivery> of(Endpoint endpoint) {
        return deliveries.list(endpoint.id(), "", null, 1_000).reversed();
    }

    @Override
    public void close() {
        store.close();
    }
}
