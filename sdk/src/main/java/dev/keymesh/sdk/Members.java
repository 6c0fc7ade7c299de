package dev.keymesh.sdk;

import jakarta.json.bind.JsonbException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a record, for a body in which null and absent differ. */
final class Members {
    private Members() {}

    /** Those that are not null. */
    static Map<String, @Nullable Object> stated(Record value) {
        Map<String, @Nullable Object> stated = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                Object member = component.getAccessor().invoke(value);
                if (member != null) {
                    stated.put(component.getName(), member);
                }
            } catch (ReflectiveOperationException e) {
                throw new JsonbException("A component of a record cannot be read: " + component.getName(), e);
            }
        }
        return stated;
    }
}
