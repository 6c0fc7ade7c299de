package dev.keymesh.gateway.call;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.keymesh.gateway.dialect.Facts;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** What the policy saw of a call, for its record: so that replay has something to replay. */
final class FactsJson {
    private static final JsonFactory JSON = new JsonFactory();

    private FactsJson() {}

    static String of(Facts facts) {
        StringWriter out = new StringWriter(128);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            list(json, "models", facts.models());
            list(json, "tools", facts.tools());
            list(json, "modalities", facts.modalities());
            if (facts.maxTokens() != null) {
                json.writeNumberField("maxTokens", facts.maxTokens());
            }
            if (facts.maxCompletionTokens() != null) {
                json.writeNumberField("maxCompletionTokens", facts.maxCompletionTokens());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static void list(JsonGenerator json, String name, Iterable<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
