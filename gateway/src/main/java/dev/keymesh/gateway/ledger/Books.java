package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Command;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    /** Of budgets that count some providers or models only. */
    private final Map<BalanceKey, Balance> narrow = new HashMap<>();

    private final Map<Balance.Day, BalanceKey> dirty = new HashMap<>();
    private final Thresholds thresholds = new Thresholds();
    private Map<String, List<Limit>> limits = Map.of();
    private long refills;
    /** What moved since the mark, so that it can be taken back. */
    private final List<Move> moves = new ArrayList<>();

    private boolean marked;

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
            narrow.clear();
            lock(connection, open, commands, day);
        } else {
            limits = remembered.byScope();
            if (refills != remembered.refills()) {
                refills = remembered.refills();
                narrow.clear();
            }
        }
        return open;
    }

    private void lock(Connection connection, Rows open, List<Command> commands, int day) throws SQLException {
        TreeSet<String> scopes = new TreeSet<>();
        TreeSet<String> ending = new TreeSet<>();
        int oldest = day;
        for (Command command : commands) {
            LedgerCommand one = (LedgerCommand) command;
            scopes.addAll(one.touches());
            oldest = Math.min(oldest, one.day(day));
            if (one instanceof LedgerCommand.Settle || one instanceof LedgerCommand.Release) {
                ending.add(((LedgerCommand.Late) one).call());
            }
        }
        if (scopes.isEmpty()) {
            limits = Map.of();
            return;
        }
        // A larger hold is judged on the windows of its own day, which begin before it.
        int first = Math.min(Period.MONTHLY.firstDay(oldest), Period.WEEKLY.firstDay(oldest));
        SharedBalances.Taken taken = new SharedBalances(connection, scopes).take(first, ending, balances, narrow);
        limits = taken.limits();
        open.ended(taken.ended());
    }

    /** The judge of this batch at an instant, on the windows of a day; what it is asked about must be loaded. */
    Judge judge(Instant now, int day) {
        return new Judge(limits, this::known, now, day);
    }

    /** Loads what a call counts for. */
    void load(Scopes scopes, String provider, String model) throws SQLException {
        for (String scope : scopes.all()) {
            var _ = balance(scope);
            for (Limit limit : limitsOf(scope)) {
                if (limit.narrow() && limit.counts(provider, model)) {
                    var _ = narrow(limit.balance());
                }
            }
        }
    }

    private List<Limit> limitsOf(String scope) {
        return limits.getOrDefault(scope, List.of());
    }

    private Balance balance(String scope) throws SQLException {
        Balance known = balances.get(scope);
        if (known == null) {
            if (shared) {
                throw new IllegalStateException("The balance of " + scope + " was not locked.");
            }
            known = loaded(BalanceKey.of(scope));
            balances.put(scope, known);
        }
        return known;
    }

    private Balance narrow(BalanceKey key) throws SQLException {
        Balance known = narrow.get(key);
        if (known == null) {
            known = shared ? new Balance(key) : loaded(key);
            narrow.put(key, known);
        }
        return known;
    }

    private Balance loaded(BalanceKey key) throws SQLException {
        return java.util.Objects.requireNonNull(rows).load(key);
    }

    private Balance known(Limit limit) {
        Balance balance = limit.narrow() ? narrow.get(limit.balance()) : balances.get(limit.scope());
        if (balance == null) {
            throw new IllegalStateException("The balance of " + limit.id() + " was not loaded.");
        }
        return balance;
    }

    /** Moves what is spent and held on every balance that a call counts for. */
    void move(Scopes scopes, @Nullable String provider, @Nullable String model, int day, Amounts spent, Amounts held)
            throws SQLException {
        for (String scope : scopes.all()) {
            move(balance(scope), day, spent, held);
            for (BalanceKey key : narrowOf(scope, provider, model)) {
                move(narrow(key), day, spent, held);
            }
        }
    }

    private Set<BalanceKey> narrowOf(String scope, @Nullable String provider, @Nullable String model) {
        Set<BalanceKey> keys = Set.of();
        for (Limit limit : limitsOf(scope)) {
            if (limit.narrow() && provider != null && model != null && limit.counts(provider, model)) {
                keys = keys.isEmpty() ? new LinkedHashSet<>() : keys;
                keys.add(limit.balance());
            }
        }
        return keys;
    }

    private void move(Balance balance, int day, Amounts spent, Amounts held) {
        Balance.Day one = balance.day(day);
        one.spend(spent);
        one.hold(held);
        dirty.put(one, balance.key());
        if (marked) {
            moves.add(new Move(one, spent, held));
        }
    }

    /** From here on moves can be taken back. */
    void mark() {
        marked = true;
        moves.clear();
    }

    /** Takes back what moved since the mark: its rows were rolled back. */
    void undo() {
        for (Move move : moves) {
            move.day().spend(move.spent().negated());
            move.day().hold(move.held().negated());
        }
        moves.clear();
        thresholds.forget();
    }

    private record Move(Balance.Day day, Amounts spent, Amounts held) {}

    /** Tells which budgets a charge took to one of their thresholds; called after it was moved. */
    void tell(Scopes scopes, @Nullable String provider, @Nullable String model, Instant now) throws SQLException {
        for (String scope : scopes.all()) {
            for (Limit limit : limitsOf(scope)) {
                if (provider != null && model != null && limit.counts(provider, model)) {
                    thresholds.look(limit, known(limit), now, java.util.Objects.requireNonNull(rows));
                }
            }
        }
    }

    void save() throws SQLException {
        Rows open = java.util.Objects.requireNonNull(rows);
        for (var entry : dirty.entrySet()) {
            open.save(entry.getKey(), entry.getValue());
        }
        dirty.clear();
        marked = false;
        moves.clear();
        open.flush();
    }

    /** What is in memory is read again before it is used. */
    void forgetBalances() {
        balances.clear();
        narrow.clear();
    }

    /** After a batch that was not written, or may not have been. */
    void forget() {
        balances.clear();
        narrow.clear();
        dirty.clear();
        moves.clear();
        thresholds.forget();
        rows = null;
    }
}
