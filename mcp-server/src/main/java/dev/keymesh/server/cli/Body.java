package dev.keymesh.server.cli;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON body that is put together of what was named: what was not is left out. */
final class Body {
    private final JsonObjectBuilder members = Json.createObjectBuilder();

    Body with(String name, @Nullable String value) {
        if (value != null) {
            members.add(name, value);
        }
        return this;
    }

    Body with(String name, @Nullable Long value) {
        if (value != null) {
            members.add(name, value);
        }
        return this;
    }

    Body with(String name, @Nullable List<String> values) {
        if (values != null) {
            // A list with nothing in it is written as one empty value.
            members.add(
                    name,
                    Json.createArrayBuilder(
                            values.stream().filter(value -> !value.isEmpty()).toList()));
        }
        return this;
    }

    Body with(String name, JsonValue value) {
        members.add(name, value);
        return this;
    }

    JsonObject json() {
        return members.build();
    }
}
