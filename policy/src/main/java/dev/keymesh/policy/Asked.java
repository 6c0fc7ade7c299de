package dev.keymesh.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The facts of a question that the policy reads: equal ones have equal decisions. */
record Asked(
        String subjectType,
        String action,
        Set<String> models,
        List<String> tools,
        Set<String> modalities,
        @Nullable Integer outputCap,
        String environment,
        List<String> grants) {
    static Asked of(Question question) {
        List<String> grants = new ArrayList<>(question.grants().size() * 2);
        for (Grant grant : question.grants()) {
            grants.add(grant.revision());
            grants.add(
                    grant.ipAllowed(question.ip())
                            ? grant.open(question.at()) ? "" : "w"
                            : grant.open(question.at()) ? "i" : "iw");
        }
        return new Asked(
                question.subjectType(),
                question.action(),
                question.models(),
                question.tools(),
                question.modalities(),
                question.outputCap(),
                question.environment(),
                grants);
    }

    String chainRevision() {
        return String.join(
                "+", grants.stream().filter(grant -> grant.length() > 2).toList());
    }
}
