package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.Amounts;
import dev.keymesh.gateway.ledger.Hold;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.ledger.HoldRequest;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Unit;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.OutputCap;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.Providers;
import dev.keymesh.policy.Decision;
import dev.keymesh.policy.PolicyEngine;
import dev.keymesh.policy.Question;
import dev.keymesh.policy.Reason;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decision and hold together: what may go ahead, to whom, and with how much set aside. Knows no HTTP. */
public final class Admission {
    private final PolicyEngine policy;
    private final Providers providers;
    private final PriceRows prices;
    private final Limits limits;
    private final Ledger ledger;
    private final InstantSource clock;

    public Admission(
            PolicyEngine policy,
            Providers providers,
            PriceRows prices,
            Limits limits,
            Ledger ledger,
            InstantSource clock) {
        this.policy = policy;
        this.providers = providers;
        this.prices = prices;
        this.limits = limits;
        this.ledger = ledger;
        this.clock = clock;
    }

    /** What is asked for. */
    record Request(
            String id, Chain chain, Facts facts, @Nullable InetAddress ip) {}

    /** The answer. */
    sealed interface Answer {
        /**
         * Go ahead.
         *
         * @param capToSet the output cap that must be written into the request; null is none
         * @param hold null where no budget applies
         */
        record Admitted(
                Provider provider,
                @Nullable Price price,
                @Nullable Bound bound,
                @Nullable Integer capToSet,
                @Nullable Hold hold,
                HoldAnswer.@Nullable Remaining remaining)
                implements Answer {}

        record Refused(Refusal refusal) implements Answer {}
    }

    /** Answers once; on this thread where the decision is known and no budget applies. */
    void admit(Request request, Consumer<Answer> then) {
        Facts facts = request.facts();
        Provider provider = providers.route(facts.operation().shape(), facts.model(), prices);
        Question question = new Question(
                "virtual_key",
                request.chain().key().id(),
                "model.invoke",
                facts.models(),
                facts.tools(),
                facts.modalities(),
                cap(facts, provider),
                request.chain().workspace().environment(),
                request.ip(),
                clock.instant(),
                request.chain().grants());
        policy.decide(question, decision -> {
            if (decision.allowed()) {
                allowed(request, provider, decision, then);
            } else {
                Reason reason = decision.reasons().getFirst();
                then.accept(new Answer.Refused(Refusal.denied(reason.code(), reason.value())));
            }
        });
    }

    /** The cap that the provider will honour; while there is none to ask, the larger of what is written. */
    private static @Nullable Integer cap(Facts facts, @Nullable Provider provider) {
        return provider == null
                ? Bound.cap(facts.size(), ProviderKind.OPENAI, null)
                : Bound.cap(facts.size(), provider.kind(), provider.capField());
    }

    /** A denied model is a 403 whoever serves it: that none does is said only to those who may use it. */
    private void allowed(Request request, @Nullable Provider provider, Decision decision, Consumer<Answer> then) {
        Facts facts = request.facts();
        String model = facts.model();
        // The built-in provider makes neither pictures nor sound.
        if (provider == null
                || (provider.kind() == ProviderKind.DEMO && facts.operation().isMedia())) {
            then.accept(new Answer.Refused(Refusal.modelNotFound(model)));
            return;
        }
        if (facts.operation().billing() == Operation.Billing.FREE) {
            then.accept(new Answer.Admitted(provider, null, null, null, null, null));
            return;
        }
        OutputCap output = facts.operation().outputCap();
        Integer policyCap = output != OutputCap.NONE && decision.capOutput().isPresent()
                ? (Integer) decision.capOutput().getAsInt()
                : null;
        boolean capped = Bound.cap(facts.size(), provider.kind(), provider.capField()) != null;
        if (!capped && policyCap != null && policyCap < output.least(provider.kind())) {
            then.accept(new Answer.Refused(Refusal.capTooLow(policyCap, output.least(provider.kind()))));
            return;
        }
        Price price = prices.get(provider.kind(), provider.name(), model);
        Set<Unit> units = limits.units(request.chain().scopes(), provider.name(), model);
        if (units.isEmpty()) {
            then.accept(new Answer.Admitted(provider, price, null, capped ? null : policyCap, null, null));
            return;
        }
        hold(request, units, provider, price, policyCap, then);
    }

