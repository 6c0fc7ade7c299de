package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.BatchResults;
import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.price.Cost;
import dev.keymesh.gateway.price.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds up what the answers of a batch used and cost, model by model. */
final class BatchTally implements BatchResults.Each {
    private final List<BatchPart> parts;
    private final Map<String, Sum> sums = new HashMap<>();

    BatchTally(List<BatchPart> parts) {
        this.parts = parts;
        parts.forEach(part -> sums.put(part.model(), new Sum(0, 0, 0, 0)));
    }

    /** Tokens and nano-dollars; the cost says nothing of a model without a price. */
    record Sum(long input, long cached, long output, long cost) {
        Sum and(Usage usage, long more) {
            return new Sum(
                    input + usage.inputTokens(),
                    cached + usage.cachedInputTokens(),
                    output + usage.outputTokens(),
                    Math.min(CallRecord.MOST_COST, cost + more));
        }
    }

    Sum of(BatchPart part) {
        return sums.getOrDefault(part.model(), new Sum(0, 0, 0, 0));
    }

    @Override
    public void answered(String model, Usage usage) {
        BatchPart part = part(model, usage);
        sums.put(part.model(), of(part).and(usage, cost(part, usage)));
    }

    /** As it was called, or as a dated name of it; where it cannot be told which, the one that costs most. */
    private BatchPart part(String model, Usage usage) {
        BatchPart found = null;
        for (BatchPart part : parts) {
            boolean longer =
                    found == null || part.model().length() > found.model().length();
            if (model.startsWith(part.model()) && longer) {
                found = part;
            }
        }
        return found == null ? dearest(usage) : found;
    }

    private BatchPart dearest(Usage usage) {
        BatchPart most = parts.getFirst();
        for (BatchPart part : parts) {
            most = cost(part, usage) > cost(most, usage) ? part : most;
        }
        return most;
    }

    static long cost(BatchPart part, Usage usage) {
        if (part.price() == null) {
            Long said = usage.details().cost();
            return said == null ? 0 : said;
        }
        return Math.min(CallRecord.MOST_COST, Cost.ofBatch(usage, part.price(), part.at()));
    }

    /** Nano-dollars; null where nothing says what the model costs. */
    @Nullable
    Long cost(BatchPart part) {
        long cost = of(part).cost();
        return part.price() == null && cost == 0 ? null : (Long) cost;
    }
}
