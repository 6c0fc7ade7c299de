package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements of a batch, prepared once for the writer's connection. */
final class Rows {
    private final Connection connection;
    /** Whether rows are sent together when the batch is decided, for each journey to the database takes its time. */
    private boolean together;
    /** The holds that this batch ended, and has not settled yet. */
    private final Map<String, Amounts> ended = new HashMap<>();

    private final PreparedStatement balances;
    private final PreparedStatement balance;
    private final PreparedStatement hold;
    private final PreparedStatement unhold;
    private final PreparedStatement call;
    private final PreparedStatement event;
    private final PreparedStatement orphan;
    private final PreparedStatement reached;
    private final PreparedStatement resize;

    Rows(Connection connection) throws SQLException {
        this.connection = connection;
        balances = connection.prepareStatement("""
                SELECT day, spent, held, requests, held_requests, tokens, held_tokens FROM balance
                WHERE scope = ? AND provider = ? AND model = ?""");
        balance = connection.prepareStatement("""
                INSERT INTO balance (scope, provider, model, day, spent, held, requests, held_requests, tokens, held_tokens)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (scope, provider, model, day) DO UPDATE SET spent = excluded.spent, held = excluded.held,
                  requests = excluded.requests, held_requests = excluded.held_requests, tokens = excluded.tokens,
                  held_tokens = excluded.held_tokens""");
        hold = connection.prepareStatement("""
                INSERT INTO hold (id, instance, kind, space, workspace, key, provider, model, operation, price_version,
                  amount, tokens, day, created_at, expires_at)
                VALUES (?, ?, 'call', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
        resize = connection.prepareStatement("UPDATE hold SET amount = ?, tokens = ? WHERE id = ?");
        reached = connection.prepareStatement("""
                INSERT INTO budget_threshold (scope, provider, model, unit, period, day, threshold)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""");
        unhold = connection.prepareStatement("DELETE FROM hold WHERE id = ?");
        call = connection.prepareStatement("""
                INSERT INTO call (id, space, workspace, key, provider, model, operation, status, upstream_status, outcome,
                  error_code, stream, input_tokens, cached_input_tokens, output_tokens, cost, held, settlement,
                  price_version, facts, day, started_at, duration_ms, first_byte_ms, corrects, tokens)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING""");
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
        balance.setString(1, key.scope());
        balance.setString(2, key.provider());
        balance.setString(3, key.model());
        balance.setInt(4, day.day);
        balance.setLong(5, day.spent);
        balance.setLong(6, day.held);
        balance.setLong(7, day.requests);
        balance.setLong(8, day.heldRequests);
        balance.setLong(9, day.tokens);
        balance.setLong(10, day.heldTokens);
        write(balance);
    }

    void insert(Hold taken, HoldRequest request, String instance, long now, long expires) throws SQLException {
        Scopes scopes = request.scopes();
        hold.setString(1, taken.id());
        hold.setString(2, instance);
        hold.setString(3, scopes.space());
        hold.setString(4, scopes.workspace());
        hold.setString(5, scopes.key());
        hold.setString(6, request.provider());
        hold.setString(7, request.model());
        hold.setString(8, request.operation());
        hold.setString(9, request.priceVersion());
        hold.setLong(10, taken.amount());
        hold.setLong(11, taken.amounts().tokens());
        hold.setInt(12, taken.day());
        hold.setLong(13, now);
        hold.setLong(14, expires);
        write(hold);
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
        if (together) {
            hold.executeBatch();
            for (int count : call.executeBatch()) {
                if (count == 0) {
                    throw new SQLException("A call of this batch is on the books already.");
                }
            }
            balance.executeBatch();
        }
    }

    /** Whether it was written, or will be. */
    private boolean write(PreparedStatement statement) throws SQLException {
        if (together) {
            statement.addBatch();
            return true;
        }
        return statement.executeUpdate() == 1;
    }

    /** Whether it was not there before. */
    boolean insert(CallRecord record, Amounts held, int day) throws SQLException {
        fill(record, held, day);
        return write(call);
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
        fill(record, Amounts.NONE, day);
        call.setString(1, record.id() + "c");
        call.setString(10, "correction");
        call.setLong(16, difference.nanos());
        call.setString(25, record.id());
        call.setLong(26, difference.tokens());
        boolean written = call.executeUpdate() == 1;
        if (written) {
            countLate(record.id() + "c");
        }
        return written;
    }

    private void fill(CallRecord record, Amounts held, int day) throws SQLException {
        call.setString(1, record.id());
        call.setString(2, record.scopes().space());
        call.setString(3, record.scopes().workspace());
        call.setString(4, record.scopes().key());
        call.setString(5, record.provider());
        call.setString(6, record.model());
        call.setString(7, record.operation());
        call.setInt(8, record.status());
        if (record.upstreamStatus() == null) {
            call.setNull(9, Types.INTEGER);
        } else {
            call.setInt(9, record.upstreamStatus());
        }
        call.setString(10, record.outcome());
        call.setString(11, record.errorCode());
        call.setBoolean(12, record.stream());
        call.setLong(13, record.inputTokens());
        call.setLong(14, record.cachedInputTokens());
        call.setLong(15, record.outputTokens());
        setLong(16, record.cost());
        call.setLong(17, held.nanos());
        call.setString(18, record.settlement());
        call.setString(19, record.priceVersion());
        call.setString(20, record.facts());
        call.setInt(21, day);
        call.setLong(22, record.startedAt().toEpochMilli());
        call.setLong(23, record.durationMs());
        setLong(24, record.firstByteMs());
        call.setString(25, null);
        call.setLong(26, record.charge(held).tokens());
    }

    private void setLong(int index, @Nullable Long value) throws SQLException {
        if (value == null) {
            call.setNull(index, Types.BIGINT);
        } else {
            call.setLong(index, value);
        }
    }
}
