package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/** Reads request bodies for the tests of their facts. */
final class Bodies {
    private Bodies() {}

    static Parsed chat(String members) {
        return parsed(Operation.CHAT_COMPLETIONS, members);
    }

    static Parsed messages(String members) {
        return parsed(Operation.MESSAGES, members);
    }

    static Facts chatFacts(String members) {
        return (Facts) chat(members);
    }

    static Facts messagesFacts(String members) {
        return (Facts) messages(members);
    }

    /** It is a 400 that names the member. */
    static void assertRefused(Parsed parsed, String param) {
        assertThat(parsed).as(param).isInstanceOf(Refusal.class);
        Refusal refusal = (Refusal) parsed;
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID);
        assertThat(refusal.param()).isEqualTo(param);
    }

    static Facts responsesFacts(String members) {
        return (Facts) parsed(Operation.RESPONSES, members);
    }

    static Parsed responses(String members) {
        return parsed(Operation.RESPONSES, members);
    }

    static Parsed parsed(Operation operation, String members) {
        byte[] body = ("{\"model\":\"m\"," + members.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8);
        return FactsReader.read(operation, Payload.of(body));
    }
}
