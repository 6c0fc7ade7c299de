package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.metric.Histogram;
import dev.keymesh.gateway.metric.Metric;
import dev.keymesh.gateway.metric.Tally;
import java.util.List;

/** What is counted of holds and of what they were settled at. */
final class HoldMeters {
    private final Tally answers = new Tally("held", "exceeded", "in_the_way", "unavailable");
    private final Tally settlements = new Tally("reported", "estimated", "unknown", "none");
    private final Histogram waits = Histogram.seconds(.0005, .001, .002, .005, .01, .02, .05, .1, .5, 2);

    void answered(HoldAnswer answer, long waitedNanos) {
        waits.record(waitedNanos);
        answers.count(
                switch (answer) {
                    case HoldAnswer.Held _ -> "held";
                    case HoldAnswer.Refused refused -> refused.temporary() ? "in_the_way" : "exceeded";
                    case HoldAnswer.Unavailable _ -> "unavailable";
                });
    }

    void settled(CallRecord call) {
        settlements.count(call.settlement());
    }

    List<Metric> metrics() {
        return List.of(
                Metric.counter(
                        "keymesh_holds_total",
                        "Answers to calls that asked for a hold: held, a budget is exceeded, only running calls are in the"
                                + " way, or the store did not answer. A call whose bound is looked at closely asks again.",
                        List.of("answer"),
                        answers::read),
                Metric.histogram(
                        "keymesh_hold_wait_seconds", "From the question for a hold to its durable answer.", waits),
                Metric.counter(
                        "keymesh_settlements_total",
                        "Holds that were settled, by how the cost is known.",
                        List.of("settlement"),
                        settlements::read));
    }
}