    private void hold(
            Request request,
            Set<Unit> units,
            Provider provider,
            @Nullable Price price,
            @Nullable Integer policyCap,
            Consumer<Answer> then) {
        Facts facts = request.facts();
        Refusal unbounded = unbounded(facts, units, provider, price);
        if (unbounded != null) {
            then.accept(new Answer.Refused(unbounded));
            return;
        }
        Bound bound = Bound.of(
                facts.size(),
                price == null ? Price.NONE : price,
                provider.kind(),
                provider.capField(),
                policyCap,
                clock.instant());
        HoldRequest wanted = new HoldRequest(
                request.id(),
                request.chain().scopes(),
                provider.name(),
                facts.model(),
                facts.operation().wire(),
                price == null ? null : price.version(),
                new Amounts(bound.nanos(), 1, bound.tokens()));
        ledger.hold(
                wanted,
                answer -> then.accept(
                        switch (answer) {
                            case HoldAnswer.Held held ->
                                new Answer.Admitted(
                                        provider, price, bound, bound.capToSet(), held.hold(), held.tightest());
                            case HoldAnswer.Refused refused -> new Answer.Refused(refusal(refused));
                            case HoldAnswer.Unavailable _ ->
                                new Answer.Refused(Refusal.unavailable(
                                        "The ledger did not answer in time, so nothing was forwarded. Try again."));
                        }));
    }

    /**
     * Under a budget of dollars all that the request names needs a price, and its input must be in it; under one of tokens
     * its input must be in it; calls can always be counted.
     */
    private @Nullable Refusal unbounded(Facts facts, Set<Unit> units, Provider provider, @Nullable Price price) {
        boolean dollars = units.contains(Unit.USD);
        if (!dollars && !units.contains(Unit.TOKENS)) {
            return null;
        }
        for (String model : facts.models()) {
            if (dollars && prices.get(provider.kind(), provider.name(), model) == null) {
                return Refusal.unpriced(model, provider.name());
            }
        }
        if (facts.models().size() > 1) {
            return Refusal.unboundedInput("several models in one request");
        }
        if (dollars) {
            return price == null ? Refusal.unpriced(facts.model(), provider.name()) : Covered.by(price, facts);
        }
        return Covered.input(price == null ? Price.NONE : price, facts);
    }

    private static Refusal refusal(HoldAnswer.Refused refused) {
        Limit limit = refused.limit();
        String budget = "the " + limit.period().wire() + " budget of " + amount(limit.unit(), refused.amount())
                + counted(limit) + " on " + limit.scope();
        String spent = amount(limit.unit(), refused.spent()) + " spent";
        String bound = limit.unit() == Unit.USD
                ? "this call may cost up to " + amount(limit.unit(), refused.bound())
                : "this call may use up to " + amount(limit.unit(), refused.bound());
        if (refused.temporary()) {
            return Refusal.budgetHeld(
                    "Calls that are running hold " + amount(limit.unit(), refused.held()) + " of " + budget + " ("
                            + spent + "); " + bound + ". It fits once they are settled: try again in a second.");
        }
        String reset = refused.resetsAt() == null ? "It does not reset." : "It resets at " + refused.resetsAt() + ".";
        String remedy = limit.unit() == Unit.REQUESTS
                ? " Ask for a higher budget."
                : " Ask for less output with a lower cap, or for a higher budget.";
        return Refusal.budgetExceeded("This call does not fit into " + budget + " (" + spent + ", "
                + amount(limit.unit(), refused.held()) + " held); " + bound + ". " + reset + remedy);
    }

    private static String amount(Unit unit, long amount) {
        return unit.format(amount) + " " + (unit == Unit.USD ? "USD" : unit.wire());
    }

    private static String counted(Limit limit) {
        return (limit.model().isEmpty() ? "" : " for the model " + limit.model())
                + (limit.provider().isEmpty() ? "" : " at " + limit.provider());
    }
}
