package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.dialect.Payload.Edit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds members to a request's bytes; all other bytes are sent as they came, and no member is there twice. */
public final class Splice {
    private static final int NULL_BYTES = 4;

    private Splice() {}

    /**
     * The bytes to send; with the model where the caller left it to the vendor.
     *
     * @param capField the member that caps the output, added with {@code cap}; null adds none
     * @param includeUsage make a chat stream report its usage
     */
    public static Payload apply(Payload body, Facts facts, @Nullable String capField, int cap, boolean includeUsage) {
        List<Edit> edits = new ArrayList<>();
        if (capField != null) {
            edits.add(member(facts, capField, String.valueOf(cap)));
        }
        if (facts.modelToSet()) {
            edits.add(member(facts, "model", "\"" + facts.model() + "\""));
        }
        Facts.UsageOption option = facts.usageOption();
        if (includeUsage && option.state() != Facts.UsageOption.State.ON) {
            edits.add(usage(facts, option));
        }
        edits.sort(Comparator.comparingInt(Edit::from));
        return body.edited(edits);
    }

    private static Edit member(Facts facts, String name, String value) {
        Integer at = facts.nulls().get(name);
        return at == null
                ? new Edit(facts.end(), facts.end(), ",\"" + name + "\":" + value)
                : new Edit(at, at + NULL_BYTES, value);
    }

    private static Edit usage(Facts facts, Facts.UsageOption option) {
        return switch (option.state()) {
            case ABSENT -> new Edit(facts.end(), facts.end(), ",\"stream_options\":{\"include_usage\":true}");
            case ON, OFF -> new Edit(option.from(), option.to(), "true");
            case NULL -> new Edit(option.from(), option.to(), "{\"include_usage\":true}");
            case EMPTY -> new Edit(option.from(), option.to(), "\"include_usage\":true");
            case OTHERS -> new Edit(option.from(), option.to(), ",\"include_usage\":true");
        };
    }
}
