package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Command;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The balances and budgets that a batch is decided on; the writer's thread alone touches them. Those of an embedded database
 * are remembered from batch to batch. Where nodes share one, each batch locks what it touches, reads it, and forgets it.
 */
final class Books {
    private final boolean shared;
    private final Limits remembered;
    private final Map<String, Balance> balances = new HashMap<>();
    private final Map<Balance.Day, String> dirty = new HashMap<>();
    private Map<String, List<Limit>> limits = Map.of();
    private @Nullable Rows rows;

    Books(boolean shared, Limits remembered) {
        this.shared = shared;
        this.remembered = remembered;
    }

    /** Opens them for a batch of this day. */
    Rows open(Connection connection, List<Command> commands, int day) throws SQLException {
        Rows open = rows;
        if (open == null || !open.belongTo(connection)) {
            open = new Rows(connection);
            rows = open;
        }
        if (shared) {
            open.together();
            balances.clear();
            lock(connection, open, commands, day);
        } else {
            limits = remembered.byScope();
        }
        return open;
    }

    private void lock(Connection connection, Rows open, List<Command> commands, int day) throws SQLException {
        TreeSet<String> scopes = new TreeSet<>();
        TreeSet<String> ending = new TreeSet<>();
        int first = Math.min(Period.MONTHLY.firstDay(day), Period.WEEKLY.firstDay(day));
        for (Command command : commands) {
            LedgerCommand one = (LedgerCommand) command;
            scopes.addAll(one.touches());
            first = Math.min(first, one.day(day));
            if (one instanceof LedgerCommand.Settle || one instanceof LedgerCommand.Release) {
                ending.add(((LedgerCommand.Late) one).call());
            }
        }
        if (scopes.isEmpty()) {
            limits = Map.of();
            return;
        }
        SharedBalances locked = new SharedBalances(connection, scopes);
        locked.lock();
        limits = locked.read(first, balances);
        open.remove(ending);
    }

    Map<String, List<Limit>> limits() {
        return limits;
    }

    Balance balance(String scope) throws SQLException {
        Balance known = balances.get(scope);
        if (known == null) {
            if (shared) {
                throw new IllegalStateException("The balance of " + scope + " was not locked.");
            }
            known = java.util.Objects.requireNonNull(rows).load(scope);
            balances.put(scope, known);
        }
        return known;
    }

    /** One that was loaded before. */
    Balance known(String scope) {
        Balance balance = balances.get(scope);
        if (balance == null) {
            throw new IllegalStateException("The balance of " + scope + " was not loaded.");
        }
        return balance;
    }

    void move(Scopes scopes, int day, long spent, long held) throws SQLException {
        for (String scope : scopes.all()) {
            Balance.Day one = balance(scope).day(day);
            one.spent = Ledger.sum(one.spent, spent);
            one.held = Ledger.sum(one.held, held);
            dirty.put(one, scope);
        }
    }

    void save() throws SQLException {
        Rows open = java.util.Objects.requireNonNull(rows);
        for (var entry : dirty.entrySet()) {
            open.save(entry.getValue(), entry.getKey());
        }
        dirty.clear();
        open.flush();
    }

    /** After a batch that was not written, or may not have been. */
    void forget() {
        balances.clear();
        dirty.clear();
        rows = null;
    }
}
