package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.price.OutputCap;
import dev.keymesh.gateway.provider.ObjectKind;
import dev.keymesh.gateway.provider.Shape;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The vendors' operations that are served: one row each. A new one starts here; what is not here is refused.
 *
 * <p>A path that ends in a slash is followed by the id of a model, and {@code {}} stands for that of an object. Each is served below {@code /v1}, and where common mistakes look
 * for it: without {@code /v1}, and with two of them.
 */
public enum Operation {
    CHAT_COMPLETIONS("POST", Shape.OPENAI, "/chat/completions", Billing.TOKENS, OutputCap.CHAT),
    RESPONSES("POST", Shape.OPENAI, "/responses", Billing.TOKENS, OutputCap.MAX_OUTPUT_TOKENS),
    COMPLETIONS("POST", Shape.OPENAI, "/completions", Billing.TOKENS, OutputCap.MAX_TOKENS),
    EMBEDDINGS("POST", Shape.OPENAI, "/embeddings", Billing.INPUT, OutputCap.NONE),
    MODERATIONS("POST", Shape.OPENAI, "/moderations", Billing.INPUT, OutputCap.NONE),
    IMAGES_GENERATIONS("POST", Shape.OPENAI, "/images/generations", Billing.IMAGES, OutputCap.MODEL),
    IMAGES_EDITS("POST", Shape.OPENAI, "/images/edits", Billing.IMAGES, OutputCap.MODEL),
    IMAGES_VARIATIONS("POST", Shape.OPENAI, "/images/variations", Billing.IMAGES, OutputCap.MODEL),
    AUDIO_TRANSCRIPTIONS("POST", Shape.OPENAI, "/audio/transcriptions", Billing.TRANSCRIPT, OutputCap.MODEL),
    AUDIO_TRANSLATIONS("POST", Shape.OPENAI, "/audio/translations", Billing.TRANSCRIPT, OutputCap.MODEL),
    AUDIO_SPEECH("POST", Shape.OPENAI, "/audio/speech", Billing.SPEECH, OutputCap.MODEL),
    MESSAGES("POST", Shape.ANTHROPIC, "/messages", Billing.TOKENS, OutputCap.MAX_TOKENS),
    MESSAGES_COUNT_TOKENS("POST", Shape.ANTHROPIC, "/messages/count_tokens", Billing.FREE, OutputCap.NONE),
    FILES_CREATE("POST", Shape.OPENAI, "/files", ObjectKind.FILE),
    FILES_LIST("GET", Shape.OPENAI, "/files", ObjectKind.FILE),
    FILES_GET("GET", Shape.OPENAI, "/files/{}", ObjectKind.FILE),
    FILES_DELETE("DELETE", Shape.OPENAI, "/files/{}", ObjectKind.FILE),
    FILES_CONTENT("GET", Shape.OPENAI, "/files/{}/content", ObjectKind.FILE),
    BATCHES_CREATE("POST", Shape.OPENAI, "/batches", ObjectKind.BATCH),
    BATCHES_LIST("GET", Shape.OPENAI, "/batches", ObjectKind.BATCH),
    BATCHES_GET("GET", Shape.OPENAI, "/batches/{}", ObjectKind.BATCH),
    BATCHES_CANCEL("POST", Shape.OPENAI, "/batches/{}/cancel", ObjectKind.BATCH),
    MESSAGES_BATCHES_CREATE("POST", Shape.ANTHROPIC, "/messages/batches", ObjectKind.BATCH),
    MESSAGES_BATCHES_LIST("GET", Shape.ANTHROPIC, "/messages/batches", ObjectKind.BATCH),
    MESSAGES_BATCHES_GET("GET", Shape.ANTHROPIC, "/messages/batches/{}", ObjectKind.BATCH),
    MESSAGES_BATCHES_CANCEL("POST", Shape.ANTHROPIC, "/messages/batches/{}/cancel", ObjectKind.BATCH),
    MESSAGES_BATCHES_DELETE("DELETE", Shape.ANTHROPIC, "/messages/batches/{}", ObjectKind.BATCH),
    MESSAGES_BATCHES_RESULTS("GET", Shape.ANTHROPIC, "/messages/batches/{}/results", ObjectKind.BATCH),
    MODELS("GET", Shape.OPENAI, "/models", Billing.FREE, OutputCap.NONE),
    MODEL("GET", Shape.OPENAI, "/models/", Billing.FREE, OutputCap.NONE);

    /** What a vendor asks money for. */
    public enum Billing {
        TOKENS,
        /** Tokens of the input; there is no output. */
        INPUT,
        /** Tokens, or pictures. */
        IMAGES,
        /** Tokens, or the time that the audio takes. */
        TRANSCRIPT,
        /** Tokens, or the characters that are spoken. */
        SPEECH,
        /** Nothing: policy is asked, money is not. */
        FREE
    }

    private final String method;
    private final Shape shape;
    private final String path;
    private final Billing billing;
    private final OutputCap outputCap;
    private final @Nullable ObjectKind object;
    private final String wire =
            name().toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace(".batches_", ".batches.");

    Operation(String method, Shape shape, String path, Billing billing, OutputCap outputCap) {
        this.method = method;
        this.shape = shape;
        this.path = path;
        this.billing = billing;
        this.outputCap = outputCap;
        object = null;
    }

    Operation(String method, Shape shape, String path, ObjectKind object) {
        this.method = method;
        this.shape = shape;
        this.path = path;
        billing = Billing.FREE;
        outputCap = OutputCap.NONE;
        this.object = object;
    }

    public String method() {
        return method;
    }

    public Shape shape() {
        return shape;
    }

    public Billing billing() {
        return billing;
    }

    public OutputCap outputCap() {
        return outputCap;
    }

    /** What is appended to a provider's base URL: that of the OpenAI kinds ends in {@code /v1}, Anthropic's does not. */
    public String upstreamPath() {
        return shape == Shape.OPENAI ? path : "/v1" + path;
    }

    /** The same with the id of the object that it is about. */
    public String upstreamPath(String id) {
        return id.isEmpty() ? upstreamPath() : upstreamPath().replace("{}", id);
    }

    /** What it is about, where providers keep that for their callers; null is a call of a model, or its name. */
    public @Nullable ObjectKind object() {
        return object;
    }

    /** Whether its body is a form, with the model in a field: files are sent with it. */
    public boolean takesForm() {
        return this == IMAGES_EDITS
                || this == IMAGES_VARIATIONS
                || this == AUDIO_TRANSCRIPTIONS
                || this == AUDIO_TRANSLATIONS;
    }

    /** Whether it makes or takes pictures or sound: how much its answer costs is in no member of its body. */
    public boolean isMedia() {
        return billing == Billing.IMAGES || billing == Billing.TRANSCRIPT || billing == Billing.SPEECH;
    }

    /** Whether a stream of it reports its usage only when {@code stream_options.include_usage} asks for it. */
    public boolean usageOnRequest() {
        return this == CHAT_COMPLETIONS || this == COMPLETIONS;
    }

    /** The documented path first, then common mistakes that are served too. */
    List<String> paths() {
        return List.of("/v1" + path, path, "/v1/v1" + path);
    }

    /** The name in records, such as {@code chat.completions} or {@code messages.count_tokens}. */
    public String wire() {
        return wire;
    }
}
