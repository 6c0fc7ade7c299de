package dev.keymesh.policy;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Patterns as the policy reads them: whole names, beginnings, ends, both. */
record Matcher(boolean any, List<String> exact, List<String> prefix, List<String> suffix, List<List<String>> affix) {
    static Matcher allow(@Nullable List<String> patterns, String member) {
        return patterns == null ? new Matcher(true, List.of(), List.of(), List.of(), List.of()) : of(patterns, member);
    }

    static Matcher deny(@Nullable List<String> patterns, String member) {
        return of(patterns == null ? List.of() : patterns, member);
    }

    private static Matcher of(List<String> patterns, String member) {
        boolean any = false;
        List<String> exact = new ArrayList<>();
        List<String> prefix = new ArrayList<>();
        List<String> suffix = new ArrayList<>();
        List<List<String>> affix = new ArrayList<>();
        for (String pattern : patterns) {
            int star = pattern.indexOf('*');
            if (pattern.isEmpty() || star != pattern.lastIndexOf('*')) {
                throw new IllegalArgumentException(
                        member + " takes names with at most one *, such as gpt-5.4, gpt-*, *-mini or o*-mini");
            }
            String head = star < 0 ? pattern : pattern.substring(0, star);
            String tail = star < 0 ? "" : pattern.substring(star + 1);
            if (star < 0) {
                exact.add(pattern);
            } else if (head.isEmpty() && tail.isEmpty()) {
                any = true;
            } else if (tail.isEmpty()) {
                prefix.add(head);
            } else if (head.isEmpty()) {
                suffix.add(tail);
            } else {
                affix.add(List.of(head, tail));
            }
        }
        return new Matcher(any, List.copyOf(exact), List.copyOf(prefix), List.copyOf(suffix), List.copyOf(affix));
    }

    /**
     * The patterns one by one, for comparing them with matchers; null asks for nothing, which is an empty list.
     *
     * @param member what they are in a policy; a reason says it before the pattern
     */
    static void patterns(JsonGenerator json, String name, @Nullable List<String> patterns, String member)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (String pattern : patterns == null ? List.<String>of() : patterns) {
            int star = pattern.indexOf('*');
            json.writeStartObject();
            json.writeStringField("says", member + ": " + pattern);
            json.writeStringField("name", pattern);
            json.writeBooleanField("star", star >= 0);
            json.writeStringField("prefix", star < 0 ? pattern : pattern.substring(0, star));
            json.writeStringField("suffix", pattern.substring(star + 1));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    void write(JsonGenerator json, String name) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeBooleanField("any", any);
        json.writeObjectFieldStart("exact");
        for (String one : exact.stream().distinct().toList()) {
            json.writeBooleanField(one, true);
        }
        json.writeEndObject();
        strings(json, "prefix", prefix);
        strings(json, "suffix", suffix);
        json.writeArrayFieldStart("affix");
        for (List<String> both : affix) {
            json.writeStartObject();
            json.writeStringField("prefix", both.get(0));
            json.writeStringField("suffix", both.get(1));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void strings(JsonGenerator json, String name, Iterable<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
