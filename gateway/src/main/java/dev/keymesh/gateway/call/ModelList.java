package dev.keymesh.gateway.call;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.dialect.demo.DemoModel;
import dev.keymesh.gateway.price.PriceRow;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.provider.ModelSource;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.Providers;
import dev.keymesh.gateway.provider.Shape;
import dev.keymesh.policy.PolicyEngine;
import dev.keymesh.policy.Question;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The models that a key may call: the providers' own lists, and those that have a price, of the caller's shape, filtered
 * by policy. A provider is asked at most every 5 minutes; one that does not answer lends its priced models.
 */
public final class ModelList {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final Providers providers;
    private final PriceRows prices;
    private final PolicyEngine policy;
    private final ModelSource source;
    private final InstantSource clock;
    private final Map<String, Known> lists = new ConcurrentHashMap<>();

    public ModelList(
            Providers providers, PriceRows prices, PolicyEngine policy, ModelSource source, InstantSource clock) {
        this.providers = providers;
        this.prices = prices;
        this.policy = policy;
        this.source = source;
        this.clock = clock;
    }

    byte[] json(Shape shape, Chain chain) {
        List<String> models =
                known(shape).stream().filter(model -> allowed(chain, model)).toList();
        return written(json -> {
            json.writeStartObject();
            if (shape == Shape.OPENAI) {
                json.writeStringField("object", "list");
            } else {
                json.writeBooleanField("has_more", false);
                json.writeStringField("first_id", models.isEmpty() ? null : models.getFirst());
                json.writeStringField("last_id", models.isEmpty() ? null : models.getLast());
            }
            json.writeArrayFieldStart("data");
            for (String model : models) {
                model(json, shape, model);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** One of them, or null where the list would not have it. It is only looked up, never sent anywhere. */
    byte @Nullable [] one(Shape shape, Chain chain, String id) {
        return known(shape).contains(id) && allowed(chain, id) ? written(json -> model(json, shape, id)) : null;
    }

    /** An id as it stands in a path: its percent-encoding is undone once, and what is no encoding stays. */
    static String decoded(String written) {
        try {
            // A plus is a plus in a path; URLDecoder reads forms.
            return URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return written;
        }
    }

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] written(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void model(JsonGenerator json, Shape shape, String model) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", model);
        if (shape == Shape.OPENAI) {
            json.writeStringField("object", "model");
            json.writeNumberField("created", 0);
            json.writeStringField("owned_by", "keymesh");
        } else {
            json.writeStringField("type", "model");
            json.writeStringField("display_name", model);
            json.writeStringField("created_at", "1970-01-01T00:00:00Z");
        }
        json.writeEndObject();
    }

    private Set<String> known(Shape shape) {
        Set<String> models = new TreeSet<>();
        for (Provider provider : providers.serving(shape)) {
            if (provider.kind() == ProviderKind.DEMO) {
                models.addAll(DemoModel.MODELS);
            } else {
                models.addAll(own(provider));
            }
            for (PriceRow row : prices.list()) {
                if (row.provider().equals(provider.name())) {
                    models.add(row.model());
                }
            }
        }
        return models;
    }

    private List<String> own(Provider provider) {
        Instant now = clock.instant();
        Known known = lists.get(provider.id());
        if (known == null || !now.isBefore(known.until) || !known.updatedAt.equals(provider.updatedAt())) {
            known = new Known(source.models(provider).models(), now.plus(KEPT), provider.updatedAt());
            lists.put(provider.id(), known);
        }
        return known.models;
    }

    private record Known(List<String> models, Instant until, Instant updatedAt) {}

    private boolean allowed(Chain chain, String model) {
        return policy.decide(new Question(
                        "virtual_key",
                        chain.key().id(),
                        "model.invoke",
                        Set.of(model),
                        List.of(),
                        Set.of(),
                        null,
                        chain.workspace().environment(),
                        null,
                        clock.instant(),
                        chain.grants()))
                .allowed();
    }
}
