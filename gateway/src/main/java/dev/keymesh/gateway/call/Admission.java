package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.Hold;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.ledger.Ledger;
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
    private final Counting counting;
    private final LiveCalls live;
    private final InstantSource clock;

    public Admission(
            PolicyEngine policy,
            Providers providers,
            PriceRows prices,
            Limits limits,
            Ledger ledger,
            Upstream upstream,
            LiveCalls live,
            InstantSource clock) {
        this.policy = policy;
        this.providers = providers;
        this.prices = prices;
        this.limits = limits;
        this.ledger = ledger;
        counting = new Counting(upstream);
        this.live = live;
        this.clock = clock;
    }

    /** What is asked for. */
    record Request(
            String id,
            Chain chain,
            Facts facts,
            Payload body,
            @Nullable InetAddress ip) {}

    /** The answer. */
    sealed interface Answer {
        /**
         * Go ahead.
         *
         * @param capToSet the output cap that must be written into the request; null is none
         * @param live what is held; null where no budget applies
         */
        record Admitted(
                Provider provider,
                @Nullable Price price,
                @Nullable Bound bound,
                @Nullable Integer capToSet,
                @Nullable LiveHold live,
                HoldAnswer.@Nullable Remaining remaining)
                implements Answer {
            @Nullable
            Hold hold() {
                return live == null ? null : live.hold();
            }
        }

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
        Integer policyCap = output.isWritten() && decision.capOutput().isPresent()
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
        new Fitting(
                        ledger,
                        counting,
                        live,
                        new Fitting.Wanted(request, units.contains(Unit.USD), provider, price, clock.instant()),
                        policyCap,
                        then)
                .hold();
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
        return Covered.tokens(price == null ? Price.NONE : price, facts);
    }
}
