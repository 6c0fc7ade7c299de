package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.price.CallSize;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What policy, routing, metering and forwarding know of a request: one immutable object from one strict parse.
 *
 * @param model the primary model
 * @param modelToSet whether it is the vendor's default, which is then written into the request
 * @param models all models that the request names
 * @param maxTokens the cap under {@code max_tokens}, or under the one name that the operation has; null is none
 * @param maxCompletionTokens the cap under {@code max_completion_tokens}; null is none
 * @param answers asked for, at least 1
 * @param tools names by the naming rule: literal, {@code openai.TYPE}, {@code anthropic.TYPE}, {@code mcp.LABEL.TOOL}
 * @param vendorTools tools of the vendor's own type, each of which adds to the prompt
 * @param serverToolUses how often the vendor's own tools may bill the input again
 * @param images images whose bytes are in the body
 * @param references what the bytes of the body do not bound: URLs, ids, compressed documents, tools that the vendor runs
 * @param referenceCount how many there are, of which several may have one name
 * @param unpriced what is billed at a rate that no price has: audio, faster service
 * @param serviceTier asked for; null is none
 * @param fast whether a premium speed is asked for
 * @param usageOption whether a chat stream asks for its usage
 * @param nulls by name, where caps or a model are written that say nothing: offsets of the literal
 * @param characters of the text that is to be spoken; else 0
 * @param inputBytes bytes that may become tokens: the whole body, but for the files of a form
 * @param length bytes of the body
 * @param end offset of the body's last {@code '}'}
 */
public record Facts(
        Operation operation,
        String model,
        boolean modelToSet,
        Set<String> models,
        boolean stream,
        @Nullable Integer maxTokens,
        @Nullable Integer maxCompletionTokens,
        long answers,
        List<String> tools,
        int messages,
        int vendorTools,
        int serverToolUses,
        Set<String> modalities,
        boolean cacheControl,
        int images,
        List<String> references,
        int referenceCount,
        List<String> unpriced,
        @Nullable String serviceTier,
        boolean fast,
        UsageOption usageOption,
        Map<String, Integer> nulls,
        int inputBytes,
        int length,
        int end,
        int characters)
        implements Parsed {
    /** As {@link #references} names the search that OpenAI runs. */
    public static final String OPENAI_SEARCH = "the tool openai.web_search";

    /** The same of Anthropic. */
    public static final String ANTHROPIC_SEARCH = "the tool anthropic.web_search";

    /** What the call's bound is made of. */
    public CallSize size() {
        return new CallSize(
                inputBytes,
                messages,
                images,
                !tools.isEmpty(),
                vendorTools,
                serverToolUses,
                cacheControl,
                operation.outputCap(),
                maxTokens,
                maxCompletionTokens,
                answers,
                referenceCount,
                searches() ? serverToolUses : 0,
                sounds(),
                serviceTier,
                fast,
                characters);
    }

    private boolean sounds() {
        return unpriced.contains("audio")
                || unpriced.contains("modalities: audio")
                || operation.billing() == Operation.Billing.TRANSCRIPT
                || operation.billing() == Operation.Billing.SPEECH;
    }

    private boolean searches() {
        return references.contains(OPENAI_SEARCH) || references.contains(ANTHROPIC_SEARCH);
    }

    /**
     * Where {@code stream_options.include_usage} stands.
     *
     * @param from offset where it is written or replaced; for {@code ABSENT} unused
     * @param to offset after what is replaced
     */
    public record UsageOption(State state, int from, int to) {
        static final UsageOption ABSENT = new UsageOption(State.ABSENT, 0, 0);

        /** {@code EMPTY} and {@code OTHERS}: the object is there without the member. */
        public enum State {
            ABSENT,
            ON,
            OFF,
            NULL,
            EMPTY,
            OTHERS
        }
    }
}
