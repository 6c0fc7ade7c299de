package dev.keymesh.policy;

import java.util.concurrent.atomic.LongAdder;

/** How many decisions there were since the start, and what they took; practice is not counted. */
public final class DecisionCounts {
    private final LongAdder allowed = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder evaluations = new LongAdder();
    private final LongAdder evaluationNanos = new LongAdder();

    DecisionCounts() {}

    Decision hit(Decision decision) {
        hits.increment();
        return counted(decision);
    }

    void missed() {
        misses.increment();
    }

    Decision evaluated(Decision decision, long nanos) {
        evaluations.increment();
        evaluationNanos.add(nanos);
        return counted(decision);
    }

    Decision counted(Decision decision) {
        (decision.allowed() ? allowed : decision.isFailure() ? failed : denied).increment();
        return decision;
    }

    public long allowed() {
        return allowed.sum();
    }

    /** By a rule. */
    public long denied() {
        return denied.sum();
    }

    /** Denials because no rule could be asked. */
    public long failed() {
        return failed.sum();
    }

    /** Decisions that were known already. */
    public long hits() {
        return hits.sum();
    }

    public long misses() {
        return misses.sum();
    }

    public long evaluations() {
        return evaluations.sum();
    }

    /** What all evaluations took together. */
    public long evaluationNanos() {
        return evaluationNanos.sum();
    }
}
