package dev.keymesh.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The policy's input and output as JSON. */
final class Wire {
    private static final JsonFactory JSON = new JsonFactory();

    private Wire() {}

    /** The input document (AuthZEN 1.0, with the grants added by us). */
    static byte[] input(Question question) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(2_048);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            asked(json, question.subjectType(), question.subjectId(), question.action());
            json.writeObjectFieldStart("resource");
            json.writeStringField("type", question.action().startsWith("tools/") ? "tool" : "model");
            json.writeObjectFieldStart("properties");
            Matcher.strings(json, "models", question.models());
            Matcher.strings(json, "tools", question.tools());
            Matcher.strings(json, "modalities", question.modalities());
            number(json, "output_cap", question.outputCap());
            json.writeEndObject();
            json.writeEndObject();
            json.writeObjectFieldStart("context");
            json.writeStringField("environment", question.environment());
            json.writeEndObject();
            json.writeArrayFieldStart("grants");
            for (Grant grant : question.grants()) {
                json.writeRawValue(grant.json()
                        + ",\"ip_ok\":" + grant.ipAllowed(question.ip())
                        + ",\"window_ok\":" + grant.open(question.at()) + "}");
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The input document of {@code key.issue}; addresses and windows are facts, so the grants' own are open. */
    static byte[] input(Issuance issuance) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(2_048);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            asked(json, issuance.subjectType(), issuance.subjectId(), "key.issue");
            json.writeObjectFieldStart("resource");
            json.writeStringField("type", "key");
            json.writeObjectFieldStart("properties");
            json.writeObjectFieldStart("wanted");
            wanted(json, issuance);
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
            json.writeArrayFieldStart("grants");
            for (Grant grant : issuance.grants()) {
                json.writeRawValue(grant.json() + ",\"ip_ok\":true,\"window_ok\":true}");
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void wanted(JsonGenerator json, Issuance issuance) throws IOException {
        Rules rules = issuance.wanted();
        json.writeObjectFieldStart("models");
        Matcher.patterns(json, "allow", rules.allowedModels(), "allowedModels");
        Matcher.deny(rules.deniedModels(), "deniedModels").write(json, "deny");
        json.writeEndObject();
        json.writeObjectFieldStart("tools");
        Matcher.patterns(json, "allow", rules.toolAllowlist(), "toolAllowlist");
        Matcher.deny(rules.deniedTools(), "deniedTools").write(json, "deny");
        json.writeEndObject();
        Matcher.patterns(json, "modalities", rules.allowedModalities(), "allowedModalities");
        number(json, "max_output", rules.maxOutputTokens());
        number(json, "default_output", rules.defaultMaxOutputTokens());
        facts(json, "ranges", issuance.ranges());
        facts(json, "windows", issuance.windows());
        number(json, "expires_at", millis(issuance.expiresAt()));
        number(json, "expires_before", millis(issuance.expiresBefore()));
    }

    private static void asked(JsonGenerator json, String subjectType, String subjectId, String action)
            throws IOException {
        json.writeObjectFieldStart("subject");
        json.writeStringField("type", subjectType);
        json.writeStringField("id", subjectId);
        json.writeEndObject();
        json.writeObjectFieldStart("action");
        json.writeStringField("name", action);
        json.writeEndObject();
    }

    private static void facts(JsonGenerator json, String name, List<Issuance.Fact> facts) throws IOException {
        json.writeArrayFieldStart(name);
        for (Issuance.Fact fact : facts) {
            json.writeStartObject();
            json.writeStringField("says", fact.says());
            json.writeBooleanField("within", fact.within());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static @Nullable Long millis(@Nullable Instant at) {
        return at == null ? null : (Long) at.toEpochMilli();
    }

    static void number(JsonGenerator json, String name, @Nullable Number value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value.longValue());
        }
    }

    /** The decision of a result set; anything that is not exactly one is undefined. */
    static Decision decision(String result, String policyRevision, String chainRevision) throws IOException {
        Boolean allow = null;
        List<Reason> reasons = null;
        OptionalInt cap = OptionalInt.empty();
        try (JsonParser json = JSON.createParser(result)) {
            if (json.nextToken() != JsonToken.START_ARRAY
                    || json.nextToken() != JsonToken.START_OBJECT
                    || !"result".equals(json.nextFieldName())
                    || json.nextToken() != JsonToken.START_OBJECT) {
                return Decision.failed("policy.undefined", policyRevision, chainRevision);
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "allow" ->
                        allow = value == JsonToken.VALUE_TRUE
                                ? Boolean.TRUE
                                : value == JsonToken.VALUE_FALSE ? Boolean.FALSE : null;
                    case "reasons" -> reasons = reasons(json, value);
                    case "cap" -> {
                        if (value == JsonToken.VALUE_NUMBER_INT) {
                            cap = OptionalInt.of(json.getIntValue());
                        } else if (value != JsonToken.VALUE_NULL) {
                            return Decision.failed("policy.obligation", policyRevision, chainRevision);
                        }
                    }
                    default -> {
                        return Decision.failed("policy.obligation", policyRevision, chainRevision);
                    }
                }
            }
        }
        if (allow == null || reasons == null || allow == !reasons.isEmpty()) {
            return Decision.failed("policy.undefined", policyRevision, chainRevision);
        }
        return new Decision(allow, reasons, cap, policyRevision, chainRevision);
    }

    private static @Nullable List<Reason> reasons(JsonParser json, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            return null;
        }
        List<Reason> reasons = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            String code = "policy.undefined";
            String about = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken inner = json.nextToken();
                if (name.equals("code") && inner == JsonToken.VALUE_STRING) {
                    code = json.getText();
                } else if (name.equals("value") && inner == JsonToken.VALUE_STRING) {
                    about = json.getText();
                }
            }
            reasons.add(new Reason(code, about));
        }
        return List.copyOf(reasons);
    }
}
