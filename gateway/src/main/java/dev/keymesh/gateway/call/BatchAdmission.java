package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.Amounts;
import dev.keymesh.gateway.ledger.Hold;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.ledger.HoldRequest;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Unit;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.policy.Decision;
import dev.keymesh.policy.PolicyEngine;
import dev.keymesh.policy.Question;
import dev.keymesh.policy.Reason;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decision and holds for a batch: a hold for each model of it, which all are there or none is. Waits for both. */
final class BatchAdmission {
    private static final long MOST_TOKENS = 1L << 50;

    private final PolicyEngine policy;
    private final PriceRows prices;
    private final Limits limits;
    private final Ledger ledger;
    private final InstantSource clock;

    BatchAdmission(PolicyEngine policy, PriceRows prices, Limits limits, Ledger ledger, InstantSource clock) {
        this.policy = policy;
        this.prices = prices;
        this.limits = limits;
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * What may go ahead.
     *
     * @param ask with the holds' ids in its parts
     */
    record Held(BatchAsk ask, List<Hold> holds, HoldAnswer.@Nullable Remaining tightest) {}

    /** Whether the key may be used here and now, for what names no model. */
    void permitted(Chain chain, @Nullable InetAddress ip) {
        allowed(policy.decide(question("key.use", chain, ip, Set.of(), Set.of(), Set.of(), null)));
    }

    /**
     * Admits a batch.
     *
     * @param id that of the request, which is the first hold's
     * @throws Refused with the reason where it may not be
     */
    Held admit(String id, Chain chain, Provider provider, Operation making, BatchAsk ask, @Nullable InetAddress ip) {
        judged(chain, ask, ip);
        Set<Unit> units = EnumSet.noneOf(Unit.class);
        for (BatchPart part : ask.parts()) {
            units.addAll(limits.units(chain.scopes(), provider.name(), part.model()));
        }
        bounded(units, provider, ask);
        List<Hold> holds = new ArrayList<>();
        List<BatchPart> parts = new ArrayList<>();
        HoldAnswer.Remaining tightest = null;
        Instant now = clock.instant();
        for (BatchPart part : ask.parts()) {
            String call = holds.isEmpty() ? id : Ids.next("req");
            BatchPart priced = new BatchPart(
                    part.model(), call, part.nanos(), part.tokens(), current(provider, part.model()), now);
            HoldAnswer answer = hold(chain, provider, making, ask, priced);
            if (!(answer instanceof HoldAnswer.Held held)) {
                holds.forEach(ledger::release);
                throw new Refused(refusal(answer));
            }
            holds.add(held.hold());
            parts.add(priced);
            tightest = held.tightest();
        }
        return new Held(ask.with(parts), holds, tightest);
    }

    private void judged(Chain chain, BatchAsk ask, @Nullable InetAddress ip) {
        allowed(policy.decide(
                question("model.invoke", chain, ip, ask.models(), ask.tools(), ask.modalities(), ask.cap())));
        if (ask.uncapped() > 0) {
            Decision without = policy.decide(
                    question("model.invoke", chain, ip, ask.models(), ask.tools(), ask.modalities(), null));
            allowed(without);
            if (without.capOutput().isPresent()) {
                throw new Refused(
                        Refusal.uncapped(ask.uncapped(), without.capOutput().getAsInt()));
            }
        }
    }

    private Question question(
            String action,
            Chain chain,
            @Nullable InetAddress ip,
            Set<String> models,
            Set<String> tools,
            Set<String> modalities,
            @Nullable Integer cap) {
        return new Question(
                "virtual_key",
                chain.key().id(),
                action,
                models,
                List.copyOf(tools),
                modalities,
                cap,
                chain.workspace().environment(),
                ip,
                clock.instant(),
                chain.grants());
    }

    private static void allowed(Decision decision) {
        if (!decision.allowed()) {
            Reason reason = decision.reasons().getFirst();
            throw new Refused(Refusal.denied(reason.code(), reason.value()));
        }
    }

    /** Under a budget the most that the batch can use must be known, by the prices that are in force now. */
    private void bounded(Set<Unit> units, Provider provider, BatchAsk ask) {
        if (units.contains(Unit.REQUESTS)) {
            throw new Refused(Refusal.uncountedBatch());
        }
        if (units.contains(Unit.USD) && ask.overDollars() != null) {
            throw new Refused(ask.overDollars());
        }
        if (units.contains(Unit.TOKENS) && ask.overTokens() != null) {
            throw new Refused(ask.overTokens());
        }
        for (BatchPart part : ask.parts()) {
            Price now = current(provider, part.model());
            String version = now == null ? "" : now.version();
            if (!units.isEmpty() && !version.equals(part.version() == null ? "" : part.version())) {
                throw new Refused(Refusal.invalid(
                        "input_file_id",
                        "The price of '" + part.model() + "' has changed since the file was sent, so what the batch may"
                                + " cost at most is not known any more. Send the file again."));
            }
        }
    }

    private @Nullable Price current(Provider provider, String model) {
        return prices.get(provider.kind(), provider.name(), model);
    }

    /** What cannot be bounded holds nothing of that unit; without a budget of it that is not asked for. */
    private HoldAnswer hold(Chain chain, Provider provider, Operation making, BatchAsk ask, BatchPart part) {
        Amounts bound = new Amounts(
                ask.overDollars() == null ? part.nanos() : 0,
                1,
                ask.overTokens() == null ? Math.min(part.tokens(), MOST_TOKENS) : 0);
        CompletableFuture<HoldAnswer> answer = new CompletableFuture<>();
        ledger.hold(
                new HoldRequest(
                        part.call(),
                        chain.scopes(),
                        provider.name(),
                        part.model(),
                        making.wire(),
                        part.version(),
                        bound),
                answer::complete);
        return answer.join();
    }

    private static Refusal refusal(HoldAnswer answer) {
        return answer instanceof HoldAnswer.Refused refused
                ? Spent.refusal(refused)
                : Refusal.unavailable("The ledger did not answer in time, so nothing was forwarded. Try again.");
    }
}
