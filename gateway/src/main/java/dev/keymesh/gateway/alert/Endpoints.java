package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Sealer;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The endpoints: rows with sealed addresses and secrets. Nothing of them is kept in memory, for they are seldom asked for. */
public final class Endpoints {
    private static final int MOST = 100;
    private static final String TABLE = "webhook_endpoint";
    private static final String ACT = "webhooks.write";

    private final Store store;
    private final Sealer sealer;
    private final SecureRandom random = new SecureRandom();

    public Endpoints(Store store, Sealer sealer) {
        this.store = store;
        this.sealer = sealer;
    }

    public List<Endpoint> list() {
        return store.read(this::all);
    }

    List<Endpoint> all(Handle handle) {
        return handle.createQuery("SELECT * FROM webhook_endpoint ORDER BY created_at, id")
                .map((row, context) -> endpoint(row))
                .list();
    }

    public Optional<Endpoint> get(String id) {
        return store.read(handle -> find(handle, id));
    }

    private Optional<Endpoint> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM webhook_endpoint WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> endpoint(row))
                .findOne();
    }

    /** Whether there is one at all, enabled or not. */
    boolean any() {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM webhook_endpoint")
                        .mapTo(Integer.class)
                        .one())
                > 0;
    }

    /** With a fresh id, and a secret where it signs; fails with {@link Conflict} where there are too many. */
    public Endpoint create(Actor actor, Endpoint wanted) {
        String id = Ids.next("whe");
        Endpoint endpoint = new Endpoint(
                id,
                wanted.space(),
                wanted.format(),
                wanted.url(),
                wanted.to(),
                wanted.events(),
                wanted.description(),
                wanted.format() == Format.STANDARD ? Signature.secret(random) : null,
                null,
                null,
                wanted.enabled(),
                null,
                null,
                wanted.createdAt(),
                wanted.updatedAt());
        return store.write(actor, new Act(ACT, id), tx -> {
            int there = tx.handle()
                    .createQuery("SELECT COUNT(*) FROM webhook_endpoint")
                    .mapTo(Integer.class)
                    .one();
            if (there >= MOST) {
                throw new Conflict("There are " + MOST + " webhook endpoints already. Delete one first.");
            }
            if (there == 0) {
                // Nobody followed the log: what was before is not told.
                tx.handle().execute("UPDATE outbox SET seq = (SELECT COALESCE(MAX(seq), 0) FROM event) WHERE id = 1");
            }
            return save(tx, endpoint);
        });
    }

    /**
     * Changes one that is there.
     *
     * @param change gets the row as the transaction sees it
     */
    public Endpoint update(Actor actor, String data, String id, UnaryOperator<Endpoint> change) {
        return store.write(actor, new Act(ACT, id, data), tx -> {
            Endpoint before =
                    find(tx.handle(), id).orElseThrow(() -> new Conflict("The webhook endpoint was just deleted."));
            return save(tx, change.apply(before));
        });
    }

    /** Another secret; the one before signs too for this long. */
    public Endpoint rotate(Actor actor, String id, Duration overlap, Instant now) {
        return update(
                actor,
                "{\"rotated\":true}",
                id,
                before -> before.rotated(Signature.secret(random), now.plus(overlap), now));
    }

    /** Disables one that is enabled, for a reason of Keymesh's own. */
    void disable(String id, String reason, Instant now) {
        try {
            update(Actor.SYSTEM, "{\"enabled\":false,\"reason\":\"" + reason + "\"}", id, before -> {
                if (!before.enabled()) {
                    throw new Conflict("It is disabled already.");
                }
                return before.disabled(reason, now);
            });
        } catch (Conflict e) {
            // deleted or disabled meanwhile: there is nothing left to do
        }
    }

    /** Takes it away with all that was told or is to be told there. */
    public void delete(Actor actor, String id) {
        store.write(actor, new Act(ACT, id, "{\"deleted\":true}"), tx -> {
            tx.handle().execute("DELETE FROM webhook_delivery WHERE endpoint = ?", id);
            tx.handle().execute("DELETE FROM webhook_endpoint WHERE id = ?", id);
            return true;
        });
    }

    /** Remembers how a delivery went; how long the endpoint has failed now, or null where it does not. */
    static @Nullable Instant went(Handle handle, String id, boolean well, Instant now) {
        if (well) {
            handle.execute(
                    "UPDATE webhook_endpoint SET failing_since = NULL WHERE id = ? AND failing_since IS NOT NULL", id);
            return null;
        }
        handle.execute(
                "UPDATE webhook_endpoint SET failing_since = ? WHERE id = ? AND failing_since IS NULL",
                now.toEpochMilli(),
                id);
        return handle.createQuery("SELECT failing_since FROM webhook_endpoint WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> Instant.ofEpochMilli(row.getLong(1)))
                .findOne()
                .orElse(null);
    }

    private Endpoint save(Tx tx, Endpoint endpoint) {
        String id = endpoint.id();
        String address = endpoint.url() == null ? String.join(",", endpoint.to()) : endpoint.url();
        tx.handle()
                .createUpdate("""
                        INSERT INTO webhook_endpoint (id, space, format, address, events, description, secret, old_secret,
                          old_secret_until, enabled, disabled_reason, failing_since, created_at, updated_at)
                        VALUES (:id, :space, :format, :address, :events, :description, :secret, :oldSecret,
                          :oldSecretUntil, :enabled, :disabledReason, :failingSince, :createdAt, :updatedAt)
                        ON CONFLICT (id) DO UPDATE SET address = excluded.address, events = excluded.events,
                          description = excluded.description, secret = excluded.secret, old_secret = excluded.old_secret,
                          old_secret_until = excluded.old_secret_until, enabled = excluded.enabled,
                          disabled_reason = excluded.disabled_reason, failing_since = excluded.failing_since,
                          updated_at = excluded.updated_at""")
                .bind("id", id)
                .bind("space", endpoint.space())
                .bind("format", endpoint.format().wire())
                .bind("address", sealer.seal(address, TABLE, id, "address"))
                .bind("events", String.join(",", endpoint.events()))
                .bind("description", endpoint.description())
                .bind("secret", sealed(endpoint.secret(), id, "secret"))
                .bind("oldSecret", sealed(endpoint.oldSecret(), id, "old_secret"))
                .bind("oldSecretUntil", millis(endpoint.oldSecretUntil()))
                .bind("enabled", endpoint.enabled())
                .bind("disabledReason", endpoint.disabledReason())
                .bind("failingSince", millis(endpoint.failingSince()))
                .bind("createdAt", endpoint.createdAt().toEpochMilli())
                .bind("updatedAt", endpoint.updatedAt().toEpochMilli())
                .execute();
        return endpoint;
    }

    private Endpoint endpoint(ResultSet row) throws SQLException {
        String id = row.getString("id");
        Format format = Format.of(row.getString("format")).orElseThrow();
        String address = sealer.open(row.getString("address"), TABLE, id, "address");
        return new Endpoint(
                id,
                row.getString("space"),
                format,
                format == Format.EMAIL ? null : address,
                format == Format.EMAIL ? List.of(address.split(",", -1)) : List.of(),
                List.of(row.getString("events").split(",", -1)),
                row.getString("description"),
                opened(row.getString("secret"), id, "secret"),
                opened(row.getString("old_secret"), id, "old_secret"),
                instant(row, "old_secret_until"),
                row.getBoolean("enabled"),
                row.getString("disabled_reason"),
                instant(row, "failing_since"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("updated_at")));
    }

    private @Nullable String sealed(@Nullable String text, String id, String field) {
        return text == null ? null : sealer.seal(text, TABLE, id, field);
    }

    private @Nullable String opened(@Nullable String text, String id, String field) {
        return text == null ? null : sealer.open(text, TABLE, id, field);
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : (Long) instant.toEpochMilli();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(value);
    }
}
