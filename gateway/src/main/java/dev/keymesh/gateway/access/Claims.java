package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Sealer;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.gateway.store.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Links that show a new key's secret once. Of a link's token only the MAC is kept; the secret is sealed until it was shown
 * or the link has ended.
 */
public final class Claims {
    private static final String TABLE = "claim";
    private static final String FIELD = "secret";
    /** Whoever follows a link has no credential. */
    private static final Actor HOLDER = new Actor("person", "claim");
    /** So long it can be told that a link was used or has ended, and not only that it is not known. */
    private static final Duration REMEMBERED = Duration.ofDays(30);

    private final Store store;
    private final Sealer sealer;
    private final Pepper pepper;
    private final KeyIndex keys;
    private final InstantSource clock;
    private final KeyFormat format = new KeyFormat("");

    public Claims(Store store, Sealer sealer, Pepper pepper, KeyIndex keys, InstantSource clock) {
        this.store = store;
        this.sealer = sealer;
        this.pepper = pepper;
        this.keys = keys;
        this.clock = clock;
    }

    /** Makes a link for each key in the transaction that issues them; their tokens are in the answer and nowhere else. */
    public List<String> offer(VirtualKeys.IssuedTx made, Instant end) {
        List<String> tokens = new ArrayList<>();
        PreparedBatch batch = made.tx()
                .handle()
                .prepareBatch(
                        "INSERT INTO claim (id, key, secret, expires_at) VALUES (:id, :key, :secret, :expiresAt)");
        for (VirtualKeys.Issued issued : made.issued()) {
            String token = format.fresh().secret();
            String id = id(token);
            tokens.add(token);
            batch.bind("id", id)
                    .bind("key", issued.key().id())
                    .bind("secret", sealer.seal(issued.secret(), TABLE, id, FIELD))
                    .bind("expiresAt", end.toEpochMilli())
                    .add();
        }
        batch.execute();
        return tokens;
    }

    /** What a link is now; looking uses nothing up. */
    public Link look(String token) {
        store.catchUp();
        return format.lookup(token)
                .flatMap(_ -> store.read(handle -> row(handle, id(token))))
                .map(this::link)
                .orElse(new Link.Gone(Link.Why.UNKNOWN));
    }

    /** Uses a link up: of any number that try, one gets the secret. */
    public Link take(String token) {
        Link before = look(token);
        if (!(before instanceof Link.Open open)) {
            return before;
        }
        try {
            return store.write(HOLDER, new Act("key.claimed", open.key().id()), tx -> {
                Row row = row(tx.handle(), id(token)).orElseThrow(Late::new);
                if (row.secret == null || !(link(row) instanceof Link.Open still)) {
                    throw new Late();
                }
                return shown(tx, still, row);
            });
        } catch (Late e) {
            return look(token);
        }
    }

    /** Somebody was faster, so nothing is written: an event says that the secret was shown. */
    private static final class Late extends RuntimeException {
        Late() {
            super(null, null, false, false);
        }
    }

    private Link shown(Tx tx, Link.Open open, Row row) {
        tx.handle().execute("UPDATE claim SET secret = NULL, claimed_at = ? WHERE id = ?", clock.millis(), row.id);
        return new Link.Shown(open.key(), sealer.open(String.valueOf(row.secret), TABLE, row.id, FIELD));
    }

    /** Forgets the secrets of links that have ended, and in time the links. */
    public void sweep(Instant now) {
        store.maintain(tx -> {
            tx.handle()
                    .execute(
                            "UPDATE claim SET secret = NULL WHERE expires_at <= ? AND secret IS NOT NULL",
                            now.toEpochMilli());
            return tx.handle()
                    .execute(
                            "DELETE FROM claim WHERE expires_at <= ?",
                            now.minus(REMEMBERED).toEpochMilli());
        });
    }

    private Link link(Row row) {
        VirtualKey key = keys.byId(row.key);
        if (key == null) {
            throw new StoreException("This node does not know of the key yet.");
        }
        if (row.claimed) {
            return new Link.Gone(Link.Why.USED);
        }
        if (row.secret == null || !clock.instant().isBefore(row.end)) {
            return new Link.Gone(Link.Why.ENDED);
        }
        return key.status().equals(VirtualKey.REVOKED) ? new Link.Gone(Link.Why.REVOKED) : new Link.Open(key, row.end);
    }

    private static Optional<Row> row(Handle handle, String id) {
        return handle.createQuery("SELECT id, key, secret, expires_at, claimed_at FROM claim WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> Row.of(row))
                .findOne();
    }

    /** Apart from the MACs of keys, which the same pepper makes. */
    private String id(String token) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(pepper.mac("claim\n" + token));
    }

    private record Row(String id, String key, @Nullable String secret, Instant end, boolean claimed) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    Instant.ofEpochMilli(row.getLong(4)),
                    row.getObject(5) != null);
        }

        @Override
        public String toString() {
            return "Row[" + key + "]";
        }
    }

    /** What a link is. */
    public sealed interface Link {
        /** It can be used until an instant. */
        record Open(VirtualKey key, Instant until) implements Link {}

        /** It was used right now. */
        record Shown(VirtualKey key, String secret) implements Link {
            @Override
            public String toString() {
                return "Shown[" + key.id() + "]";
            }
        }

        /** It is of no use any more. */
        record Gone(Why why) implements Link {}

        /** Why a link is of no use. */
        enum Why {
            USED,
            ENDED,
            REVOKED,
            UNKNOWN
        }
    }
}
