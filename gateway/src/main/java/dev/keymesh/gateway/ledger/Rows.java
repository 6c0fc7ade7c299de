package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The statements of a batch, prepared once for the writer's connection. */
final class Rows {
    private final Connection connection;
    private final Map<Into, PreparedStatement> inserts = new EnumMap<>(Into.class);
    private final Together waiting;
    /** Whether rows wait until the batch is decided. */
    private boolean together;
    /** The holds that this batch ended, and has not settled yet. */
    private final Map<String, Amounts> ended = new HashMap<>();

    private final PreparedStatement balances;
    private final PreparedStatement unhold;
    private final PreparedStatement event;
    private final PreparedStatement orphan;
    private final PreparedStatement reached;
    private final PreparedStatement resize;

    Rows(Connection connection) throws SQLException {
        this.connection = connection;
        waiting = new Together(connection);
        for (Into into : Into.values()) {
            inserts.put(into, connection.prepareStatement(into.row()));
        }
        balances = connection.prepareStatement("""
                SELECT day, spent, held, requests, held_requests, tokens, held_tokens FROM balance
                WHERE scope = ? AND provider = ? AND model = ?""");
        resize = connection.prepareStatement("UPDATE hold SET amount = ?, tokens = ? WHERE id = ?");
        reached = connection.prepareStatement("""
                INSERT INTO budget_threshold (scope, provider, model, unit, period, day, threshold)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""");
        unhold = connection.prepareStatement("DELETE FROM hold WHERE id = ?");
        orphan = connection.prepareStatement(
                "SELECT cost, tokens FROM call WHERE id = ? AND error_code = '" + Orphans.ERROR + "'");
        event = connection.prepareStatement("""
                INSERT INTO event (id, actor_type, actor_id, action, target, at, data)
                VALUES (?, ?, ?, ?, ?, ?, ?)""");
    }

    /** Tells of a call that cost more than its hold: the only way in which a limit is passed. */
    void exceeded(CallRecord record, long held, long now) throws SQLException {
        tell(
                "ledger.bound_exceeded",
                record.id(),
                now,
                "{\"held\":\"" + held + "\",\"cost\":\"" + record.charged() + "\",\"unit\":\"nano-dollars\"}");
    }

    private void tell(String action, String target, long now, String data) throws SQLException {
        tell(new Actor("system", "ledger"), new Act(action, target, data), now);
    }

    void tell(Actor actor, Act act, long now) throws SQLException {
        event.setString(1, Ids.next("evt"));
        event.setString(2, actor.type());
        event.setString(3, actor.id());
        event.setString(4, act.action());
        event.setString(5, act.target());
        event.setLong(6, now);
        event.setString(7, act.data());
        event.executeUpdate();
    }

    /** Remembers that a budget has reached a threshold in the window that begins on a day; whether that was new. */
    boolean reached(Limit limit, int day, int percent) throws SQLException {
        reached.setString(1, limit.scope());
        reached.setString(2, limit.provider());
        reached.setString(3, limit.model());
        reached.setString(4, limit.unit().wire());
        reached.setString(5, limit.period().wire());
        reached.setInt(6, day);
        reached.setInt(7, percent);
        return reached.executeUpdate() == 1;
    }

    void thresholdReached(Limit limit, int percent, long spent, long amount, long now) throws SQLException {
        String data = """
                {"period":"%s","provider":"%s","model":"%s","unit":"%s","threshold":%d,"spent":"%s","limit":"%s"}""".formatted(
                        limit.period().wire(),
                        limit.provider(),
                        limit.model(),
                        limit.unit().wire(),
                        percent,
                        limit.unit().format(spent),
                        limit.unit().format(amount));
        tell("budget.threshold_reached", limit.scope(), now, data);
    }

    void countLate(String id) throws SQLException {
        flush();
        LateCalls.add(connection, id);
    }

    boolean belongTo(Connection other) {
        return connection.equals(other);
    }

    Balance load(BalanceKey key) throws SQLException {
        Balance loaded = new Balance(key);
        balances.setString(1, key.scope());
        balances.setString(2, key.provider());
        balances.setString(3, key.model());
        try (var rows = balances.executeQuery()) {
            while (rows.next()) {
                read(loaded.day(rows.getInt(1)), rows, 2);
            }
        }
        return loaded;
    }

    /** Reads the amounts of a day from a column on. */
    static void read(Balance.Day day, ResultSet row, int from) throws SQLException {
        day.spent = row.getLong(from);
        day.held = row.getLong(from + 1);
        day.requests = row.getLong(from + 2);
        day.heldRequests = row.getLong(from + 3);
        day.tokens = row.getLong(from + 4);
        day.heldTokens = row.getLong(from + 5);
    }

    void save(Balance.Day day, BalanceKey key) throws SQLException {
        var _ = write(
                Into.BALANCE,
                key.scope(),
                key.provider(),
                key.model(),
                day.day,
                day.spent,
                day.held,
                day.requests,
                day.heldRequests,
                day.tokens,
                day.heldTokens);
    }

