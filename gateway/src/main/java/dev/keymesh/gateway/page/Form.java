package dev.keymesh.gateway.page;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a form or a query holds: texts by the names of fields. */
final class Form {
    static final Form EMPTY = new Form(Map.of());

    private final Map<String, List<String>> values;

    private Form(Map<String, List<String>> values) {
        this.values = values;
    }

    /** What a form holds before anything was written into it. */
    static Form of(Map<String, List<String>> values) {
        return new Form(new LinkedHashMap<>(values));
    }

    /**
     * Reads {@code application/x-www-form-urlencoded}.
     *
     * @throws Refused 400 where it is not well encoded
     */
    static Form parse(String encoded) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
        return new Form(values);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refused.malformed("What the browser sent is not well encoded.");
        }
    }

    /** A field's text without the blanks around it; empty where it is absent. */
    String text(String name) {
        return raw(name).strip();
    }

    /** The same; null where nothing was written. */
    @Nullable
    String given(String name) {
        String text = text(name);
        return text.isEmpty() ? null : text;
    }

    /** A field's text as it came; empty where it is absent. */
    String raw(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.getFirst();
    }

    /** What was ticked. */
    List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** A list that was written with commas or line breaks between its entries; null where nothing was written. */
    @Nullable
    List<String> list(String name) {
        List<String> entries = raw(name)
                .lines()
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
        return entries.isEmpty() ? null : entries;
    }

    // It may hold a credential.
    @Override
    public String toString() {
        return "Form" + values.keySet();
    }
}
