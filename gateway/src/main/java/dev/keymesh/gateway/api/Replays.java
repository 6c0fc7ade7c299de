package dev.keymesh.gateway.api;

import dev.keymesh.gateway.store.Sealer;
import dev.keymesh.gateway.store.Sha256;
import dev.keymesh.gateway.store.Store;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a POST with an {@code Idempotency-Key} happen once: the same key and body are answered with the stored answer
 * for 24 hours, for 10 minutes where it holds a secret. Stored answers are sealed.
 */
public final class Replays {
    private static final Duration KEPT = Duration.ofHours(24);
    private static final Duration SECRET_KEPT = Duration.ofMinutes(10);
    private static final int LONGEST_KEY = 255;
    private static final String TABLE = "replay";
    private static final String FIELD = "answer";

    private final Store store;
    private final Sealer sealer;
    private final InstantSource clock;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    public Replays(Store store, Sealer sealer, InstantSource clock) {
        this.store = store;
        this.sealer = sealer;
        this.clock = clock;
    }

    ApiResponse once(Call call, Supplier<ApiResponse> work) {
        String key = call.request().header("idempotency-key");
        if (key.isEmpty() || !call.request().method().equals("POST") || call.isDry()) {
            return work.get();
        }
        if (key.length() > LONGEST_KEY) {
            throw Rejection.malformed("'Idempotency-Key' has at most " + LONGEST_KEY + " characters.");
        }
        String id = Sha256.hex(call.actor() + "\n" + call.request().path() + "\n" + key);
        if (!running.add(id)) {
            throw new Rejection(
                    409, "idempotency_in_progress", "A request with this Idempotency-Key is running.", List.of());
        }
        try {
            byte[] query = (call.request().query() + "\n").getBytes(StandardCharsets.UTF_8);
            byte[] body = call.request().body();
            return once(
                    id,
                    Sha256.hex(ByteBuffer.allocate(query.length + body.length)
                            .put(query)
                            .put(body)
                            .array()),
                    work);
        } finally {
            running.remove(id);
        }
    }

    private ApiResponse once(String id, String fingerprint, Supplier<ApiResponse> work) {
        Stored stored = find(id);
        if (stored == null) {
            ApiResponse answer = work.get();
            keep(id, fingerprint, answer);
            return answer;
        }
        if (!stored.fingerprint.equals(fingerprint)) {
            throw new Rejection(
                    422, "idempotency_key_reused", "This Idempotency-Key came with another body before.", List.of());
        }
        Map<String, String> headers = new HashMap<>(Map.of(
                "Content-Type", "application/json", "Cache-Control", "no-store", "Idempotency-Replayed", "true"));
        byte[] body = sealer.open(stored.answer, TABLE, id, FIELD).getBytes(StandardCharsets.UTF_8);
        return new ApiResponse(stored.status, headers, body);
    }

    private @Nullable Stored find(String id) {
        return store.read(h -> h.createQuery(
                        "SELECT fingerprint, status, answer FROM replay WHERE id = :id AND expires_at > :now")
                .bind("id", id)
                .bind("now", clock.instant().toEpochMilli())
                .map((row, context) -> new Stored(row.getString(1), row.getInt(2), row.getString(3)))
                .findOne()
                .orElse(null));
    }

    private void keep(String id, String fingerprint, ApiResponse answer) {
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        Instant now = clock.instant();
        Instant end = now.plus(body.contains("\"secret\":") || body.contains("\"claimUrl\":") ? SECRET_KEPT : KEPT);
        store.maintain(tx -> {
            tx.handle().execute("DELETE FROM replay WHERE expires_at <= ?", now.toEpochMilli());
            return tx.handle()
                    .execute(
                            "INSERT INTO replay (id, fingerprint, status, answer, expires_at) VALUES (?, ?, ?, ?, ?)",
                            id,
                            fingerprint,
                            answer.status(),
                            sealer.seal(body, TABLE, id, FIELD),
                            end.toEpochMilli());
        });
    }

    private record Stored(String fingerprint, int status, String answer) {}
}