    void insert(Hold taken, HoldRequest request, String instance, long now, long expires) throws SQLException {
        Scopes scopes = request.scopes();
        var _ = write(
                Into.HOLD,
                taken.id(),
                instance,
                "call",
                scopes.space(),
                scopes.workspace(),
                scopes.key(),
                request.provider(),
                request.model(),
                request.operation(),
                request.priceVersion(),
                taken.amount(),
                taken.amounts().tokens(),
                taken.day(),
                now,
                expires);
    }

    /** Changes what an open hold holds; one that this batch is to settle has no row any more. */
    void resize(String id, Amounts to) throws SQLException {
        if (ended.replace(id, to) != null) {
            return;
        }
        resize.setLong(1, to.nanos());
        resize.setLong(2, to.tokens());
        resize.setString(3, id);
        resize.executeUpdate();
    }

    /** What a hold holds by its row; null where it is not open. */
    @Nullable
    Amounts held(String id) throws SQLException {
        Amounts ending = ended.get(id);
        if (ending != null) {
            return ending;
        }
        flush();
        try (var statement = connection.prepareStatement("SELECT amount, tokens FROM hold WHERE id = ?")) {
            statement.setString(1, id);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? new Amounts(rows.getLong(1), 1, rows.getLong(2)) : null;
            }
        }
    }

    /** These holds are ended; each is told by {@link #remove(Hold)} that it was still open. */
    void ended(Map<String, Amounts> holds) {
        ended.clear();
        ended.putAll(holds);
    }

    /** Ends a hold, and says what it held; null where it was not open any more. */
    @Nullable
    Amounts remove(Hold taken) throws SQLException {
        Amounts ending = ended.remove(taken.id());
        if (ending != null) {
            return ending;
        }
        Amounts held = taken.resized() ? held(taken.id()) : taken.amounts();
        unhold.setString(1, taken.id());
        return unhold.executeUpdate() == 1 ? held : null;
    }

    /** What a call is charged with that was charged for its process: null when it is there by its own record, or not. */
    @Nullable
    Amounts chargedForTheDead(String id) throws SQLException {
        orphan.setString(1, id);
        try (var rows = orphan.executeQuery()) {
            return rows.next() ? new Amounts(rows.getLong(1), 1, rows.getLong(2)) : null;
        }
    }

    /** From here on each row of this batch is sent by itself, so that one that fails is known. */
    void apart() throws SQLException {
        flush();
        together = false;
    }

    void together() {
        together = true;
    }

    /** Sends what was kept back. */
    void flush() throws SQLException {
        waiting.write();
    }

    /** Whether it was written, or will be. */
    private boolean write(Into into, @Nullable Object... row) throws SQLException {
        if (together) {
            waiting.add(into, row);
            return true;
        }
        return insert(into, row);
    }

    private boolean insert(Into into, @Nullable Object... row) throws SQLException {
        PreparedStatement insert = Objects.requireNonNull(inserts.get(into));
        for (int column = 0; column < row.length; column++) {
            insert.setObject(column + 1, row[column]);
        }
        return insert.executeUpdate() == 1;
    }

    /** Whether it was not there before. */
    boolean insert(CallRecord record, Amounts held, int day) throws SQLException {
        return write(Into.CALL, row(record, held, day));
    }

    /** How a call was corrected before: the difference, a blank and the facts; null where it was not. */
    @Nullable
    String correction(String id) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT cost, facts FROM call WHERE id = ?")) {
            statement.setString(1, id + "c");
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) + " " + rows.getString(2) : null;
            }
        }
    }

    /** The difference between what a call cost and what it was charged with; whether it was not there before. */
    boolean correct(CallRecord record, Amounts difference, int day) throws SQLException {
        @Nullable Object[] row = row(record, Amounts.NONE, day);
        row[0] = record.id() + "c";
        row[9] = "correction";
        row[15] = difference.nanos();
        row[24] = record.id();
        row[25] = difference.tokens();
        boolean written = insert(Into.CALL, row);
        if (written) {
            countLate(record.id() + "c");
        }
        return written;
    }

    /** As {@link Into#CALL} names the columns. */
    private static @Nullable Object[] row(CallRecord record, Amounts held, int day) {
        return new @Nullable Object[] {
            record.id(),
            record.scopes().space(),
            record.scopes().workspace(),
            record.scopes().key(),
            record.provider(),
            record.model(),
            record.operation(),
            record.status(),
            record.upstreamStatus(),
            record.outcome(),
            record.errorCode(),
            record.stream(),
            record.inputTokens(),
            record.cachedInputTokens(),
            record.outputTokens(),
            record.cost(),
            held.nanos(),
            record.settlement(),
            record.priceVersion(),
            record.facts(),
            day,
            record.startedAt().toEpochMilli(),
            record.durationMs(),
            record.firstByteMs(),
            null,
            record.charge(held).tokens()
        };
    }
}
