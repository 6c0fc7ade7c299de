package dev.keymesh.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions with the compiled policy: from the cache in place, else on threads that each own one VM. Whatever
 * goes wrong is a denial, and is not cached.
 */
public final class PolicyEngine implements AutoCloseable {
    private static final int QUEUE = 4_096;
    private static final int CACHED = 50_000;
    private static final int WARM_UP = 3_000;
    private static final int PATIENCE_SECONDS = 5;

    private final String revision = revisionOfBundle();
    private final Cache<Asked, Decision> cache =
            Caffeine.newBuilder().maximumSize(CACHED).build();
    private final Evaluator evaluator = new Evaluator();
    private final ThreadPoolExecutor executor;
    /** Whether it has decided something. */
    private volatile boolean proven;

    private final DecisionCounts counts = new DecisionCounts();

    private PolicyEngine(int threads) {
        executor = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                task -> Thread.ofPlatform().daemon().name("keymesh-policy").unstarted(task));
    }

    public static PolicyEngine open(int threads) {
        return new PolicyEngine(threads);
    }

    /** Makes the first decisions as fast as later ones: in the background, while nobody asks. */
    public void warmUp() {
        executor.execute(this::decideForPractice);
    }

    /** Whether it decides; waits for a first decision where there was none. */
    public boolean answers() {
        if (!proven) {
            try {
                CompletableFuture.runAsync(() -> prove(practice()), executor).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
                return proven;
            }
        }
        return proven;
    }

    private void prove(byte[] input) {
        Decision decision = evaluator.decide(input, revision, "");
        if (decision.allowed() || !decision.reasons().getFirst().code().startsWith("policy.")) {
            proven = true;
        }
    }

    /** The hash of the bundle. */
    public String revision() {
        return revision;
    }

    /** What was decided since the start. */
    public DecisionCounts counts() {
        return counts;
    }

    /** Questions that wait for a thread. */
    public int queued() {
        return executor.getQueue().size();
    }

    /** The answer when it is known already; costs no evaluation. */
    public @Nullable Decision cached(Question question) {
        return cache.getIfPresent(Asked.of(question));
    }

    /**
     * Answers once: on the caller's thread when the answer is known, else on a policy thread. A full queue answers
     * {@code policy.timeout}.
     */
    public void decide(Question question, Consumer<Decision> then) {
        Asked asked = Asked.of(question);
        Decision known = cache.getIfPresent(asked);
        if (known != null) {
            then.accept(counts.hit(known));
            return;
        }
        counts.missed();
        try {
            executor.execute(() -> then.accept(evaluate(question, asked)));
        } catch (RejectedExecutionException e) {
            then.accept(counts.counted(Decision.failed("policy.timeout", revision, asked.chainRevision())));
        }
    }

    /** The same for callers that may wait. */
    public Decision decide(Question question) {
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        decide(question, answer::complete);
        return answer.join();
    }

    /** Whether a key may be issued with what it asks for; waits, and is not cached: each key is issued once. */
    public Decision decide(Issuance issuance) {
        String chain = issuance.grants().stream().map(Grant::revision).collect(Collectors.joining("+"));
        byte[] input = Wire.input(issuance);
        try {
            return CompletableFuture.supplyAsync(() -> evaluate(input, chain), executor)
                    .join();
        } catch (RejectedExecutionException e) {
            return counts.counted(Decision.failed("policy.timeout", revision, chain));
        }
    }

    private Decision evaluate(byte[] input, String chain) {
        long began = System.nanoTime();
        return counts.evaluated(evaluator.decide(input, revision, chain), System.nanoTime() - began);
    }

    private Decision evaluate(Question question, Asked asked) {
        Decision decision = evaluate(Wire.input(question), asked.chainRevision());
        if (!decision.isFailure()) {
            cache.put(asked, decision);
        }
        return decision;
    }

    private void decideForPractice() {
        byte[] input = practice();
        prove(input);
        for (int i = 1; i < WARM_UP && executor.getQueue().isEmpty() && !executor.isShutdown(); i++) {
            evaluator.decide(input, revision, "");
        }
    }

    private static byte[] practice() {
        Rules rules = new Rules(List.of("a-*", "b"), List.of("c"), List.of("t"), List.of(), 9, 9, null, null, null);
        Question question = new Question(
                "virtual_key",
                "warm-up",
                "model.invoke",
                Set.of("a-1"),
                List.of("t"),
                Set.of("text"),
                5,
                "live",
                null,
                java.time.Instant.EPOCH,
                List.of(Grant.of("a", rules, "live"), Grant.of("b", rules, null)));
        return Wire.input(question);
    }

    private static String revisionOfBundle() {
        try (InputStream wasm = PolicyEngine.class.getResourceAsStream("/dev/keymesh/rego/policy.wasm")) {
            if (wasm == null) {
                throw new IllegalStateException("The policy bundle is not in the program.");
            }
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(wasm.readAllBytes());
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("The policy bundle cannot be read.", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        evaluator.close();
    }
}
