package dev.keymesh.policy;

import java.util.Map;
import java.util.Set;

/** The mutants that are rightly still allowed, each with its reason; the mutation test holds this list exact. */
final class StillAllowed {
    /** Members that the decision does not read, whatever they are. */
    static final Map<String, String> UNREAD = Map.of(
            "/subject/id", "a caller is known to the policy by its grants alone",
            "/resource/id", "the set in resource.properties counts",
            "/resource/type", "the action tells what is asked");

    private static final String SHORTER = "a shorter list is another rule or request, not a broken one";
    private static final String NO_LIMIT = "null is no limit and a number is a limit; Java always writes one of them";

    private static final String OF_THE_CHAIN = "null asks for nothing of its own, and what the chain sets holds";

    static final Map<String, String> WITH_REASON = Map.ofEntries(
            Map.entry("/grants/* removed", "Java writes one for each link; what it wrote is not taken away on the way"),
            Map.entry("/grants/*/modalities/exact/* removed", SHORTER),
            Map.entry("/grants/*/models/allow/affix/* removed", SHORTER),
            Map.entry("/grants/*/models/allow/exact/* removed", SHORTER),
            Map.entry("/grants/*/models/allow/prefix/* removed", SHORTER),
            Map.entry("/grants/*/models/deny/exact/* removed", SHORTER),
            Map.entry("/grants/*/tools/allow/exact/* removed", SHORTER),
            Map.entry("/grants/*/tools/deny/suffix/* removed", SHORTER),
            Map.entry("/resource/properties/modalities/* removed", SHORTER),
            Map.entry("/resource/properties/tools/* removed", SHORTER),
            Map.entry("/grants/*/max_output = null", NO_LIMIT),
            Map.entry("/grants/*/max_output = 7", NO_LIMIT),
            Map.entry("/grants/*/default_output = null", NO_LIMIT),
            Map.entry("/grants/*/default_output = 7", NO_LIMIT),
            Map.entry("/resource/properties/wanted/modalities/* removed", SHORTER),
            Map.entry("/resource/properties/wanted/models/allow/* removed", SHORTER),
            Map.entry("/resource/properties/wanted/models/deny/exact/* removed", SHORTER),
            Map.entry("/resource/properties/wanted/tools/allow/* removed", SHORTER),
            Map.entry("/resource/properties/wanted/tools/deny/suffix/* removed", SHORTER),
            Map.entry("/resource/properties/wanted/ranges/* removed", SHORTER),
            Map.entry("/resource/properties/wanted/windows/* removed", SHORTER),
            Map.entry("/resource/properties/wanted/max_output = null", OF_THE_CHAIN),
            Map.entry("/resource/properties/wanted/default_output = null", OF_THE_CHAIN),
            Map.entry("/resource/properties/wanted/expires_at = null", OF_THE_CHAIN),
            Map.entry("/resource/properties/wanted/expires_before = null", NO_LIMIT),
            Map.entry("/resource/properties/output_cap = null", NO_LIMIT),
            Map.entry("/resource/properties/output_cap = 7", NO_LIMIT));

    private StillAllowed() {}

    static boolean unread(String mutant) {
        return UNREAD.containsKey(mutant.split(" ", 2)[0]);
    }

    static Set<String> mutants() {
        return WITH_REASON.keySet();
    }
}
