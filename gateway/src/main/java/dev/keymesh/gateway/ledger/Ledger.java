package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.metric.Metric;
import dev.keymesh.gateway.store.Batch;
import dev.keymesh.gateway.store.Batched;
import dev.keymesh.gateway.store.Command;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private static final int MAX_WRITES_QUEUED = 20_000;
    private static final int ANSWERS_A_TASK = 4;
    private static final long RETRY_MILLIS = 500;

    private final Store store;
    private final Executor answers;
    private final Heartbeat heart;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-ledger-watch").unstarted(task));
    private final ConcurrentLinkedQueue<LedgerCommand.Asked> waiting = new ConcurrentLinkedQueue<>();

    private final ConcurrentLinkedQueue<LedgerCommand.Late> retries = new ConcurrentLinkedQueue<>();

    private final Corrections corrections;
    private final Decisions decisions;
    private final BatchHolds batches;
    private final HoldMeters meters = new HoldMeters();
    private final List<Consumer<CallRecord>> told = new CopyOnWriteArrayList<>();

    /**
     * Opens the ledger and resolves what dead instances left.
     *
     * @param answers runs what follows a hold, unless nothing else waits for the writer: then its thread does, which
     *     saves waking another one; so nothing that follows a hold may block
     * @param instance names this run of the process, so that its holds are told from a dead one's
     */
    public Ledger(Store store, Limits limits, InstantSource clock, Executor answers, String instance) {
        this.store = store;
        this.answers = answers;
        corrections = new Corrections(store);
        heart = new Heartbeat(store, instance, this::submit);
        decisions = new Decisions(
                new Books(store.shared(), limits),
                corrections,
                clock,
                heart::instance,
                store.read(h -> Keeping.number(h, "rolled")));
        batches = new BatchHolds(store, decisions);
        store.join(this);
        heart.start();
        var _ = watch.scheduleWithFixedDelay(this::giveUp, 200, 200, TimeUnit.MILLISECONDS);
    }

    /** Holds the bound on every budget of the chain; answers once, durably, within about 2 s. */
    public void hold(HoldRequest request, Consumer<HoldAnswer> then) {
        long asked = System.nanoTime();
        ask(new LedgerCommand.Take(request, asked, answer -> {
            meters.answered(answer, System.nanoTime() - asked);
            then.accept(answer);
        }));
    }

    /** Tells of each call that has ended, on the thread that ended it: who is told may neither wait nor fail. */
    public void onEnded(Consumer<CallRecord> one) {
        told.add(one);
    }

    /** What is measured of holds and settlements. */
    public List<Metric> metrics() {
        return meters.metrics();
    }

    /** Corrects what calls were charged. */
    public Corrections corrections() {
        return corrections;
    }

    /** The holds that outlive this process. */
    public BatchHolds batches() {
        return batches;
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
        meters.settled(call);
        told.forEach(one -> one.accept(call));
    }

    /** Takes a hold back: nothing was forwarded. */
    public void release(Hold hold) {
        submit(new LedgerCommand.Release(hold));
    }

    /** Writes a call that held nothing; under a flood of refusals the newest are dropped, costs never. */
    public void record(CallRecord call) {
        if (call.charged() == 0 && "refused".equals(call.outcome()) && store.queued() > MAX_WRITES_QUEUED) {
            told.forEach(one -> one.accept(call));
            return;
        }
        submit(new LedgerCommand.Write(call));
        told.forEach(one -> one.accept(call));
    }

    private void submit(LedgerCommand command) {
        try {
            store.submit(command);
        } catch (StoreException e) {
            LOG.warn("A settlement came after the store was closed; the next start charges its hold.");
        }
    }

    @Override
    public void apply(Connection connection, Batch batch) throws SQLException {
        decisions.apply(connection, batch);
    }

    /** Days through this one are rolled up: calls that are written for them from now on are late. */
    void closedThrough(int day) {
        decisions.closedThrough(day);
    }

    /** What is in memory is read again before it is used; on the writer's thread only. */
    void forgetBalances() {
        decisions.forgetBalances();
    }

    @Override
    public boolean expectsRiders() {
        return decisions.open();
    }

    @Override
    public void committed(List<Command> commands) {
        decisions.committed();
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
        decisions.forget();
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
