package dev.keymesh.sdk.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private final Fields fields =
            Fields.of(Map.of("tier", "gold", "models", List.of("a", "b"), "mixed", List.of("a", 1)));

    @Test
    void stringsAndListsOfThemAreRead() {
        assertThat(fields.string("tier")).isEqualTo("gold");
        assertThat(fields.strings("models")).containsExactly("a", "b");
    }

    @Test
    void absentListAllowsNothing() {
        assertThat(fields.strings("absent")).isEmpty();
        assertThat(fields.string("absent")).isNull();
    }

    @Test
    void anotherShapeIsAnErrorThatNamesTheField() {
        for (String name : List.of("tier", "mixed")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> fields.strings(name))
                    .withMessageContaining("\"" + name + "\" is not a list of strings")
                    .withMessageNotContaining("gold");
        }
        assertThatIllegalStateException().isThrownBy(() -> fields.string("models"));
    }
}
