package dev.keymesh.gateway.api;

import dev.keymesh.gateway.tenant.Rulebook;
import dev.keymesh.policy.Grant;
import dev.keymesh.policy.Rules;
import dev.keymesh.policy.Window;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.PolicyWindow;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the member of a policy that is wrong, so that its refusal points there. What is right is the policy's own to
 * say: each value is tried by itself.
 */
final class PolicyCheck {
    private static final String NAME_FIX =
            "Write a name with at most one *, such as gpt-5.4, gpt-*, *-mini or o*-mini.";
    private static final String TIME_FIX = "Write HH:MM, such as 08:00; 24:00 is the end of the day.";

    private PolicyCheck() {}

    /** Of a policy that is a member of this one. */
    static void check(@Nullable Policy policy, String owner) {
        try {
            check(policy);
        } catch (Rejection e) {
            throw e.within(owner);
        }
    }

    static void check(@Nullable Policy policy) {
        if (policy == null) {
            return;
        }
        names("allowedModels", policy.allowedModels());
        names("deniedModels", policy.deniedModels());
        names("toolAllowlist", policy.toolAllowlist());
        names("deniedTools", policy.deniedTools());
        cap("maxOutputTokens", policy.maxOutputTokens());
        cap("defaultMaxOutputTokens", policy.defaultMaxOutputTokens());
        each(
                "allowedModalities",
                policy.allowedModalities(),
                PolicyCheck::listed,
                "is not a modality",
                "Write text, image, audio or file.");
        each(
                "ipAllowlist",
                policy.ipAllowlist(),
                PolicyCheck::ip,
                "is not an address or a range of them",
                "Write it as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.");
        windows(policy.windows());
        tried("/policy", "is not valid", "See the documentation of policies.", () -> grant(Rulebook.rules(policy)));
    }

    private static void names(String member, @Nullable List<String> names) {
        each(member, names, PolicyCheck::listed, "is not a name or a pattern", NAME_FIX);
    }

    private static void each(
            String member,
            @Nullable List<String> values,
            Function<List<String>, Rules> rules,
            String detail,
            String fix) {
        for (int i = 0; values != null && i < values.size(); i++) {
            List<String> one = List.of(values.get(i));
            tried("/policy/" + member + "/" + i, detail, fix, () -> grant(rules.apply(one)));
        }
    }

    private static void cap(String member, @Nullable Long tokens) {
        if (tokens != null && (tokens < 1 || tokens > Integer.MAX_VALUE)) {
            throw invalid(
                    "/policy/" + member, "must be 1 to " + Integer.MAX_VALUE, "Write null for no cap of this policy.");
        }
    }

    private static void windows(@Nullable List<PolicyWindow> windows) {
        for (int i = 0; windows != null && i < windows.size(); i++) {
            window("/policy/windows/" + i, windows.get(i));
        }
    }

    private static void window(String at, PolicyWindow window) {
        List<String> days = present(at + "/days", window.days(), "Write a list such as [\"mon\",\"fri\"].");
        for (int i = 0; i < days.size(); i++) {
            List<String> day = List.of(days.get(i));
            tried(
                    at + "/days/" + i,
                    "is not a day",
                    "Write mon, tue, wed, thu, fri, sat or sun.",
                    () -> new Window(day, "00:00", "24:00", "UTC"));
        }
        String from = present(at + "/from", window.from(), TIME_FIX);
        tried(at + "/from", "is not a time of day", TIME_FIX, () -> new Window(List.of(), from, "24:00", "UTC"));
        String to = present(at + "/to", window.to(), TIME_FIX);
        tried(at + "/to", "is not a time of day", TIME_FIX, () -> new Window(List.of(), "00:00", to, "UTC"));
        String zone = window.timezone() == null ? "UTC" : window.timezone();
        tried(
                at + "/timezone",
                "is not the name of a time zone",
                "Write a name such as UTC or Europe/Berlin.",
                () -> new Window(List.of(), "00:00", "24:00", zone));
    }

    private static <T> T present(String pointer, @Nullable T value, String fix) {
        if (value == null) {
            throw Rejection.invalid(pointer, "missing", "is missing", fix);
        }
        return value;
    }

    private static void tried(String pointer, String detail, String fix, Runnable trial) {
        try {
            trial.run();
        } catch (IllegalArgumentException e) {
            throw invalid(pointer, detail, fix);
        }
    }

    private static Rejection invalid(String pointer, String detail, String fix) {
        return Rejection.invalid(pointer, "invalid_policy", detail, fix);
    }

    private static void grant(Rules rules) {
        var _ = Grant.of("check", rules, null);
    }

    private static Rules listed(List<String> names) {
        return new Rules(names, null, null, null, null, null, null, null, null);
    }

    private static Rules ip(List<String> addresses) {
        return new Rules(null, null, null, null, null, null, null, addresses, null);
    }
}
