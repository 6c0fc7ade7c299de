package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Command;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the ledger decides and writes in one batch. */
sealed interface LedgerCommand extends Command {
    /** The scopes whose balances it reads or moves. */
    List<String> touches();

    /** The day that it moves, in a batch of that day. */
    int day(int today);

    /** Asks for a hold; answered once, by the commit or by the time-out, whichever is first. */
    final class Take implements LedgerCommand {
        final HoldRequest request;
        final long queuedNanos;
        /** Let go with the answer: the queue of those that wait would keep the whole call for as long as it takes to look. */
        private @Nullable Consumer<HoldAnswer> then;

        private final AtomicBoolean answered = new AtomicBoolean();
        /** What was decided; it counts only once the batch is committed. */
        @Nullable
        HoldAnswer decided;

        Take(HoldRequest request, long queuedNanos, Consumer<HoldAnswer> then) {
            this.request = request;
            this.queuedNanos = queuedNanos;
            this.then = then;
        }

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

        @Override
        public List<String> touches() {
            return waits() ? request.scopes().all() : List.of();
        }

        @Override
        public int day(int today) {
            return today;
        }

        @Override
        public boolean canWait() {
            return false;
        }
    }

    /** What nobody waits for; it is written once, however often it is tried. */
    sealed interface Late extends LedgerCommand {
        /** The id of the call that it is about. */
        String call();
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
    record Settle(Hold hold, CallRecord record) implements Late {
        @Override
        public String call() {
            return record.id();
        }

        @Override
        public List<String> touches() {
            return hold.scopes().all();
        }

        @Override
        public int day(int today) {
            return hold.day();
        }

        @Override
        public boolean canWait() {
            return true;
        }
    }

    /** Takes a hold back that nobody waits for any more: nothing was forwarded. */
    record Release(Hold hold) implements Late {
        @Override
        public String call() {
            return hold.id();
        }

        @Override
        public List<String> touches() {
            return hold.scopes().all();
        }

        @Override
        public int day(int today) {
            return hold.day();
        }

        @Override
        public boolean canWait() {
            return true;
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
            return record.charged() > 0 ? record.scopes().all() : List.of();
        }

        @Override
        public int day(int today) {
            return record.charged() > 0 ? Period.day(record.startedAt()) : today;
        }

        @Override
        public boolean canWait() {
            return false;
        }
    }
}
