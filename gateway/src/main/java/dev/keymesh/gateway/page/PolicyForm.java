package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Patch;
import dev.keymesh.sdk.wire.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy as the fields of a form: a list is one entry a line, an empty field restricts nothing, and {@link #NOTHING}
 * alone is the empty list, which allows nothing.
 */
final class PolicyForm {
    static final String NOTHING = "(none)";
    static final List<String> MODALITIES = List.of("text", "image", "audio", "file");

    /** The field that shows what is wrong with a member of the body. */
    static final Map<String, String> FIELDS = Map.of(
            "/policy/allowedModels", "allowedModels",
            "/policy/deniedModels", "deniedModels",
            "/policy/toolAllowlist", "toolAllowlist",
            "/policy/deniedTools", "deniedTools",
            "/policy/maxOutputTokens", "maxOutputTokens",
            "/policy/defaultMaxOutputTokens", "defaultMaxOutputTokens",
            "/policy/allowedModalities", "allowedModalities",
            "/policy/ipAllowlist", "ipAllowlist",
            "/policy/windows", "windows");

    private PolicyForm() {}

    /** What the fields say before anything was written. */
    static Form of(String title, @Nullable Policy policy) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("title", List.of(title));
        if (policy != null) {
            lines(values, "allowedModels", policy.allowedModels());
            lines(values, "deniedModels", policy.deniedModels());
            lines(values, "toolAllowlist", policy.toolAllowlist());
            lines(values, "deniedTools", policy.deniedTools());
            number(values, "maxOutputTokens", policy.maxOutputTokens());
            number(values, "defaultMaxOutputTokens", policy.defaultMaxOutputTokens());
            modalities(values, policy.allowedModalities());
            lines(values, "ipAllowlist", policy.ipAllowlist());
            lines(values, "windows", WindowLines.written(policy.windows()));
        } else {
            modalities(values, null);
        }
        return Form.of(values);
    }

    private static void lines(Map<String, List<String>> values, String name, @Nullable List<String> entries) {
        if (entries != null) {
            values.put(name, List.of(entries.isEmpty() ? NOTHING : String.join("\n", entries)));
        }
    }

    private static void number(Map<String, List<String>> values, String name, @Nullable Long number) {
        if (number != null) {
            values.put(name, List.of(number.toString()));
        }
    }

    private static void modalities(Map<String, List<String>> values, @Nullable List<String> allowed) {
        values.put("modalities", List.of(allowed == null ? "all" : "some"));
        values.put("allowedModalities", allowed == null ? MODALITIES : allowed);
    }

    /** The policy that the fields describe; what is no number or no time is a fault. */
    static Policy read(Form form, Faults faults) {
        return new Policy(
                list(form, "allowedModels"),
                list(form, "deniedModels"),
                list(form, "toolAllowlist"),
                list(form, "deniedTools"),
                number(form, "maxOutputTokens", faults),
                number(form, "defaultMaxOutputTokens", faults),
                form.text("modalities").equals("some") ? form.all("allowedModalities") : null,
                list(form, "ipAllowlist"),
                WindowLines.read(form, "windows", faults));
    }

    /** All of the policy, and nothing else of the workspace. */
    static Patch patch(Policy policy) {
        return Patch.none().set("policy", policy);
    }

    private static @Nullable List<String> list(Form form, String name) {
        return form.text(name).equals(NOTHING) ? List.of() : form.list(name);
    }

    private static @Nullable Long number(Form form, String name, Faults faults) {
        String text = form.given(name);
        if (text == null) {
            return null;
        }
        if (!text.matches("\\d{1,18}")) {
            faults.add(name, "This is no number. Write digits alone, such as 4096.");
            return null;
        }
        return Long.valueOf(text);
    }
}
