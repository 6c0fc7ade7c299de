package dev.keymesh.gateway.page;

import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.wire.ProblemError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is wrong with a form: by field, and what no field of it can show. */
final class Faults {
    private final Map<String, String> byField = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();

    /**
     * What the API refused, put to the fields of a form.
     *
     * @param fields the field that shows what is wrong with a member of the body, by the member's pointer; it shows what is
     *     wrong inside of the member too
     * @throws KeymeshException the same one, where it is not about what was written
     */
    static Faults of(KeymeshException e, Map<String, String> fields) {
        boolean written = e.status() == 422 || e.status() == 400 || e.status() == 409;
        if (!written) {
            throw e;
        }
        Faults faults = new Faults();
        for (ProblemError error : e.errors()) {
            String pointer = error.pointer() == null ? "" : error.pointer();
            String text = error.detail() + "." + (error.fix() == null ? "" : " " + error.fix());
            String field = field(pointer, fields);
            faults.add(field, field == null && !pointer.isEmpty() ? pointer + " " + text : text);
        }
        if (e.errors().isEmpty()) {
            faults.others.add(String.valueOf(e.getMessage()));
        }
        return faults;
    }

    private static @Nullable String field(String pointer, Map<String, String> fields) {
        for (String at = pointer; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            String field = fields.get(at);
            if (field != null || at.indexOf('/') < 0) {
                return field;
            }
        }
        return null;
    }

    /** Adds what is wrong with a field; null is none that the form has. */
    Faults add(@Nullable String field, String text) {
        if (field == null) {
            others.add(text);
        } else {
            byField.merge(field, text, (one, other) -> one + " " + other);
        }
        return this;
    }

    boolean none() {
        return byField.isEmpty() && others.isEmpty();
    }

    /** What is wrong with this field; null is nothing. */
    @Nullable
    String of(String field) {
        return byField.get(field);
    }

    List<String> others() {
        return others;
    }
}
