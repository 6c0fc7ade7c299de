package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.dialect.Operations.Lookup;
import dev.keymesh.gateway.provider.Shape;
import org.junit.jupiter.api.Test;

class OperationsTest {
    @Test
    void everyRowIsServedBelowV1AndWhereCommonMistakesLookForIt() {
        assertThat(Operations.find("POST", "/v1/responses")).isEqualTo(found(Operation.RESPONSES));
        assertThat(Operations.find("POST", "/responses")).isEqualTo(found(Operation.RESPONSES));
        assertThat(Operations.find("POST", "/v1/v1/embeddings")).isEqualTo(found(Operation.EMBEDDINGS));
        assertThat(Operations.find("POST", "/v1/completions")).isEqualTo(found(Operation.COMPLETIONS));
        assertThat(Operations.find("POST", "/v1/moderations")).isEqualTo(found(Operation.MODERATIONS));
        assertThat(Operations.find("POST", "/v1/messages/count_tokens"))
                .isEqualTo(found(Operation.MESSAGES_COUNT_TOKENS));
        assertThat(Operations.find("GET", "/v1/models")).isEqualTo(found(Operation.MODELS));
    }

    @Test
    void onlyAModelHasAnIdAndItIsLeftAsItIsWritten() {
        assertThat(Operations.find("GET", "/v1/models/meta%2Fllama"))
                .isEqualTo(new Lookup.Found(Operation.MODEL, "meta%2Fllama"));
        assertThat(Operations.find("GET", "/models/meta/llama"))
                .isEqualTo(new Lookup.Found(Operation.MODEL, "meta/llama"));
        assertThat(Operations.find("GET", "/v1/models/")).isEqualTo(new Lookup.UnknownPath(Shape.OPENAI));
        assertThat(Operations.find("GET", "/v1/responses/resp_1")).isEqualTo(new Lookup.UnknownPath(Shape.OPENAI));
        assertThat(Operations.find("POST", "/v1/messages/other")).isEqualTo(new Lookup.UnknownPath(Shape.ANTHROPIC));
        assertThat(Operations.find("POST", "/v1/responses/")).isInstanceOf(Lookup.UnknownPath.class);
    }

    @Test
    void anObjectHasAPlainIdInItsPath() {
        assertThat(Operations.find("GET", "/v1/files/file-1/content"))
                .isEqualTo(new Lookup.Found(Operation.FILES_CONTENT, "file-1"));
        assertThat(Operations.find("DELETE", "/v1/messages/batches/msgbatch_1"))
                .isEqualTo(new Lookup.Found(Operation.MESSAGES_BATCHES_DELETE, "msgbatch_1"));
        assertThat(Operations.find("POST", "/v1/batches")).isEqualTo(found(Operation.BATCHES_CREATE));
        for (String path :
                new String[] {"/v1/files/", "/v1/files/..", "/v1/files/a%2Fb", "/v1/files/{}", "/v1/files//content"}) {
            assertThat(Operations.find("GET", path)).isInstanceOf(Lookup.UnknownPath.class);
        }
    }

    @Test
    void anotherMethodIsSaidToBeWrong() {
        assertThat(Operations.find("DELETE", "/v1/models/m")).isEqualTo(new Lookup.WrongMethod(Operation.MODEL, "GET"));
        assertThat(Operations.find("GET", "/v1/messages/count_tokens"))
                .isEqualTo(new Lookup.WrongMethod(Operation.MESSAGES_COUNT_TOKENS, "POST"));
        assertThat(Operations.find("PUT", "/v1/files/f"))
                .isEqualTo(new Lookup.WrongMethod(Operation.FILES_GET, "GET, DELETE"));
    }

    @Test
    void recordsNameItAsTheVendorsDo() {
        assertThat(Operation.CHAT_COMPLETIONS.wire()).isEqualTo("chat.completions");
        assertThat(Operation.RESPONSES.wire()).isEqualTo("responses");
        assertThat(Operation.MESSAGES_COUNT_TOKENS.wire()).isEqualTo("messages.count_tokens");
        assertThat(Operation.BATCHES_CREATE.wire()).isEqualTo("batches.create");
        assertThat(Operation.MESSAGES_BATCHES_CREATE.wire()).isEqualTo("messages.batches.create");
    }

    @Test
    void anAnthropicBaseAddressDoesNotEndInV1() {
        assertThat(Operation.RESPONSES.upstreamPath()).isEqualTo("/responses");
        assertThat(Operation.MESSAGES_COUNT_TOKENS.upstreamPath()).isEqualTo("/v1/messages/count_tokens");
    }

    private static Lookup found(Operation operation) {
        return new Lookup.Found(operation, "");
    }
}
