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
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
    private final InstantSource clock;
    private final Executor answers;
    private final Heartbeat heart;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-ledger-watch").unstarted(task));
    private final ConcurrentLinkedQueue<LedgerCommand.Asked> waiting = new ConcurrentLinkedQueue<>();

    private final ConcurrentLinkedQueue<LedgerCommand.Late> retries = new ConcurrentLinkedQueue<>();

    // The writer's thread alone touches these.
    private final Books books;
    private final Corrections corrections;
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
        this.clock = clock;
        this.answers = answers;
        books = new Books(store.shared(), limits);
        closed = store.read(h -> Keeping.number(h, "rolled"));
        corrections = new Corrections(store);
        store.join(this);
        heart = new Heartbeat(store, instance, this::submit);
        heart.start();
        var _ = watch.scheduleWithFixedDelay(this::giveUp, 200, 200, TimeUnit.MILLISECONDS);
    }

    /** Holds the bound on every budget of the chain; answers once, durably, within about 2 s. */
    public void hold(HoldRequest request, Consumer<HoldAnswer> then) {
        ask(new LedgerCommand.Take(request, System.nanoTime(), then));
    }

    /** Corrects what calls were charged. */
    public Corrections corrections() {
        return corrections;
    }

    private void ask(LedgerCommand.Asked asked) {
        waiting.add(asked);
        try {
            store.submit(asked);
        } catch (StoreException e) {
            if (asked.claim()) {
                asked.answer(new HoldAnswer.Unavailable());
            }
        }
    }

    /**
     * Changes what a hold holds, while its call runs: to less at once, to more where every budget has it. Answers once; an
     * {@link HoldAnswer.Unavailable} leaves it open which of the two is held, and settling finds out.
     */
    public void resize(Hold hold, Amounts to, Consumer<HoldAnswer> then) {
        hold.resizing();
        ask(new LedgerCommand.Resize(hold, to, System.nanoTime(), then));
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
        openBefore = open;
        Rows writes = books.open(connection, commands, Period.day(clock.instant()));
        // Whoever waited for a lock may have waited for a day to end.
        Instant now = clock.instant();
        int day = Period.day(now);
        for (Command command : commands) {
            switch ((LedgerCommand) command) {
                case LedgerCommand.Take take -> take(writes, take, now, day);
                case LedgerCommand.Resize resize -> resize(writes, resize, now);
                case LedgerCommand.Again again -> again(connection, writes, again.command());
                case LedgerCommand.Late late -> apply(writes, late);
                case LedgerCommand.Correct correct -> corrections.decide(books, writes, correct, now);
            }
        }
        books.save();
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
        writes.apart();
        Savepoint before = connection.setSavepoint();
        books.mark();
        try {
            apply(writes, late);
            connection.releaseSavepoint(before);
        } catch (SQLException | RuntimeException e) {
            connection.rollback(before);
            books.undo();
            LOG.error("The books cannot take {}; its hold, if any, is charged at the next start.", late.call(), e);
        }
    }

    private void take(Rows writes, LedgerCommand.Take take, Instant now, int day) throws SQLException {
        if (!take.waits()) {
            return;
        }
        HoldRequest request = take.request;
        List<String> scopes = request.scopes().all();
        books.load(request.scopes(), request.provider(), request.model());
        Judge judge = books.judge(now, day);
        HoldAnswer.Refused refused = judge.refuses(scopes, request.provider(), request.model(), request.bound());
        if (refused != null) {
            take.decided = refused;
            return;
        }
        Hold hold =
                new Hold(request.call(), request.scopes(), request.provider(), request.model(), request.bound(), day);
        move(hold, Amounts.NONE, request.bound());
        long millis = now.toEpochMilli();
        writes.insert(hold, request, heart.instance(), millis, millis + EXPIRY_MILLIS);
        open++;
        take.decided = new HoldAnswer.Held(hold, judge.tightest(scopes, request.provider(), request.model()));
    }

    private void move(Hold hold, Amounts spent, Amounts held) throws SQLException {
        books.move(hold.scopes(), hold.provider(), hold.model(), hold.day(), spent, held);
    }

    private void settle(Rows writes, LedgerCommand.Settle settle) throws SQLException {
        Hold hold = settle.hold();
        Amounts held = writes.remove(hold);
        if (held == null) {
            correct(writes, hold, settle.record());
            return;
        }
        boolean money = held.nanos() > 0;
        CallRecord call = money ? settle.record().within(held.nanos()) : settle.record();
        if (writes.insert(call, held, hold.day())) {
            countLate(writes, call.id(), hold.day());
        }
        Instant now = clock.instant();
        if (money && call.charged() > held.nanos()) {
            writes.exceeded(call, held.nanos(), now.toEpochMilli());
        }
        move(hold, call.charge(held), held.negated());
        books.tell(hold.scopes(), hold.provider(), hold.model(), now);
        ended();
    }

    /**
     * A smaller one always fits; a larger one is judged like a hold of the difference, on the windows that the hold belongs to:
     * otherwise a call that outlasts its day would take from it without a limit.
     */
    private void resize(Rows writes, LedgerCommand.Resize resize, Instant now) throws SQLException {
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
        HoldAnswer.Refused refused =
                larger ? judge.refuses(hold.scopes().all(), hold.provider(), hold.model(), more) : null;
        if (refused != null) {
            resize.decided = refused;
            return;
        }
        writes.resize(hold.id(), resize.to);
        move(hold, Amounts.NONE, more);
        resize.decided = new HoldAnswer.Held(hold, judge.tightest(hold.scopes().all(), hold.provider(), hold.model()));
    }

    /** A call whose process was taken for dead was charged its hold; when it ends after all, the difference is written. */
    private void correct(Rows writes, Hold hold, CallRecord call) throws SQLException {
        Long charged = Orphans.ERROR.equals(call.errorCode()) ? null : writes.chargedForTheDead(call.id());
        if (charged != null) {
            long difference = call.charged() - charged;
            if (writes.correct(call, difference, hold.day())) {
                move(hold, new Amounts(difference, 0, 0), Amounts.NONE);
            }
        }
    }

    /** Others' holds may end here too. */
    private void ended() {
        open = Math.max(0, open - 1);
    }

    private void release(Rows writes, Hold hold) throws SQLException {
        Amounts held = writes.remove(hold);
        if (held != null) {
            move(hold, Amounts.NONE, held.negated());
            ended();
        }
    }

    private void write(Rows writes, CallRecord call) throws SQLException {
        int day = Period.day(call.startedAt());
        if (!writes.insert(call, Amounts.NONE, day)) {
            return;
        }
        countLate(writes, call.id(), day);
        if (call.counts()) {
            books.move(call.scopes(), call.provider(), call.model(), day, call.charge(Amounts.NONE), Amounts.NONE);
            books.tell(call.scopes(), call.provider(), call.model(), clock.instant());
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

    /** What is in memory is read again before it is used; on the writer's thread only. */
    void forgetBalances() {
        books.forgetBalances();
    }

    /** More than a long holds is the largest long: what nobody can pay must not stop the books. */
    static long sum(long a, long b) {
        long sum = a + b;
        boolean beyond = ((a ^ sum) & (b ^ sum)) < 0;
        return !beyond ? sum : a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    @Override
    public boolean expectsRiders() {
        return open > 0;
    }

    @Override
    public void committed(List<Command> commands) {
        openBefore = open;
        corrections.committed();
        List<LedgerCommand.Asked> group = new ArrayList<>(ANSWERS_A_TASK);
        for (Command command : commands) {
            if (!(command instanceof LedgerCommand.Asked asked) || asked.decided == null) {
                continue;
            }
            asked.committed();
            if (asked.claim()) {
                group.add(asked);
                if (group.size() == ANSWERS_A_TASK) {
                    answer(group);
                    group = new ArrayList<>(ANSWERS_A_TASK);
                }
            } else {
                undo(asked);
            }
        }
        if (!group.isEmpty()) {
            answer(group);
        }
    }

    /** A few answers share a task: waking a thread for each costs more than they do. */
    private void answer(List<LedgerCommand.Asked> group) {
        if (group.size() == 1 && store.queued() == 0) {
            answer(group.getFirst());
        } else {
            try {
                answers.execute(() -> group.forEach(Ledger::answer));
            } catch (RejectedExecutionException e) {
                // Keymesh is stopping, and nothing was forwarded.
                group.forEach(this::undo);
            }
        }
    }

    /** Never throws: a lonely answer runs on the writer's thread, which must live. */
    private static void answer(LedgerCommand.Asked asked) {
        try {
            asked.answer(java.util.Objects.requireNonNull(asked.decided));
        } catch (RuntimeException e) {
            LOG.error("What followed the hold of call {} failed.", asked.call(), e);
        }
    }

    /** Nobody waits for a hold any more, so nothing is forwarded; a hold of another size stays as it is. */
    private void undo(LedgerCommand.Asked asked) {
        if (asked instanceof LedgerCommand.Take && asked.decided instanceof HoldAnswer.Held held) {
            submit(new LedgerCommand.Release(held.hold()));
        }
    }

    @Override
    public void failed(List<Command> commands, Exception why) {
        books.forget();
        open = openBefore;
        for (Command command : commands) {
            switch ((LedgerCommand) command) {
                case LedgerCommand.Asked asked -> {
                    // The commit may have gone through all the same.
                    if (asked instanceof LedgerCommand.Take && asked.decided instanceof HoldAnswer.Held held) {
                        retry(new LedgerCommand.Release(held.hold()));
                    }
                    if (asked.claim()) {
                        answers.execute(() -> asked.answer(new HoldAnswer.Unavailable()));
                    }
                }
                case LedgerCommand.Again again -> retry(again.command());
                case LedgerCommand.Late late -> retry(late);
                case LedgerCommand.Correct correct -> corrections.failed(correct, why);
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
            LedgerCommand.Asked take = oldest;
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
        heart.close();
    }
}
