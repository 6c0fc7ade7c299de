package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Command;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the ledger decides and writes in one batch. */
sealed interface LedgerCommand extends Command {
    /** The scopes whose balances it reads or moves. */
    List<String> touches();

    /** The day that it moves, in a batch of that day. */
    int day(int today);

    /** Something that is answered once, by the commit or by the time-out, whichever is first. */
    abstract sealed class Asked implements LedgerCommand {
        final long queuedNanos;
        /** Let go with the answer: the queue of those that wait would keep the whole call for as long as it takes to look. */
        private @Nullable Consumer<HoldAnswer> then;

        private final AtomicBoolean answered = new AtomicBoolean();
        /** What was decided; it counts only once the batch is committed. */
        @Nullable
        HoldAnswer decided;

        private Asked(long queuedNanos, Consumer<HoldAnswer> then) {
            this.queuedNanos = queuedNanos;
            this.then = then;
        }

        /** The id of the call that it is about. */
        abstract String call();

        abstract List<String> all();

        boolean waits() {
            return !answered.get();
        }

        /** Answers unless that was done before; says whether this was the answer. */
        boolean claim() {
            return answered.compareAndSet(false, true);
        }

        void answer(HoldAnswer answer) {
            Consumer<HoldAnswer> once = java.util.Objects.requireNonNull(then);
            then = null;
            once.accept(answer);
        }

        /** What was decided is durable. */
        void committed() {}

        @Override
        public List<String> touches() {
            return waits() ? all() : List.of();
        }

        @Override
        public int day(int today) {
            return today;
        }

        @Override
        public boolean canWait() {
            return false;
        }

        @Override
        public boolean goesAhead() {
            return true;
        }
    }

    /** Asks for a hold. */
    final class Take extends Asked {
        final HoldRequest request;

        Take(HoldRequest request, long queuedNanos, Consumer<HoldAnswer> then) {
            super(queuedNanos, then);
            this.request = request;
        }

        @Override
        String call() {
            return request.call();
        }

        @Override
        List<String> all() {
            return request.scopes().all();
        }
    }

    /** Asks for another size of a hold. */
    final class Resize extends Asked {
        final Hold hold;
        final Amounts to;

        Resize(Hold hold, Amounts to, long queuedNanos, Consumer<HoldAnswer> then) {
            super(queuedNanos, then);
            this.hold = hold;
            this.to = to;
        }

        @Override
        String call() {
            return hold.id();
        }

        @Override
        List<String> all() {
            return hold.scopes().all();
        }

        @Override
        public int day(int today) {
            return Math.min(today, hold.day());
        }

        @Override
        void committed() {
            if (decided instanceof HoldAnswer.Held) {
                hold.resized(to);
            }
        }
    }

    /** What nobody waits for; it is written once, however often it is tried. */
    sealed interface Late extends LedgerCommand {
        /** The id of the call that it is about. */
        String call();
    }

    /** What ends a hold. */
    sealed interface Ending extends Late {
        Hold hold();

        /** What it charges of it. */
        Amounts charge();

        /** What takes more than it held is not passed by: a hold ahead of it would find room that is gone. */
        @Override
        default boolean canWait() {
            Amounts more = charge().less(hold().amounts());
            return !hold().unsure() && more.nanos() <= 0 && more.requests() <= 0 && more.tokens() <= 0;
        }

        @Override
        default List<String> touches() {
            return hold().scopes().all();
        }

        @Override
        default int day(int today) {
            return hold().day();
        }
    }

    /** What a batch that failed is to try again. */
    record Again(Late command) implements LedgerCommand {
        @Override
        public List<String> touches() {
            return command.touches();
        }

        @Override
        public int day(int today) {
            return command.day(today);
        }

        @Override
        public boolean canWait() {
            return false;
        }
    }

    /** Resolves a hold at what the call cost. */
    record Settle(Hold hold, CallRecord record) implements Ending {
        @Override
        public String call() {
            return record.id();
        }

        @Override
        public Amounts charge() {
            return charged(hold.amounts()).charge(hold.amounts());
        }

        /** The record with no larger cost than the hold, where that is allowed. */
        CallRecord charged(Amounts held) {
            return held.nanos() > 0 ? record.within(held.nanos()) : record;
        }
    }

    /** Takes a hold back that nobody waits for any more: nothing was forwarded. */
    record Release(Hold hold) implements Ending {
        @Override
        public String call() {
            return hold.id();
        }

        @Override
        public Amounts charge() {
            return Amounts.NONE;
        }
    }

    /** Writes a call that held nothing. */
    record Write(CallRecord record) implements Late {
        @Override
        public String call() {
            return record.id();
        }

        @Override
        public List<String> touches() {
            return record.counts() ? record.scopes().all() : List.of();
        }

        @Override
        public int day(int today) {
            return record.counts() ? Period.day(record.startedAt()) : today;
        }

        @Override
        public boolean canWait() {
            return false;
        }
    }

    /**
     * Charges a call what somebody found out that it cost. The call itself stays as it is.
     *
     * @param record the call, with what is to be told of the correction as its facts
     * @param outcome completed by the commit
     */
    record Correct(
            CallRecord record, int day, long cost, Actor by, String why, CompletableFuture<Corrections.Outcome> outcome)
            implements LedgerCommand {
        @Override
        public List<String> touches() {
            return record.scopes().all();
        }

        @Override
        public int day(int today) {
            return day;
        }

        @Override
        public boolean canWait() {
            return false;
        }
    }
}
