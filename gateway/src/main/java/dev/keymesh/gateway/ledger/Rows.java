package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** The statements of a batch, prepared once for the writer's connection. */
final class Rows {
    private final Connection connection;
    private final PreparedStatement balances;
    private final PreparedStatement balance;
    private final PreparedStatement hold;
    private final PreparedStatement unhold;
    private final PreparedStatement call;
    private final PreparedStatement event;

    Rows(Connection connection) throws SQLException {
        this.connection = connection;
        balances = connection.prepareStatement("SELECT day, spent, held FROM balance WHERE scope = ?");
        balance = connection.prepareStatement("""
                INSERT INTO balance (scope, day, spent, held) VALUES (?, ?, ?, ?)
                ON CONFLICT (scope, day) DO UPDATE SET spent = excluded.spent, held = excluded.held""");
        hold = connection.prepareStatement("""
                INSERT INTO hold (id, instance, kind, space, workspace, key, provider, model, operation, price_version,
                  amount, day, created_at, expires_at)
                VALUES (?, ?, 'call', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
        unhold = connection.prepareStatement("DELETE FROM hold WHERE id = ?");
        call = connection.prepareStatement("""
                INSERT INTO call (id, space, workspace, key, provider, model, operation, status, upstream_status, outcome,
                  error_code, stream, input_tokens, cached_input_tokens, output_tokens, cost, held, settlement,
                  price_version, facts, day, started_at, duration_ms, first_byte_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING""");
        event = connection.prepareStatement("""
                INSERT INTO event (id, actor_type, actor_id, action, target, at, data)
                VALUES (?, 'system', 'ledger', 'ledger.bound_exceeded', ?, ?, ?)""");
    }

    /** Tells of a call that cost more than its hold: the only way in which a limit is passed. */
    void exceeded(CallRecord record, long held, long now) throws SQLException {
        event.setString(1, Ids.next("evt"));
        event.setString(2, record.id());
        event.setLong(3, now);
        event.setString(
                4, "{\"held\":\"" + held + "\",\"cost\":\"" + record.charged() + "\",\"unit\":\"nano-dollars\"}");
        event.executeUpdate();
    }

    void countLate(String id) throws SQLException {
        LateCalls.add(connection, id);
    }

    boolean belongTo(Connection other) {
        return connection.equals(other);
    }

    Balance load(String scope) throws SQLException {
        Balance loaded = new Balance(scope);
        balances.setString(1, scope);
        try (var rows = balances.executeQuery()) {
            while (rows.next()) {
                loaded.load(rows.getInt(1), rows.getLong(2), rows.getLong(3));
            }
        }
        return loaded;
    }

    void save(String scope, Balance.Day day) throws SQLException {
        balance.setString(1, scope);
        balance.setInt(2, day.day);
        balance.setLong(3, day.spent);
        balance.setLong(4, day.held);
        balance.executeUpdate();
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
        hold.setInt(11, taken.day());
        hold.setLong(12, now);
        hold.setLong(13, expires);
        hold.executeUpdate();
    }

    /** Whether the hold was still open. */
    boolean remove(Hold taken) throws SQLException {
        unhold.setString(1, taken.id());
        return unhold.executeUpdate() == 1;
    }

    /** Whether it was not there before. */
    boolean insert(CallRecord record, long held, int day) throws SQLException {
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
        call.setLong(17, held);
        call.setString(18, record.settlement());
        call.setString(19, record.priceVersion());
        call.setString(20, record.facts());
        call.setInt(21, day);
        call.setLong(22, record.startedAt().toEpochMilli());
        call.setLong(23, record.durationMs());
        setLong(24, record.firstByteMs());
        return call.executeUpdate() == 1;
    }

    private void setLong(int index, @Nullable Long value) throws SQLException {
        if (value == null) {
            call.setNull(index, Types.BIGINT);
        } else {
            call.setLong(index, value);
        }
    }
}
