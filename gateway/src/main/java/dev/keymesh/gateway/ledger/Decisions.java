package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Batch;
import dev.keymesh.gateway.store.Command;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each command does to the books: decided one after the other, on the writer's thread alone. */
final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);
    private static final long EXPIRY_MILLIS = TimeUnit.HOURS.toMillis(24);

    private final Books books;
    private final Corrections corrections;
    private final InstantSource clock;
    private final Supplier<String> instance;
    private volatile int closed;
    private int open;
    private int openBefore;

    /**
     * Decides on these books.
     *
     * @param instance names this run of the process on the holds that it takes
     * @param closed the last day that is rolled up
     */
    Decisions(Books books, Corrections corrections, InstantSource clock, Supplier<String> instance, int closed) {
        this.books = books;
        this.corrections = corrections;
        this.clock = clock;
        this.instance = instance;
        this.closed = closed;
    }

    /** Decides and writes a batch, in a transaction that is still open. */
    void apply(Connection connection, Batch batch) throws SQLException {
        openBefore = open;
        List<Command> commands = batch.commands();
        Rows writes = books.open(connection, commands, Period.day(clock.instant()));
        // Whoever waited for a lock may have waited for a day to end.
        Instant now = clock.instant();
        int day = Period.day(now);
        for (Command command : commands) {
            switch ((LedgerCommand) command) {
                case LedgerCommand.Take take -> take(writes, take, batch, now, day);
                case LedgerCommand.Resize resize -> resize(writes, resize, batch, now);
                case LedgerCommand.Again again -> again(connection, writes, again.command(), now);
                case LedgerCommand.Late late -> apply(writes, late, now);
                case LedgerCommand.Correct correct -> corrections.decide(books, writes, correct, now);
            }
        }
        books.save();
    }

    private void apply(Rows writes, LedgerCommand.Late late, Instant now) throws SQLException {
        switch (late) {
            case LedgerCommand.Settle settle -> settle(writes, settle, now);
            case LedgerCommand.Release release -> release(writes, release.hold());
            case LedgerCommand.Write write -> write(writes, write.record(), now);
        }
    }

    /** What failed before must not take the batch with it a second time: it is given up when it alone cannot be written. */
    private void again(Connection connection, Rows writes, LedgerCommand.Late late, Instant now) throws SQLException {
        writes.apart();
        Savepoint before = connection.setSavepoint();
        books.mark();
        try {
            apply(writes, late, now);
            connection.releaseSavepoint(before);
        } catch (SQLException | RuntimeException e) {
            connection.rollback(before);
            books.undo();
            LOG.error("The books cannot take {}; its hold, if any, is charged at the next start.", late.call(), e);
        }
    }

    private void take(Rows writes, LedgerCommand.Take take, Batch batch, Instant now, int day) throws SQLException {
        if (!take.waits()) {
            return;
        }
        HoldRequest request = take.request;
        List<String> scopes = request.scopes().all();
        books.load(request.scopes(), request.provider(), request.model());
        Judge judge = books.judge(now, day);
        HoldAnswer.Refused refused = judge.refuses(scopes, request.provider(), request.model(), request.bound());
        if (refused != null && settled(writes, batch, now)) {
            refused = judge.refuses(scopes, request.provider(), request.model(), request.bound());
        }
        if (refused != null) {
            take.decided = refused;
            return;
        }
        Hold hold =
                new Hold(request.call(), request.scopes(), request.provider(), request.model(), request.bound(), day);
        move(hold, Amounts.NONE, request.bound());
        long millis = now.toEpochMilli();
        writes.insert(hold, request, instance.get(), millis, millis + EXPIRY_MILLIS);
        open++;
        take.decided = new HoldAnswer.Held(hold, tightest(judge, scopes, request.provider(), request.model(), batch));
    }

    /** Settles what waits, which may make room; whether anything waited. */
    private boolean settled(Rows writes, Batch batch, Instant now) throws SQLException {
        List<Command> joined = batch.join();
        for (Command command : joined) {
            apply(writes, (LedgerCommand.Late) command, now);
        }
        return !joined.isEmpty();
    }

    private static HoldAnswer.@Nullable Remaining tightest(
            Judge judge, List<String> scopes, String provider, String model, Batch batch) {
        List<LedgerCommand.Ending> endings = new ArrayList<>();
        for (Command rider : batch.riders()) {
            endings.add((LedgerCommand.Ending) rider);
        }
        return judge.tightest(scopes, provider, model, endings);
    }

    private void move(Hold hold, Amounts spent, Amounts held) throws SQLException {
        books.move(hold.scopes(), hold.provider(), hold.model(), hold.day(), spent, held);
    }

    private void settle(Rows writes, LedgerCommand.Settle settle, Instant now) throws SQLException {
        Hold hold = settle.hold();
        Amounts held = writes.remove(hold);
        if (held == null) {
            correct(writes, hold, settle.record());
            return;
        }
        boolean money = held.nanos() > 0;
        CallRecord call = settle.charged(held);
        if (writes.insert(call, held, hold.day())) {
            countLate(writes, call.id(), hold.day(), now);
        }
        if (money && call.charged() > held.nanos()) {
            writes.exceeded(call, held.nanos(), now.toEpochMilli());
        }
        move(hold, call.charge(held), held.negated());
        books.tell(hold.scopes(), hold.provider(), hold.model(), now);
        ended(hold);
    }

    /**
     * A smaller one always fits; a larger one is judged like a hold of the difference, on the windows that the hold belongs to:
     * otherwise a call that outlasts its day would take from it without a limit.
     */
    private void resize(Rows writes, LedgerCommand.Resize resize, Batch batch, Instant now) throws SQLException {
        Hold hold = resize.hold;
        Amounts held = writes.held(hold.id());
        if (held == null || !resize.waits()) {
            resize.decided = new HoldAnswer.Unavailable();
            return;
        }
        books.load(hold.scopes(), hold.provider(), hold.model());
        // A clock that went back finds the hold in a later window than today's, and today's counts it too.
        Judge judge = books.judge(now, Math.min(hold.day(), Period.day(now)));
        Amounts more = resize.to.less(held);
        boolean larger = more.nanos() > 0 || more.tokens() > 0;
        List<String> scopes = hold.scopes().all();
        HoldAnswer.Refused refused = larger ? judge.refuses(scopes, hold.provider(), hold.model(), more) : null;
        if (refused != null && settled(writes, batch, now)) {
            refused = judge.refuses(scopes, hold.provider(), hold.model(), more);
        }
        if (refused != null) {
            resize.decided = refused;
            return;
        }
        writes.resize(hold.id(), resize.to);
        move(hold, Amounts.NONE, more);
        resize.decided = new HoldAnswer.Held(hold, tightest(judge, scopes, hold.provider(), hold.model(), batch));
    }

    /** A call whose process was taken for dead was charged its hold; when it ends after all, the difference is written. */
    private void correct(Rows writes, Hold hold, CallRecord call) throws SQLException {
        Amounts charged = Orphans.ERROR.equals(call.errorCode()) ? null : writes.chargedForTheDead(call.id());
        if (charged != null) {
            Amounts more = call.charge(charged).less(charged);
            Amounts difference = new Amounts(more.nanos(), 0, more.tokens());
            if (writes.correct(call, difference, hold.day())) {
                move(hold, difference, Amounts.NONE);
            }
        }
    }

    /** Others' holds may end here too; one that outlives its process was not waited for. */
    private void ended(Hold hold) {
        if (!hold.kept()) {
            open = Math.max(0, open - 1);
        }
    }

    /** A hold is to outlive its process from here on. */
    void keeps(Hold hold) {
        ended(hold);
        hold.keep();
    }

    private void release(Rows writes, Hold hold) throws SQLException {
        Amounts held = writes.remove(hold);
        if (held != null) {
            move(hold, Amounts.NONE, held.negated());
            ended(hold);
        }
    }

    private void write(Rows writes, CallRecord call, Instant now) throws SQLException {
        int day = Period.day(call.startedAt());
        if (!writes.insert(call, Amounts.NONE, day)) {
            return;
        }
        countLate(writes, call.id(), day, now);
        if (call.counts()) {
            books.move(call.scopes(), call.provider(), call.model(), day, call.charge(Amounts.NONE), Amounts.NONE);
            books.tell(call.scopes(), call.provider(), call.model(), now);
        }
    }

    /** Whatever is not of today may belong to a day that is rolled up. */
    private void countLate(Rows writes, String call, int day, Instant now) throws SQLException {
        if (day < Period.day(now) || day <= closed) {
            writes.countLate(call);
        }
    }

    /** Days through this one are rolled up: calls that are written for them from now on are late. */
    void closedThrough(int day) {
        closed = day;
    }

    /** What is in memory is read again before it is used. */
    void forgetBalances() {
        books.forgetBalances();
    }

    /** Whether holds are open. */
    boolean open() {
        return open > 0;
    }

    /** The batch is durable. */
    void committed() {
        openBefore = open;
        corrections.committed();
    }

    /** The batch was not written, or may not have been. */
    void forget() {
        books.forget();
        open = openBefore;
    }
}
