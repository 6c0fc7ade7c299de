package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.Rate;
import dev.keymesh.gateway.price.Rates;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a price bounds what a request asks for beyond its bytes and the base rates. */
final class Covered {
    /** References that bring input and nothing else; a worst case of input says nothing of the others. */
    private static final Set<String> INPUT = Set.of(
            "audio",
            "audio.id",
            "audio_url",
            "conversation",
            "document",
            "file",
            "file_id",
            "file_url",
            "image",
            "image_url",
            "images",
            "input_audio",
            "input_file",
            "input_image",
            "input_video",
            "item_reference",
            "previous_response_id",
            "prompt",
            "the tool anthropic.web_fetch",
            "url",
            "video",
            "video_url");

    private Covered() {}

    /** The refusal of the first that it does not; null is none. */
    static @Nullable Refusal by(Price price, Facts facts) {
        boolean media = facts.operation().isMedia();
        Refusal unbounded = media ? media(price, facts) : input(price, facts);
        if (unbounded != null) {
            return unbounded;
        }
        for (String what : facts.unpriced()) {
            if (!hasRate(price, facts, what)) {
                return Refusal.unpricedRate(what);
            }
        }
        return media ? null : byLength(price);
    }

    /** The same for how many tokens there may be, whatever they cost. */
    static @Nullable Refusal tokens(Price price, Facts facts) {
        return facts.operation().isMedia() && price.maxOutputTokens() == null
                ? Refusal.unboundedMedia("maxOutputTokens")
                : input(price, facts);
    }

    /** Of pictures and sound: what is billed by tokens needs their most, what by time the longest, what by text has it. */
    private static @Nullable Refusal media(Price price, Facts facts) {
        Rates rates = price.rates();
        Operation.Billing billing = facts.operation().billing();
        boolean foreign = (rates.states(Rate.AUDIO) && billing != Operation.Billing.TRANSCRIPT)
                || (rates.states(Rate.CHARACTERS) && billing != Operation.Billing.SPEECH);
        if (foreign) {
            return byLength(price);
        }
        if (rates.states(Rate.AUDIO) && price.worstCaseAudioSeconds() == null) {
            return Refusal.unboundedMedia("worstCaseAudioSeconds");
        }
        if (!price.chargesTokens()) {
            return null;
        }
        return tokens(price, facts);
    }

    /** The same for how much input there may be. */
    private static @Nullable Refusal input(Price price, Facts facts) {
        for (String reference : facts.references()) {
            if (price.worstCaseInputTokens() == null || !(INPUT.contains(reference) || searches(price, reference))) {
                return Refusal.unboundedInput(reference);
            }
        }
        return null;
    }

    private static boolean searches(Price price, String reference) {
        return price.rates().states(Rate.WEB_SEARCH)
                && (reference.equals(Facts.OPENAI_SEARCH) || reference.equals(Facts.ANTHROPIC_SEARCH));
    }

    private static boolean hasRate(Price price, Facts facts, String what) {
        String tier = facts.serviceTier();
        return switch (what) {
            case "service_tier" -> tier != null && price.hasTier(tier);
            case "speed" -> facts.fast() && price.hasFast();
            case "audio" ->
                price.rates().states(Rate.AUDIO_INPUT) && price.rates().states(Rate.AUDIO_OUTPUT);
            case "modalities: audio" -> price.rates().states(Rate.AUDIO_OUTPUT);
            default -> false;
        };
    }

    /** How long an audio or a text to speak is, no body says. */
    private static @Nullable Refusal byLength(Price price) {
        return price.rates().states(Rate.AUDIO) || price.rates().states(Rate.CHARACTERS)
                ? Refusal.unpricedRate("its length")
                : null;
    }
}
