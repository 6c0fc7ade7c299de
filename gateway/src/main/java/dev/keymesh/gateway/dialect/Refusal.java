package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.provider.Shape;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a call is not served, as a value; the dialect gives it the shape that the caller's SDK expects.
 *
 * @param code the machine's word for it; empty where the vendor has none
 * @param message which rule, which limit, when it resets, what to do; never a secret
 * @param param the request's member that it is about
 * @param retryAfterSeconds null where the reason's own rule holds
 */
public record Refusal(
        Reason reason,
        String code,
        String message,
        @Nullable String param,
        @Nullable Integer retryAfterSeconds) implements Parsed {

    /** The table of refusals: status and type for both shapes, and whether trying again may help. */
    public enum Reason {
        UNAUTHENTICATED(401, "invalid_request_error", 401, "authentication_error", false),
        DENIED(403, "permission_denied", 403, "permission_error", false),
        BUDGET_EXCEEDED(429, "insufficient_quota", 402, "billing_error", false),
        BUDGET_HELD(429, "insufficient_quota", 429, "rate_limit_error", true),
        INVALID(400, "invalid_request_error", 400, "invalid_request_error", false),
        NOT_FOUND(404, "invalid_request_error", 404, "not_found_error", false),
        WRONG_METHOD(405, "invalid_request_error", 405, "invalid_request_error", false),
        ENCODED(415, "invalid_request_error", 415, "invalid_request_error", false),
        TOO_LARGE(413, "invalid_request_error", 413, "request_too_large", false),
        CREDENTIAL_REJECTED(502, "api_error", 502, "api_error", false),
        UNREACHABLE(502, "api_error", 502, "api_error", true),
        UPSTREAM_TIMEOUT(504, "api_error", 504, "timeout_error", true),
        UNAVAILABLE(503, "api_error", 503, "overloaded_error", true);

        final int openAiStatus;
        final String openAiType;
        final int anthropicStatus;
        final String anthropicType;
        final boolean retry;

        Reason(int openAiStatus, String openAiType, int anthropicStatus, String anthropicType, boolean retry) {
            this.openAiStatus = openAiStatus;
            this.openAiType = openAiType;
            this.anthropicStatus = anthropicStatus;
            this.anthropicType = anthropicType;
            this.retry = retry;
        }
    }

    public int status(Shape shape) {
        return shape == Shape.OPENAI ? reason.openAiStatus : reason.anthropicStatus;
    }

    public static Refusal unauthenticated(String code, String message) {
        return of(Reason.UNAUTHENTICATED, code, message);
    }

    /** The stop switch of a space is on. */
    public static Refusal spaceDisabled(String space) {
        return unauthenticated(
                "space_disabled",
                "The space '" + space + "' of this key is disabled, and with it all of its keys."
                        + " Whoever runs it can enable it again.");
    }

    /**
     * A rule denies the call.
     *
     * @param reason the policy's code, such as {@code model.not_allowed}
     * @param value what it is about, as the caller wrote it
     */
    public static Refusal denied(String reason, @Nullable String value) {
        if (reason.startsWith("policy.")) {
            return unavailable("The policy could not be evaluated, so nothing was forwarded.");
        }
        String code = "keymesh_" + reason.replace('.', '_').toLowerCase(Locale.ROOT);
        String about = value == null ? "" : " '" + value + "'";
        String text = switch (reason) {
            case "ip.not_allowed" -> "This key may not be used from this address.";
            case "environment.mismatch" -> "This key is not for this environment.";
            case "window.closed" -> "This key may not be used at this time of the week.";
            case "model.not_allowed" -> "The model" + about + " is not on the allowlist of this key or its workspace.";
            case "model.denied" -> "The model" + about + " is denied for this key or its workspace.";
            case "tool.not_allowed" ->
                "The tool" + about + " is not on the tool allowlist of this key or its workspace.";
            case "tool.denied" -> "The tool" + about + " is denied for this key or its workspace.";
            case "tool.argument" -> "An argument of the tool" + about + " is not allowed.";
            case "modality.not_allowed" -> "The modality" + about + " is not allowed for this key or its workspace.";
            case "output.cap_exceeded" ->
                "The request asks for more output tokens" + about + " than this key or its workspace may have.";
            default -> "A rule of this workspace denies the request.";
        };
        return of(Reason.DENIED, code, text + " Ask whoever runs the workspace to change its policy.");
    }

    /**
     * Policy caps the output below what the vendor takes as a cap.
     *
     * @param least the vendor's lowest cap
     */
    public static Refusal capTooLow(int policyCap, int least) {
        return of(
                Reason.DENIED,
                "keymesh_output_cap_exceeded",
                "This key or its workspace may have at most " + policyCap
                        + " output tokens, and the provider takes no cap below " + least
                        + " on this path. Ask whoever runs the workspace to change its policy.");
    }

    public static Refusal unpriced(String model, String provider) {
        return of(
                Reason.DENIED,
                "keymesh_model_unpriced",
                "The model '" + model + "' of provider '" + provider
                        + "' has no price, and this key has a budget, so its cost cannot be bounded."
                        + " Add one: PUT /api/v1/prices.");
    }

    /**
     * Under a budget, what is asked for beyond the base rates needs a rate of its own.
     *
     * @param what the member or modality that it is about
     */
    public static Refusal unpricedRate(String what) {
        return of(
                Reason.DENIED,
                "keymesh_model_unpriced",
                "The request asks for what is billed at a rate that the model's price does not have (" + what
                        + "), and this key has a budget, so its cost cannot be bounded."
                        + " Leave it out, or use a key that is under no budget.");
    }

    /**
     * Under a budget, input must be in the request.
     *
     * @param reference what brings more
     */
    public static Refusal unboundedInput(String reference) {
        return of(
                Reason.DENIED,
                "keymesh_unbounded_input",
                "The request brings input that its bytes do not bound (" + reference
                        + "), and this key has a budget, so its cost cannot be bounded."
                        + " Leave it out, send images as base64, or use a key that is under no budget.");
    }

    /**
     * Under a budget, the price must say how much an answer of pictures or sound can be.
     *
     * @param member of the price that says it
     */
    public static Refusal unboundedMedia(String member) {
        return of(
                Reason.DENIED,
                "keymesh_unbounded_input",
                "Nothing in the request bounds how much its pictures or its sound cost, and this key has a budget."
                        + " Give the model a price with '" + member
                        + "' (PUT /api/v1/prices), or use a key that is under no budget.");
    }

    /** Under a budget, each request of a batch needs a cap where its model's own is not known. */
    public static Refusal uncapped() {
        return of(
                Reason.DENIED,
                "keymesh_unbounded_output",
                "The request names no cap of its output, the maximum of its model is not known, and this key has a"
                        + " budget, so its cost cannot be bounded. Nothing is written into a batch: give each request a"
                        + " cap.");
    }

    /**
     * Policy caps the output, and a request of a batch names no cap.
     *
     * @param number which request
     * @param policyCap what policy would set
     */
    public static Refusal uncapped(int number, int policyCap) {
        return of(
                Reason.DENIED,
                "keymesh_output_cap_exceeded",
                "Request " + number + " of the batch names no cap of its output, and this key or its workspace may have"
                        + " at most " + policyCap
                        + " tokens. Nothing is written into a batch: give each request a cap.");
    }

    /** A batch is many requests in one, which a budget of requests would count as one. */
    public static Refusal uncountedBatch() {
        return of(
                Reason.DENIED,
                "keymesh_unbounded_batch",
                "This key has a budget of requests, which would count a batch as one."
                        + " Send the requests one by one, or use a key that is under no budget of requests.");
    }

    /** As OpenAI says it, of what is another workspace's too. */
    public static Refusal noSuchFile(String id, String param) {
        return new Refusal(Reason.NOT_FOUND, "", "No such File object: " + id, param, null);
    }

    /** As the vendors say it, of what is another workspace's too. */
    public static Refusal noSuchBatch(Shape shape, String id) {
        String message = shape == Shape.OPENAI ? "No batch found with id '" + id + "'." : "Not found";
        return new Refusal(Reason.NOT_FOUND, "", message, null, null);
    }

    /** No configured provider keeps files or batches of this shape. */
    public static Refusal noKeeper() {
        return of(
                Reason.NOT_FOUND,
                "provider_not_found",
                "No enabled provider keeps files or batches on this path. Add one: POST /api/v1/providers.");
    }

    public static Refusal budgetExceeded(String message) {
        return of(Reason.BUDGET_EXCEEDED, "keymesh_budget_exceeded", message);
    }

    public static Refusal budgetHeld(String message) {
        return new Refusal(Reason.BUDGET_HELD, "keymesh_budget_held", message, null, 1);
    }

    public static Refusal beyondHold() {
        return budgetExceeded(
                "This answer became longer than the cap that its budget was asked for, so it is ended here.");
    }

    public static Refusal invalid(@Nullable String param, String message) {
        return new Refusal(Reason.INVALID, "invalid_request", message, param, null);
    }

    public static Refusal badForm() {
        return invalid(
                null,
                "This path takes a form. Send it with the header 'Content-Type: multipart/form-data; boundary=...',"
                        + " with a boundary of at most 70 plain characters and no other parameter.");
    }

    public static Refusal modelNotFound(String model) {
        return new Refusal(
                Reason.NOT_FOUND,
                "model_not_found",
                "No enabled provider serves the model '" + model + "' on this path. See GET /v1/models.",
                "model",
                null);
    }

    /** Of one model that is asked about: whether it is there or only not allowed is not told. */
    public static Refusal noSuchModel(String model) {
        return new Refusal(
                Reason.NOT_FOUND,
                "model_not_found",
                "The model '" + model + "' does not exist, or this key may not use it. See GET /v1/models.",
                "model",
                null);
    }

    public static Refusal unknownPath(String path) {
        return of(
                Reason.NOT_FOUND,
                "unknown_path",
                "Keymesh serves no '" + path
                        + "'. OpenAI clients use the base URL http://HOST:PORT/v1, Anthropic clients http://HOST:PORT.");
    }

    public static Refusal wrongMethod(String allowed) {
        return of(Reason.WRONG_METHOD, "method_not_allowed", "This path takes " + allowed + ".");
    }

    public static Refusal tooLarge(long limitBytes) {
        return of(Reason.TOO_LARGE, "request_too_large", "The body is larger than " + limitBytes + " bytes.");
    }

    public static Refusal encodedBody() {
        return of(
                Reason.ENCODED,
                "unsupported_encoding",
                "The body has a Content-Encoding, so what it asks for cannot be checked. Send it as it is.");
    }

    public static Refusal credentialRejected(String provider) {
        return of(
                Reason.CREDENTIAL_REJECTED,
                "keymesh_provider_credential_rejected",
                "The provider '" + provider + "' refused Keymesh's credential. Whoever runs Keymesh must replace it.");
    }

    public static Refusal unreachable(String provider) {
        return of(
                Reason.UNREACHABLE,
                "upstream_unreachable",
                "The provider '" + provider + "' cannot be reached, or broke off.");
    }

    public static Refusal upstreamTimeout(String provider) {
        return of(
                Reason.UPSTREAM_TIMEOUT, "upstream_timeout", "The provider '" + provider + "' did not answer in time.");
    }

    public static Refusal unavailable(String message) {
        return new Refusal(Reason.UNAVAILABLE, "unavailable", message, null, 1);
    }

    private static Refusal of(Reason reason, String code, String message) {
        return new Refusal(reason, code, message, null, null);
    }
}
