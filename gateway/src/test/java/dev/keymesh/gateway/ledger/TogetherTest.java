package dev.keymesh.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of a batch on PostgreSQL, written by as few statements as they need. */
class TogetherTest {
    private static final Scopes SCOPES = Scopes.of("default", "default", "key_1");
    private static final Amounts BOUND = new Amounts(1_000, 1, 30);
    private static final int DAY = 20_000;

    private Connection connection;
    private Rows rows;

    @BeforeEach
    void open() throws SQLException {
        String url = TestPostgres.shared().fresh();
        Store.open(Database.postgresql(url, Durability.POWER), InstantSource.system())
                .close();
        connection = DriverManager.getConnection(url);
        connection.setAutoCommit(false);
        rows = new Rows(connection);
        rows.together();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 64, 65, 200})
    void eachRowIsWrittenOnce(int count) throws SQLException {
        for (int number = 0; number < count; number++) {
            write(number);
        }
        rows.flush();
        assertThat(sum("SELECT COUNT(*) FROM hold")).isEqualTo(count);
        assertThat(sum("SELECT COUNT(*) FROM call")).isEqualTo(count);
        assertThat(sum("SELECT COALESCE(SUM(duration_ms), 0) FROM call")).isEqualTo(count * (count - 1L) / 2);
        assertThat(sum("SELECT COUNT(*) FROM balance WHERE spent = day")).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 70})
    void aCallThatIsThereAlreadyFailsItsBatch(int count) throws SQLException {
        for (int number = 0; number < count; number++) {
            var _ = rows.insert(call(number), BOUND, DAY);
        }
        rows.flush();
        var _ = rows.insert(call(count), BOUND, DAY);
        var _ = rows.insert(call(count - 1), BOUND, DAY);
        assertThatThrownBy(rows::flush).isInstanceOf(SQLException.class).hasMessageContaining("on the books already");
    }

    private void write(int number) throws SQLException {
        Hold hold = new Hold("req_h" + number, SCOPES, "p", "m", BOUND, DAY);
        rows.insert(hold, new HoldRequest(hold.id(), SCOPES, "p", "m", "chat", null, BOUND), "i", 1, 2);
        var _ = rows.insert(call(number), BOUND, DAY);
        Balance balance = new Balance(BalanceKey.of("scope"));
        balance.day(number).spent = number;
        rows.save(balance.day(number), balance.key());
    }

    private static CallRecord call(int number) {
        return new CallRecord(
                "req_" + number,
                SCOPES,
                "p",
                "m",
                "chat",
                200,
                null,
                "completed",
                null,
                true,
                10,
                0,
                20,
                null,
                "reported",
                null,
                "{}",
                Instant.ofEpochSecond(1),
                number,
                null);
    }

    private long sum(String question) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(question)) {
            row.next();
            return row.getLong(1);
        }
    }
}
