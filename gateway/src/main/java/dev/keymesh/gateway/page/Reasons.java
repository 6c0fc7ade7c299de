package dev.keymesh.gateway.page;

import dev.keymesh.sdk.wire.CheckAnswer;
import org.jspecify.annotations.Nullable;

/** Why something is refused, in words. */
final class Reasons {
    private Reasons() {}

    static String words(CheckAnswer.Reason reason) {
        return words(reason.code(), reason.value());
    }

    static String words(String code, @Nullable String value) {
        String what = value == null ? "" : " '" + value + "'";
        return switch (code) {
            case "key.malformed" -> "This is no key: neither an id nor a secret of Keymesh.";
            case "key.not_found" -> "There is no such key within your reach.";
            case "key.revoked" -> "The key is revoked.";
            case "key.disabled" -> "The key is disabled.";
            case "key.expired" -> "The key has expired.";
            case "key.use" -> "The key is not for calls of models.";
            case "space.disabled" -> "Its space is stopped.";
            case "model.not_allowed" -> "The model" + what + " is not among the allowed ones.";
            case "model.denied" -> "The model" + what + " is denied.";
            case "tool.not_allowed" -> "The tool" + what + " is not among the allowed ones.";
            case "tool.denied" -> "The tool" + what + " is denied.";
            case "modality.not_allowed" -> "The modality" + what + " is not allowed.";
            case "output.cap_exceeded" -> "More output is asked for than is allowed" + what + ".";
            case "ip.not_allowed" -> "The address" + what + " is not among the allowed ones.";
            case "window.closed" -> "It is outside of the allowed times.";
            case "environment.mismatch" -> "The environment" + what + " is not the key's.";
            case "budget.exceeded" -> "The budget of" + what + " is used up.";
            case "policy.undefined" -> "The policy decides nothing, which is a refusal.";
            default -> value == null ? code : code + ": " + value;
        };
    }
}
