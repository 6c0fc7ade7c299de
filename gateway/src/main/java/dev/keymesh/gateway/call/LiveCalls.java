package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Every call that runs now, so that a revocation or a drain can end it. */
public final class LiveCalls {
    private final Map<String, Set<ModelCall>> byKey = new ConcurrentHashMap<>();

    void add(String key, ModelCall call) {
        byKey.computeIfAbsent(key, k -> ConcurrentHashMap.newKeySet()).add(call);
    }

    void remove(String key, ModelCall call) {
        byKey.computeIfPresent(key, (k, calls) -> {
            calls.remove(call);
            return calls.isEmpty() ? null : calls;
        });
    }

    /** Ends the streams of a key with the vendor's error event. */
    public void end(String key, Refusal why) {
        byKey.getOrDefault(key, Set.of()).forEach(call -> call.stop(why));
    }

    /** Ends the newest streams under a budget until what they hold covers what is too much. */
    public void endNewest(String scope, long nanos, Refusal why) {
        long left = nanos;
        List<ModelCall> under = byKey.values().stream()
                .flatMap(Set::stream)
                .filter(call -> call.isUnder(scope))
                .sorted(Comparator.comparing(ModelCall::id).reversed())
                .toList();
        for (ModelCall call : under) {
            if (left <= 0) {
                return;
            }
            left -= call.held();
            call.stop(why);
        }
    }

    public int count() {
        return byKey.values().stream().mapToInt(Set::size).sum();
    }
}
