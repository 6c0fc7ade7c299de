package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Batched;
import dev.keymesh.gateway.store.Command;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides holds, settles them, and writes every call: commands queue, one batch decides them one after the other, the
 * commit is durable, then the answers go out.
 */
public final class Ledger implements Batched, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long EXPIRY_MILLIS = TimeUnit.HOURS.toMillis(24);
    private static final int MAX_WRITES_QUEUED = 20_000;
    private static final int ANSWERS_A_TASK = 4;
    private static final long RETRY_MILLIS = 500;

    private final Store store;
    private final Limits limits;
    private final InstantSource clock;
    private final Executor answers;
    private final String instance;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-ledger-watch").unstarted(task));
    private final ConcurrentLinkedQueue<LedgerCommand.Take> waiting = new ConcurrentLinkedQueue<>();

    private final ConcurrentLinkedQueue<LedgerCommand.Late> retries = new ConcurrentLinkedQueue<>();

    // The writer's thread alone touches these.
    private final Map<String, Balance> balances = new HashMap<>();
    private final Map<Balance.Day, String> dirty = new HashMap<>();
    private @Nullable Rows rows;
    private int open;

    private volatile int closed;
    private int openBefore;

    /**
     * Opens the ledger and resolves what dead instances left.
     *
     * @param answers runs what follows a hold, unless nothing else waits for the writer: then its thread does, which
     *     saves waking another one; so nothing that follows a hold may block
     * @param instance names this run of the process, so that its holds are told from a dead one's
     */
    public Ledger(Store store, Limits limits, InstantSource clock, Executor answers, String instance) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        this.answers = answers;
        this.instance = instance;
        Orphans.resolve(store, instance, clock.instant());
        closed = store.read(h -> Keeping.number(h, "rolled"));
        store.join(this);
        var _ = watch.scheduleWithFixedDelay(this::giveUp, 200, 200, TimeUnit.MILLISECONDS);
    }

    /** Holds the bound on every budget of the chain; answers once, durably, within about 2 s. */
    public void hold(HoldRequest request, Consumer<HoldAnswer> then) {
        var take = new LedgerCommand.Take(request, System.nanoTime(), then);
        waiting.add(take);
        try {
            store.submit(take);
        } catch (StoreException e) {
            if (take.claim()) {
                then.accept(new HoldAnswer.Unavailable());
            }
        }
    }

    /** Resolves a hold at the call's cost; the call is on the books before the next read behind the barrier. */
    public void settle(Hold hold, CallRecord call) {
        submit(new LedgerCommand.Settle(hold, call));
    }

    /** Writes a call that held nothing; under a flood of refusals the newest are dropped, costs never. */
    public void record(CallRecord call) {
        if (call.charged() == 0 && "refused".equals(call.outcome()) && store.queued() > MAX_WRITES_QUEUED) {
            return;
        }
        submit(new LedgerCommand.Write(call));
    }

    private void submit(LedgerCommand command) {
        try {
            store.submit(command);
        } catch (StoreException e) {
            LOG.warn("A settlement came after the store was closed; the next start charges its hold.");
        }
    }

    @Override
    public void apply(Connection connection, List<Command> commands) throws SQLException {
        if (rows == null || !rows.belongTo(connection)) {
            rows = new Rows(connection);
        }
        Rows writes = rows;
        openBefore = open;
        Instant now = clock.instant();
        int day = Period.day(now);
        for (Command command : commands) {
            switch ((LedgerCommand) command) {
                case LedgerCommand.Take take -> take(writes, take, now, day);
                case LedgerCommand.Again again -> again(connection, writes, again.command());
                case LedgerCommand.Late late -> apply(writes, late);
            }
        }
        for (var entry : dirty.entrySet()) {
            writes.save(entry.getValue(), entry.getKey());
        }
        dirty.clear();
    }

    private void apply(Rows writes, LedgerCommand.Late late) throws SQLException {
        switch (late) {
            case LedgerCommand.Settle settle -> settle(writes, settle);
            case LedgerCommand.Release release -> release(writes, release.hold());
            case LedgerCommand.Write write -> write(writes, write.record());
        }
    }

    /** What failed before must not take the batch with it a second time: it is given up when it alone cannot be written. */
    private void again(Connection connection, Rows writes, LedgerCommand.Late late) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            apply(writes, late);
            connection.releaseSavepoint(before);
        } catch (SQLException | RuntimeException e) {
            connection.rollback(before);
            LOG.error("The books cannot take {}; its hold, if any, is charged at the next start.", late.call(), e);
        }
    }

    private void take(Rows writes, LedgerCommand.Take take, Instant now, int day) throws SQLException {
        if (!take.waits()) {
            return;
        }
        HoldRequest request = take.request;
        List<String> scopes = request.scopes().all();
        for (String scope : scopes) {
            balance(writes, scope);
        }
        HoldAnswer.Refused refused = Judge.refuses(scopes, limits.byScope(), this::known, request.bound(), day);
        if (refused != null) {
            take.decided = refused;
            return;
        }
        Hold hold = new Hold(request.call(), request.scopes(), request.bound(), day);
        move(writes, hold, 0, hold.amount());
        long millis = now.toEpochMilli();
        writes.insert(hold, request, instance, millis, millis + EXPIRY_MILLIS);
        open++;
        take.decided = new HoldAnswer.Held(hold, Judge.tightest(scopes, limits.byScope(), this::known, day));
    }

    private void settle(Rows writes, LedgerCommand.Settle settle) throws SQLException {
        Hold hold = settle.hold();
        if (!writes.remove(hold)) {
            return;
        }
        CallRecord call = settle.record();
        if (writes.insert(call, hold.amount(), hold.day())) {
            countLate(writes, call.id(), hold.day());
        }
        if (call.charged() > hold.amount()) {
            writes.exceeded(call, hold.amount(), clock.instant().toEpochMilli());
        }
        move(writes, hold, call.charged(), -hold.amount());
        open--;
    }

    private void release(Rows writes, Hold hold) throws SQLException {
        if (writes.remove(hold)) {
            move(writes, hold, 0, -hold.amount());
            open--;
        }
    }

    private void write(Rows writes, CallRecord call) throws SQLException {
        int day = Period.day(call.startedAt());
        if (!writes.insert(call, 0, day)) {
            return;
        }
        countLate(writes, call.id(), day);
        if (call.charged() > 0) {
            move(writes, new Hold(call.id(), call.scopes(), 0, day), call.charged(), 0);
        }
    }

    /** Whatever is not of today may belong to a day that is rolled up. */
    private void countLate(Rows writes, String call, int day) throws SQLException {
        if (day < Period.day(clock.instant()) || day <= closed) {
            writes.countLate(call);
        }
    }

    /** Days through this one are rolled up: calls that are written for them from now on are late. */
    void closedThrough(int day) {
        closed = day;
    }

    /** What is in memory is read again before it is used; on the writer's thread only, before the batch's commands. */
    void forgetBalances() {
        balances.clear();
    }

    private void move(Rows writes, Hold hold, long spent, long held) throws SQLException {
        for (String scope : hold.scopes().all()) {
            Balance.Day day = balance(writes, scope).day(hold.day());
            day.spent = sum(day.spent, spent);
            day.held = sum(day.held, held);
            dirty.put(day, scope);
        }
    }

    /** More than a long holds is the largest long: what nobody can pay must not stop the books. */
    static long sum(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE : sum;
    }

    private Balance balance(Rows writes, String scope) throws SQLException {
        Balance known = balances.get(scope);
        if (known == null) {
            known = writes.load(scope);
            balances.put(scope, known);
        }
        return known;
    }

    private Balance known(String scope) {
        Balance balance = balances.get(scope);
        if (balance == null) {
            throw new IllegalStateException("The balance of " + scope + " was not loaded.");
        }
        return balance;
    }

    @Override
    public boolean expectsRiders() {
        return open > 0;
    }

    @Override
    public void committed(List<Command> commands) {
        openBefore = open;
        List<LedgerCommand.Take> group = new ArrayList<>(ANSWERS_A_TASK);
        for (Command command : commands) {
            if (!(command instanceof LedgerCommand.Take take) || take.decided == null) {
                continue;
            }
            if (take.claim()) {
                group.add(take);
                if (group.size() == ANSWERS_A_TASK) {
                    answer(group);
                    group = new ArrayList<>(ANSWERS_A_TASK);
                }
            } else if (take.decided instanceof HoldAnswer.Held held) {
                submit(new LedgerCommand.Release(held.hold()));
            }
        }
        if (!group.isEmpty()) {
            answer(group);
        }
    }

    /** A few answers share a task: waking a thread for each costs more than they do. */
    private void answer(List<LedgerCommand.Take> group) {
        if (group.size() == 1 && store.queued() == 0) {
            answer(group.getFirst());
        } else {
            try {
                answers.execute(() -> group.forEach(Ledger::answer));
            } catch (RejectedExecutionException e) {
                // Keymesh is stopping, and nothing was forwarded.
                for (LedgerCommand.Take take : group) {
                    if (take.decided instanceof HoldAnswer.Held held) {
                        submit(new LedgerCommand.Release(held.hold()));
                    }
                }
            }
        }
    }

    /** Never throws: a lonely answer runs on the writer's thread, which must live. */
    private static void answer(LedgerCommand.Take take) {
        try {
            take.answer(java.util.Objects.requireNonNull(take.decided));
        } catch (RuntimeException e) {
            LOG.error("What followed the hold of call {} failed.", take.request.call(), e);
        }
    }

    @Override
    public void failed(List<Command> commands, Exception why) {
        balances.clear();
        dirty.clear();
        rows = null;
        open = openBefore;
        for (Command command : commands) {
            switch ((LedgerCommand) command) {
                case LedgerCommand.Take take -> {
                    // The commit may have gone through all the same.
                    if (take.decided instanceof HoldAnswer.Held held) {
                        retry(new LedgerCommand.Release(held.hold()));
                    }
                    if (take.claim()) {
                        answers.execute(() -> take.answer(new HoldAnswer.Unavailable()));
                    }
                }
                case LedgerCommand.Again again -> retry(again.command());
                case LedgerCommand.Late late -> retry(late);
            }
        }
    }

    private void retry(LedgerCommand.Late late) {
        retries.add(late);
        var _ = watch.schedule(this::tryAgain, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tryAgain() {
        for (var late = retries.poll(); late != null; late = retries.poll()) {
            submit(new LedgerCommand.Again(late));
        }
    }

    /** Answers the holds that the database keeps waiting for more than 2 s. */
    private void giveUp() {
        long now = System.nanoTime();
        for (var oldest = waiting.peek(); oldest != null; oldest = waiting.peek()) {
            LedgerCommand.Take take = oldest;
            if (take.waits()) {
                if (now - take.queuedNanos < WAIT_NANOS) {
                    return;
                }
                if (take.claim()) {
                    answers.execute(() -> take.answer(new HoldAnswer.Unavailable()));
                }
            }
            waiting.remove();
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        tryAgain();
    }
}
