package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import jakarta.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Corrections of what calls were charged where the provider did not say it: each is a row of its own on the call's day, and is
 * made once.
 */
public final class Corrections {
    private static final Set<String> OPEN = Set.of("estimated", "unknown");
    private static final long WAIT_SECONDS = 10;

    private final Store store;
    /** What a batch decided and has not committed; the writer's thread alone touches it. */
    private final Map<LedgerCommand.Correct, Outcome> decided = new HashMap<>();

    Corrections(Store store) {
        this.store = store;
    }

    /** How a correction ended. */
    public enum Outcome {
        /** It is on the books, by this or by an earlier request that said the same. */
        CORRECTED,
        NO_SUCH_CALL,
        /** The provider said what the call cost, or it was not charged. */
        NOT_OPEN,
        /** It was corrected before, to something else. */
        CORRECTED_BEFORE
    }

    /**
     * Charges a call this cost in place of what it was charged.
     *
     * @param space where the call must be; empty is anywhere
     * @param cost nano-dollars
     * @throws StoreException when it is not known whether it was written; to ask again is safe
     */
    public Outcome correct(Actor by, String id, String space, long cost, String why) {
        store.barrier();
        Charged charged = store.read(handle -> handle.createQuery("""
                        SELECT id, space, workspace, key, provider, model, operation, status, cost, settlement, price_version,
                          day, started_at
                        FROM call WHERE id = :id AND corrects IS NULL AND (:space = '' OR space = :space)""")
                .bind("id", id)
                .bind("space", space)
                .map((row, context) -> charged(
                        row,
                        Scopes.of(
                                row.getString("space"),
                                row.getString("workspace"),
                                Orphans.parents(handle, row.getString("key")),
                                row.getString("key")),
                        Json.createObjectBuilder().add("reason", why).build().toString()))
                .findOne()
                .orElse(null));
        if (charged == null) {
            return Outcome.NO_SUCH_CALL;
        }
        if (!OPEN.contains(charged.settlement)) {
            return Outcome.NOT_OPEN;
        }
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        store.submit(new LedgerCommand.Correct(charged.record, charged.day, cost, by, why, outcome));
        return await(outcome);
    }

    private static Charged charged(ResultSet row, Scopes scopes, String facts) throws SQLException {
        CallRecord record = new CallRecord(
                row.getString("id"),
                scopes,
                row.getString("provider"),
                row.getString("model"),
                row.getString("operation"),
                row.getInt("status"),
                null,
                "correction",
                null,
                false,
                0,
                0,
                0,
                row.getLong("cost"),
                "corrected",
                row.getString("price_version"),
                facts,
                Instant.ofEpochMilli(row.getLong("started_at")),
                0,
                null);
        return new Charged(record, row.getInt("day"), row.getString("settlement"));
    }

    private static Outcome await(CompletableFuture<Outcome> outcome) {
        try {
            return outcome.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StoreException("The database did not take the correction.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Keymesh is stopping.", e);
        }
    }

    /** The balances move on the day of the call, with the correction's row and its event. */
    void decide(Books books, Rows writes, LedgerCommand.Correct correct, Instant now) throws SQLException {
        CallRecord call = correct.record();
        long difference = correct.cost() - call.charged();
        String before = writes.correction(call.id());
        if (before != null) {
            boolean alike = before.equals(difference + " " + call.facts());
            decided.put(correct, alike ? Outcome.CORRECTED : Outcome.CORRECTED_BEFORE);
            return;
        }
        Amounts move = new Amounts(difference, 0, 0);
        writes.correct(call, move, correct.day());
        String provider = Objects.requireNonNull(call.provider());
        String model = Objects.requireNonNull(call.model());
        books.load(call.scopes(), provider, model);
        books.move(call.scopes(), provider, model, correct.day(), move, Amounts.NONE);
        books.tell(call.scopes(), provider, model, now);
        writes.tell(
                correct.by(),
                new Act("budgets.write", call.id(), Objects.requireNonNull(call.facts())),
                now.toEpochMilli());
        decided.put(correct, Outcome.CORRECTED);
    }

    void committed() {
        decided.forEach((correct, outcome) -> correct.outcome().complete(outcome));
        decided.clear();
    }

    void failed(LedgerCommand.Correct correct, Exception why) {
        decided.remove(correct);
        correct.outcome().completeExceptionally(why);
    }

    private record Charged(CallRecord record, int day, String settlement) {}
}
