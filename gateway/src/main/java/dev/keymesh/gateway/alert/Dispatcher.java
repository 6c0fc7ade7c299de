package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Event;
import dev.keymesh.sdk.wire.WebhookAttempt;
import dev.keymesh.sdk.wire.WebhookMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers: looks every second for events to queue and for deliveries that are due, and attempts each on a virtual thread.
 * An endpoint has few attempts at a time, so that a slow one holds up itself alone. Every node runs one; the claims say
 * whose an attempt is.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final int AT_ONCE = 4;
    private static final Duration LONGEST_FAILURE = Duration.ofDays(5);
    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration PRUNED_EVERY = Duration.ofHours(1);

    private final Store store;
    private final Endpoints endpoints;
    private final Deliveries deliveries;
    private final Outbox outbox;
    private final Courier courier;
    private final InstantSource clock;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final Map<String, Integer> running = new ConcurrentHashMap<>();
    private final Semaphore wake = new Semaphore(0);
    private final ExecutorService attempts = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread thread = new Thread(this::run, "keymesh-alerts");
    private volatile boolean closing;
    private Instant prunedAt = Instant.EPOCH;

    private Dispatcher(
            Store store,
            Endpoints endpoints,
            Deliveries deliveries,
            Post post,
            @Nullable MailSettings mail,
            InstantSource clock) {
        this.store = store;
        this.endpoints = endpoints;
        this.deliveries = deliveries;
        this.clock = clock;
        outbox = new Outbox(store, endpoints);
        courier = new Courier(post, mail);
    }

    /** Begins at once. */
    public static Dispatcher start(
            Store store,
            Endpoints endpoints,
            Deliveries deliveries,
            Post post,
            @Nullable MailSettings mail,
            InstantSource clock) {
        Dispatcher dispatcher = new Dispatcher(store, endpoints, deliveries, post, mail, clock);
        dispatcher.thread.setDaemon(true);
        dispatcher.thread.start();
        return dispatcher;
    }

    private void run() {
        boolean told = false;
        while (!closing) {
            try {
                turn();
                told = false;
            } catch (RuntimeException e) {
                if (!told && !closing) {
                    LOG.warn("Alerts wait, and are looked for again every second: {}", e.toString());
                    told = true;
                }
            }
            pause();
        }
    }

    private void pause() {
        try {
            if (wake.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing = true;
        }
    }

    /** Looks at once, for what was queued by hand. */
    public void wake() {
        wake.release();
    }

    private void turn() {
        Instant now = clock.instant();
        if (!endpoints.any()) {
            return;
        }
        while (outbox.follow(now)) {
            LOG.debug("Events were queued for their endpoints.");
        }
        Map<String, Integer> room = new HashMap<>();
        running.forEach((endpoint, count) -> room.put(endpoint, Math.max(0, AT_ONCE - count)));
        for (Delivery delivery : deliveries.claim(now, room, AT_ONCE)) {
            running.merge(delivery.endpoint(), 1, Integer::sum);
            attempts.execute(() -> attempt(delivery));
        }
        if (now.isAfter(prunedAt.plus(PRUNED_EVERY))) {
            prunedAt = now;
            store.maintain(tx -> Deliveries.prune(tx.handle(), now.minus(KEPT)));
        }
    }

    private void attempt(Delivery delivery) {
        try {
            endpoints.get(delivery.endpoint()).ifPresent(endpoint -> {
                var _ = attempt(endpoint, delivery);
            });
        } catch (RuntimeException e) {
            LOG.warn("An attempt to deliver {} will be made again: {}", delivery.id(), e.toString());
        } finally {
            running.computeIfPresent(delivery.endpoint(), (_, count) -> count == 1 ? null : (Integer) (count - 1));
            wake();
        }
    }

    /** A message that says nothing but that it is a test, once, now; how that went. */
    public Delivery test(Endpoint endpoint) {
        Instant now = clock.instant();
        String id = Ids.next("whd");
        WebhookMessage message = new WebhookMessage(
                EventTypes.TEST,
                now,
                new WebhookMessage.Data(
                        id, new Event.Actor("system", "keymesh"), endpoint.id(), endpoint.space(), null, Map.of()));
        Delivery test =
                deliveries.test(endpoint.id(), id, new String(Json.toBytes(message), StandardCharsets.UTF_8), now);
        attempt(endpoint, test);
        return deliveries.get(endpoint.id(), id).orElse(test);
    }

    private Outcome attempt(Endpoint endpoint, Delivery delivery) {
        Instant now = clock.instant();
        long start = System.nanoTime();
        Outcome outcome = carried(endpoint, delivery, now);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        WebhookAttempt attempt = new WebhookAttempt(now, outcome.status(), outcome.error(), millis, outcome.response());
        Instant ended = clock.instant();
        Instant failingSince = store.maintain(tx -> written(tx.handle(), delivery, outcome, attempt, ended));
        if (outcome.gone()) {
            endpoints.disable(endpoint.id(), "gone", ended);
        } else if (failingSince != null && !ended.isBefore(failingSince.plus(LONGEST_FAILURE))) {
            endpoints.disable(endpoint.id(), "failing", ended);
        }
        return outcome;
    }

    private Outcome carried(Endpoint endpoint, Delivery delivery, Instant now) {
        try {
            return courier.carry(endpoint, delivery, now);
        } catch (RuntimeException e) {
            LOG.error("The delivery {} ended by a bug.", delivery.id(), e);
            return Outcome.failed("Keymesh failed; tell whoever runs it this delivery's id.");
        }
    }

    /** Since when the endpoint has failed; a test says nothing of that, and is tried once. */
    private @Nullable Instant written(
            org.jdbi.v3.core.Handle handle, Delivery delivery, Outcome outcome, WebhookAttempt attempt, Instant now) {
        int tries = delivery.tries() + 1;
        boolean test = delivery.type().equals(EventTypes.TEST);
        Duration pause = outcome.ok() || outcome.gone() || test ? null : BackOff.after(tries, random);
        Delivery.Status status = outcome.ok()
                ? Delivery.Status.DELIVERED
                : pause == null ? Delivery.Status.FAILED : Delivery.Status.PENDING;
        boolean mine =
                Deliveries.attempted(handle, delivery, attempt, status, tries, pause == null ? now : now.plus(pause));
        return mine && !test ? Endpoints.went(handle, delivery.endpoint(), outcome.ok(), now) : null;
    }

    /** What is being attempted ends unheard, and is attempted again when its claim is old. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        attempts.shutdownNow();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
            if (!attempts.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("An alert did not end.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
