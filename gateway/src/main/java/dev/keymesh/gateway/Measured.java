package dev.keymesh.gateway;

import dev.keymesh.gateway.metric.Build;
import dev.keymesh.gateway.metric.Metric;
import dev.keymesh.policy.DecisionCounts;
import dev.keymesh.policy.PolicyEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** The metrics that belong to no single part: the policy's, the queues', and the build's. */
final class Measured {
    private static final double NANOS = 1e9;

    private Measured() {}

    static List<Metric> policy(PolicyEngine policy) {
        DecisionCounts counts = policy.counts();
        return List.of(
                Metric.counter(
                        "keymesh_decisions_total",
                        "Decisions of the policy: allowed, denied by a rule, or failed, which denies too.",
                        List.of("outcome"),
                        to -> {
                            to.count(counts.allowed(), "allowed");
                            to.count(counts.denied(), "denied");
                            to.count(counts.failed(), "failed");
                        }),
                Metric.counter(
                        "keymesh_decision_cache_total",
                        "Questions whose answer was known already, or was not.",
                        List.of("result"),
                        to -> {
                            to.count(counts.hits(), "hit");
                            to.count(counts.misses(), "miss");
                        }),
                Metric.counter(
                        "keymesh_policy_evaluations_total", "Evaluations of the compiled policy.", counts::evaluations),
                Metric.counter(
                        "keymesh_policy_evaluation_seconds_total",
                        "What these evaluations took together.",
                        () -> counts.evaluationNanos() / NANOS));
    }

    /**
     * All metrics.
     *
     * @param parts those of the parts that have several
     * @param single those of the parts that have one
     * @param queues how much waits in each queue
     */
    static List<Metric> all(List<List<Metric>> parts, List<Metric> single, Map<String, IntSupplier> queues) {
        List<Metric> all = new ArrayList<>();
        parts.forEach(all::addAll);
        all.addAll(single);
        all.add(queues(queues));
        all.add(build());
        return all;
    }

    private static Metric queues(Map<String, IntSupplier> depths) {
        return Metric.gauge(
                "keymesh_queue_depth",
                "What waits: for the database, for a policy evaluation, for a thread of the server, to be exported.",
                List.of("queue"),
                to -> depths.forEach((name, depth) -> to.count(depth.getAsInt(), name)));
    }

    private static Metric build() {
        return Metric.info(
                "keymesh_build_info", "The version that runs.", List.of("version"), to -> to.value(1, Build.VERSION));
    }
}
