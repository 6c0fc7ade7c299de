package dev.keymesh.policy;

import java.util.List;
import java.util.OptionalInt;

/**
 * What the policy answered.
 *
 * @param reasons in the documented order; empty when allowed
 * @param capOutput the output cap that the caller of this must set; the obligation {@code cap_output}
 */
public record Decision(
        boolean allowed, List<Reason> reasons, OptionalInt capOutput, String policyRevision, String chainRevision) {
    /** Whether no rule could be asked: a time-out or an error. */
    boolean isFailure() {
        return !allowed && reasons.getFirst().code().startsWith("policy.");
    }

    static Decision failed(String code, String policyRevision, String chainRevision) {
        return new Decision(false, List.of(new Reason(code, null)), OptionalInt.empty(), policyRevision, chainRevision);
    }
}
