package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for that the base rates and its own bytes do not bound. Under a budget it is refused; without one
 * it is forwarded as it came.
 */
final class ExtraFacts {
    /** Bring input that is not in the body, or output beyond the cap, when they are there at all. */
    private static final Set<String> UNBOUNDED = Set.of(
            "container",
            "conversation",
            "plugins",
            "prediction",
            "preset",
            "previous_response_id",
            "prompt_embeds",
            "search_parameters");

    private static final String CONTEXT = "context_management";

    /** Flex is served at half the base rates, so that they bound it; {@code auto} is any that the price has. */
    private static final Set<String> TIERS_WITHIN_BASE = Set.of("auto", "default", "standard_only", "flex");

    private static final MemberNames CACHE = new MemberNames("ttl");
    private static final String DEFAULT_LIFETIME = "30m";

    private final Set<String> unbounded = new LinkedHashSet<>();
    private final Set<String> unpriced = new LinkedHashSet<>();
    private @Nullable String serviceTier;
    private boolean fast;
    private int references;

    /** Input that its bytes do not bound, by the member that brings it. */
    Set<String> unbounded() {
        return unbounded;
    }

    /** What is billed at a rate that no price has. */
    Set<String> unpriced() {
        return unpriced;
    }

    /** The tier that is asked for; null is none. */
    @Nullable
    String serviceTier() {
        return serviceTier;
    }

    /** Whether a premium speed is asked for. */
    boolean fast() {
        return fast;
    }

    /** How often there is one of {@link #unbounded}; the same member may name many. */
    int references() {
        return references;
    }

    void addUnbounded(String what) {
        unbounded.add(what);
        references++;
    }

    void addUnpriced(String what) {
        unpriced.add(what);
    }

    /** Reads a member of the body whose name is one of those that {@link FactsReader} guards for it. */
    void read(JsonParser parser, String name, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_NULL) {
            if (UNBOUNDED.contains(name) || (name.equals(CONTEXT) && !clearsOnly(parser, value))) {
                addUnbounded(name);
            } else if (!name.equals(CONTEXT) && !atBaseRate(parser, name, value)) {
                unpriced.add(name);
            }
        }
        parser.skipChildren();
    }

    /** Edits that clear take input out; one that compacts has the model write besides. */
    private static boolean clearsOnly(JsonParser parser, JsonToken value) throws IOException {
        boolean only = value == JsonToken.START_OBJECT;
        while (value == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean edits = parser.currentName().equals("edits");
            if (parser.nextToken() == JsonToken.START_ARRAY && edits) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    only &= clears(parser);
                }
            } else {
                only = false;
                parser.skipChildren();
            }
        }
        return only;
    }

    private static boolean clears(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return false;
        }
        boolean clears = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean type = parser.currentName().equals("type");
            JsonToken value = parser.nextToken();
            clears |=
                    type && value == JsonToken.VALUE_STRING && parser.getText().startsWith("clear_");
            parser.skipChildren();
        }
        return clears;
    }

    private boolean atBaseRate(JsonParser parser, String name, JsonToken value) throws IOException {
        if (name.equals("prompt_cache_options") && value == JsonToken.START_OBJECT) {
            return cachedAtBaseRate(parser);
        }
        if (value != JsonToken.VALUE_STRING) {
            return false;
        }
        String text = parser.getText();
        return switch (name) {
            case "service_tier" -> {
                serviceTier = text;
                yield TIERS_WITHIN_BASE.contains(text);
            }
            case "speed" -> {
                fast = text.equals("fast");
                yield text.equals("standard");
            }
            case "inference_geo" -> text.equals("global");
            default -> false;
        };
    }

    /** A cache that is kept for longer than the default costs more to write. */
    private static boolean cachedAtBaseRate(JsonParser parser) throws IOException {
        boolean base = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean lifetime = CACHE.has(parser.currentName(), "prompt_cache_options");
            JsonToken value = parser.nextToken();
            if (lifetime && value != JsonToken.VALUE_NULL) {
                base = value == JsonToken.VALUE_STRING && parser.getText().equals(DEFAULT_LIFETIME);
            }
            parser.skipChildren();
        }
        return base;
    }
}
