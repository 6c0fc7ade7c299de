package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.sdk.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that a provider refuses our credential, at most once an hour for each. */
public final class Rejections {
    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
    private static final Duration GAP = Duration.ofHours(1);

    private final Alarm alarm;
    private final InstantSource clock;
    private final Map<String, Instant> last = new ConcurrentHashMap<>();

    public Rejections(Store store, InstantSource clock) {
        alarm = new Alarm(store);
        this.clock = clock;
    }

    /** Never waits: the event is written behind. */
    public void rejected(Provider provider, int status) {
        Instant now = clock.instant();
        boolean[] due = {false};
        last.compute(provider.id(), (_, before) -> {
            due[0] = before == null || !now.isBefore(before.plus(GAP));
            return due[0] ? now : before;
        });
        if (due[0]) {
            Thread.startVirtualThread(() -> tell(provider, status, now));
        }
    }

    private void tell(Provider provider, int status, Instant now) {
        byte[] data = Json.toBytes(new TreeMap<>(Map.of("provider", provider.name(), "status", status)));
        Act act = new Act(EventTypes.CREDENTIAL_REJECTED, provider.id(), new String(data, StandardCharsets.UTF_8));
        try {
            var _ = alarm.raise(act, provider.id(), now, GAP);
        } catch (StoreException e) {
            last.remove(provider.id(), now);
            LOG.warn("That a provider refuses its credential could not be written down: {}", e.getMessage());
        }
    }
}
