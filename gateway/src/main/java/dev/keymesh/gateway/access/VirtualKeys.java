package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The virtual keys and how they change; each change is also in the index when it returns. */
public final class VirtualKeys {
    private final Store store;
    private final KeyIndex index;
    private final KeyFormat format;
    private final Pepper pepper;
    private final InstantSource clock;
    private final KeySearch search;
    private final List<Consumer<VirtualKey>> refusedListeners = new ArrayList<>();

    public VirtualKeys(Store store, KeyIndex index, KeyFormat format, Pepper pepper, InstantSource clock) {
        this.store = store;
        this.index = index;
        this.format = format;
        this.pepper = pepper;
        this.clock = clock;
        search = new KeySearch(store, clock);
        rows("").forEach(row -> index.put(row.key, row.mac));
    }

    /** Reads a key anew that another node issued or changed. */
    public void reload(String id) {
        for (Row row : rows(id)) {
            if (index.own(id) == null) {
                index.put(row.key, row.mac);
            } else {
                replace(row.key);
            }
        }
    }

    /** One row, or all of them. */
    private List<Row> rows(String id) {
        String where = id.isEmpty() ? " WHERE :id = ''" : " WHERE id = :id";
        return store.read(h -> h.createQuery("SELECT " + KeyRows.COLUMNS + " FROM virtual_key" + where)
                .bind("id", id)
                .map((row, context) ->
                        new Row(KeyRows.key(row), Base64.getDecoder().decode(row.getString("mac"))))
                .list());
    }

    private void replace(VirtualKey after) {
        index.update(after).stream()
                .filter(key -> !key.status().equals(VirtualKey.ACTIVE))
                .forEach(key -> refusedListeners.forEach(listener -> listener.accept(key)));
    }

    /** Told of every key that may no longer call, by itself or by a parent, before the write returns. */
    public void onRefused(Consumer<VirtualKey> listener) {
        refusedListeners.add(listener);
    }

    /**
     * Issues a key; its secret is in the answer and nowhere else.
     *
     * @param also what else the same transaction writes, such as the key's budget
     */
    public Issued issue(Actor actor, NewVirtualKey wanted, Consumer<IssuedTx> also) {
        return issueAll(actor, List.of(wanted), also).getFirst();
    }

    /** Issues keys in one transaction, each with an event of its own. */
    public List<Issued> issueAll(Actor actor, List<NewVirtualKey> wanted, Consumer<IssuedTx> also) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Issued> issued = wanted.stream().map(key -> fresh(key, now)).toList();
        List<Act> acts = issued.stream()
                .map(one -> new Act("keys.create", one.key().id()))
                .toList();
        List<VirtualKey> keys = issued.stream().map(Issued::key).toList();
        List<byte[]> macs = issued.stream().map(one -> pepper.mac(one.secret())).toList();
        return store.write(actor, acts, tx -> {
            KeyRows.insert(tx, keys, macs);
            also.accept(new IssuedTx(tx, issued));
            tx.afterCommit(() -> {
                for (int i = 0; i < keys.size(); i++) {
                    index.put(keys.get(i), macs.get(i));
                }
            });
            return issued;
        });
    }

    private Issued fresh(NewVirtualKey wanted, Instant now) {
        KeyFormat.Fresh fresh = format.fresh();
        VirtualKey key = new VirtualKey(
                Ids.next("key"),
                wanted.space(),
                wanted.workspace(),
                wanted.parent(),
                wanted.title(),
                VirtualKey.ACTIVE,
                fresh.lookup(),
                fresh.hint(),
                wanted.fields(),
                wanted.owner(),
                wanted.tags(),
                wanted.externalId(),
                wanted.uses(),
                wanted.policy(),
                now,
                now,
                wanted.expiresAt(),
                null);
        return new Issued(key, fresh.secret());
    }

    /** Whether a key is the other one or a part of it. */
    public boolean isWithin(String id, String other) {
        return index.isWithin(id, other);
    }

    /** How many keys are parts of it, their own parts not counted. */
    public int children(String id) {
        return index.children(id);
    }

    /** As it is by itself, whatever its parents are. */
    public Optional<VirtualKey> own(String id) {
        return Optional.ofNullable(index.own(id));
    }

    /** As it stands below its parents. */
    public Optional<VirtualKey> get(String id) {
        return Optional.ofNullable(index.byId(id));
    }

    /**
     * Newest first.
     *
     * @param before the last id of the page before; null is the first page
     */
    public List<VirtualKey> list(KeyFilter filter, @Nullable String before, int limit) {
        return search.list(filter, before, limit).stream()
                .map(row -> get(row.id()).orElse(row))
                .toList();
    }

    /** When each of them was called with last, by its id; one that never was is absent. One query, however many. */
    public Map<String, Instant> lastUses(List<VirtualKey> of) {
        return search.lastUses(of);
    }

    /**
     * Changes what may change; the id, the secret and the place stay.
     *
     * @param change gets the row as the transaction sees it: the index follows only after the commit, so a change that was
     *     made from the index could undo a revocation of the same batch
     */
    public VirtualKey update(Actor actor, Act act, String id, UnaryOperator<VirtualKey> change) {
        VirtualKey own = store.write(actor, act, tx -> {
            VirtualKey after = change.apply(KeyRows.row(tx, id));
            KeyRows.save(tx, after);
            tx.afterCommit(() -> replace(after));
            return after;
        });
        return get(id).orElse(own);
    }

    /** Final, for the whole subtree; a second revocation changes nothing. */
    public VirtualKey revoke(Actor actor, String id) {
        return update(
                actor,
                new Act("keys.revoke", id),
                id,
                key -> key.status().equals(VirtualKey.REVOKED)
                        ? key
                        : key.withStatus(VirtualKey.REVOKED, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** Fails with {@link Conflict} when it is revoked. */
    public VirtualKey disable(Actor actor, String id) {
        return update(
                actor,
                new Act("keys.update", id, "{\"status\":\"disabled\"}"),
                id,
                key -> live(key).withStatus(VirtualKey.DISABLED, clock.instant()));
    }

    /** Fails with {@link Conflict} when it is revoked. */
    public VirtualKey enable(Actor actor, String id) {
        return update(
                actor,
                new Act("keys.update", id, "{\"status\":\"active\"}"),
                id,
                key -> live(key).withStatus(VirtualKey.ACTIVE, clock.instant()));
    }

    /** The row, unless it or a parent of it is revoked. */
    private VirtualKey live(VirtualKey row) {
        VirtualKey stands = get(row.id()).orElse(row);
        if (row.status().equals(VirtualKey.REVOKED) || stands.status().equals(VirtualKey.REVOKED)) {
            throw new Conflict("The key is revoked, and that is final. Issue a new one.");
        }
        return row;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Row(VirtualKey key, byte[] mac) {}

    /** The transaction that issues keys, for what belongs to the same act. */
    public record IssuedTx(Tx tx, List<Issued> issued) {}

    /** A key and its secret, which is shown once. */
    public record Issued(VirtualKey key, String secret) {
        @Override
        public String toString() {
            return "Issued[" + key.id() + "]";
        }
    }
}
