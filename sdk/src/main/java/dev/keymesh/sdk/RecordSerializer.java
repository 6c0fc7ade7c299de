package dev.keymesh.sdk;

import jakarta.json.bind.JsonbException;
import jakarta.json.bind.serializer.JsonbSerializer;
import jakarta.json.bind.serializer.SerializationContext;
import jakarta.json.stream.JsonGenerator;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes a record's members in the order of its components; the binding's own order is that of a hash. */
final class RecordSerializer implements JsonbSerializer<Record> {
    // The JDK copies the array at every call; kept per class and collected with it.
    private final ClassValue<RecordComponent[]> components = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            return type.getRecordComponents();
        }
    };

    @Override
    public void serialize(Record value, JsonGenerator generator, SerializationContext context) {
        generator.writeStartObject();
        for (RecordComponent component : components.get(value.getClass())) {
            write(component.getName(), read(component, value), generator, context);
        }
        generator.writeEnd();
    }

    // The plain types are written here: the binding looks its serializer up again for every value handed to it.
    private static void write(
            String name, @Nullable Object member, JsonGenerator generator, SerializationContext context) {
        if (member == null) {
            generator.writeNull(name);
        } else if (member instanceof String text) {
            generator.write(name, text);
        } else if (member instanceof Long number) {
            generator.write(name, number);
        } else if (member instanceof Integer number) {
            generator.write(name, number);
        } else if (member instanceof Boolean truth) {
            generator.write(name, truth);
        } else if (member instanceof Instant time) {
            generator.write(name, time.toString());
        } else {
            context.serialize(name, member, generator);
        }
    }

    private static @Nullable Object read(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new JsonbException("A component of a record cannot be read: " + component.getName(), e);
        }
    }
}
