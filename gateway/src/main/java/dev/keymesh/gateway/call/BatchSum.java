package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.dialect.BatchLines;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.FileIds;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.OutputCap;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.provider.Provider;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Adds up what the requests of a batch ask for, one after the other, at the rates of a batch. */
final class BatchSum implements BatchLines.EachRequest {
    /** What serves a batch whatever its requests name. */
    private static final Set<String> TIERS = Set.of("auto", "default", "standard_only");

    private final ObjectCalls with;
    private final Chain chain;
    private final Provider provider;
    private final PriceRows prices;
    private final Instant at;
    private final Set<String> models = new TreeSet<>();
    private final Set<String> tools = new TreeSet<>();
    private final Set<String> modalities = new TreeSet<>();
    private final Map<String, BatchPart> parts = new LinkedHashMap<>();
    private int requests;
    private @Nullable Operation operation;
    private @Nullable Integer cap;
    private int uncapped;
    private @Nullable Refusal overDollars;
    private @Nullable Refusal overTokens;
    private @Nullable Refusal foreign;

    /**
     * Begins with nothing.
     *
     * @param chain of whoever sends the requests: they may name its workspace's files
     */
    BatchSum(ObjectCalls with, Chain chain, Provider provider) {
        this.with = with;
        this.chain = chain;
        this.provider = provider;
        prices = with.prices();
        at = with.clock().instant();
    }

    @Override
    public void accept(int number, Facts facts, Payload body) {
        requests++;
        operation = facts.operation();
        models.addAll(facts.models());
        tools.addAll(facts.tools());
        modalities.addAll(facts.modalities());
        cap(number, facts);
        if (foreign == null && FileIds.may(facts)) {
            foreign = within(number, with.foreign(facts, body, chain));
        }
        Price price = prices.get(provider.kind(), provider.name(), facts.model());
        Bound bound = Bound.ofBatch(
                facts.size(), price == null ? Price.NONE : price, provider.kind(), provider.capField(), at);
        if (overDollars == null) {
            overDollars = within(number, overDollars(facts, price, bound));
        }
        if (overTokens == null) {
            overTokens = within(number, overTokens(facts, price, bound));
        }
        BatchPart part = parts.computeIfAbsent(facts.model(), model -> new BatchPart(model, "", 0, 0, price, at));
        parts.put(facts.model(), part.and(bound.nanos(), bound.tokens()));
    }

    private void cap(int number, Facts facts) {
        if (facts.operation().outputCap() == OutputCap.NONE) {
            return;
        }
        Integer named = Bound.cap(facts.size(), provider.kind(), provider.capField());
        if (named == null) {
            uncapped = uncapped == 0 ? number : uncapped;
        } else {
            cap = cap == null ? named : (Integer) Math.max(cap, named);
        }
    }

    /**
     * What has been added up, of one request at least.
     *
     * @throws Refused where one of them names a file that is not its workspace's
     */
    BatchAsk ask() {
        if (foreign != null) {
            throw new Refused(foreign);
        }
        return new BatchAsk(
                java.util.Objects.requireNonNull(operation),
                requests,
                models,
                tools,
                modalities,
                cap,
                uncapped,
                List.copyOf(parts.values()),
                overDollars,
                overTokens);
    }

    private @Nullable Refusal overDollars(Facts facts, @Nullable Price price, Bound bound) {
        if (price == null) {
            return Refusal.unpriced(facts.model(), provider.name());
        }
        String tier = facts.serviceTier();
        if (facts.fast() || (tier != null && !TIERS.contains(tier))) {
            return Refusal.unpricedRate(facts.fast() ? "speed" : "service_tier");
        }
        Refusal uncovered = Covered.by(price, facts);
        return uncovered != null ? uncovered : unbounded(facts, bound);
    }

    private @Nullable Refusal overTokens(Facts facts, @Nullable Price price, Bound bound) {
        Refusal uncovered = Covered.tokens(price == null ? Price.NONE : price, facts);
        return uncovered != null ? uncovered : unbounded(facts, bound);
    }

    private static @Nullable Refusal unbounded(Facts facts, Bound bound) {
        if (facts.models().size() > 1) {
            return Refusal.unboundedInput("several models in one request");
        }
        return bound.capToSet() == null ? null : Refusal.uncapped();
    }

    private static @Nullable Refusal within(int number, @Nullable Refusal refusal) {
        return refusal == null
                ? null
                : new Refusal(
                        refusal.reason(),
                        refusal.code(),
                        "In request " + number + " of the batch: " + refusal.message(),
                        null,
                        null);
    }
}
