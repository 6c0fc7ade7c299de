package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.policy.Grant;
import dev.keymesh.policy.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The lists that a validation derives from the policies along the chain: {@code ["*"]} is unrestricted. */
final class Allowed {
    private Allowed() {}

    static List<String> models(Chain chain) {
        return derive(chain, Rules::allowedModels, Rules::deniedModels);
    }

    static List<String> tools(Chain chain) {
        return derive(chain, Rules::toolAllowlist, Rules::deniedTools);
    }

    private static List<String> derive(
            Chain chain, Function<Rules, @Nullable List<String>> allow, Function<Rules, @Nullable List<String>> deny) {
        List<String> allowed = List.of("*");
        for (Grant grant : chain.grants()) {
            List<String> more = allow.apply(grant.rules());
            if (more != null) {
                allowed = narrower(allowed, more);
            }
        }
        List<String> left = new ArrayList<>(allowed);
        for (Grant grant : chain.grants()) {
            List<String> denied = deny.apply(grant.rules());
            if (denied != null) {
                left.removeIf(name -> denied.stream().anyMatch(pattern -> covers(pattern, name)));
            }
        }
        return List.copyOf(left);
    }

    /** An entry of one list stays where the other list covers it. */
    private static List<String> narrower(List<String> one, List<String> other) {
        List<String> both = new ArrayList<>();
        one.stream()
                .filter(name -> other.stream().anyMatch(pattern -> covers(pattern, name)))
                .forEach(both::add);
        other.stream()
                .filter(name -> !both.contains(name) && one.stream().anyMatch(pattern -> covers(pattern, name)))
                .forEach(both::add);
        return both;
    }

    /** Whether a pattern matches all that another one can name. */
    private static boolean covers(String pattern, String name) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        String head = pattern.substring(0, star);
        String tail = pattern.substring(star + 1);
        return name.length() >= head.length() + tail.length() && name.startsWith(head) && name.endsWith(tail);
    }
}
