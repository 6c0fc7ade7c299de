package dev.keymesh.gateway.dialect;

import static dev.keymesh.gateway.dialect.Bodies.assertRefused;
import static dev.keymesh.gateway.dialect.Bodies.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Embeddings, moderations, completions of texts, and counts of tokens: what they take, and how many answers they make. */
class InputFactsTest {
    @Test
    void anEmbeddingTakesATextTokensOrListsOfThem() {
        for (String input : new String[] {"'hi'", "['a','b']", "[1,2,3]", "[[1,2],[3]]"}) {
            Facts facts = (Facts) parsed(Operation.EMBEDDINGS, "'input':" + input);
            assertThat(facts.references()).as(input).isEmpty();
            assertThat(facts.modalities()).as(input).containsExactly("text");
            assertThat(facts.maxTokens()).isNull();
        }
        for (String input : new String[] {"7", "true", "[true]", "[['a']]", "[[[1]]]", "[1.5]"}) {
            assertRefused(parsed(Operation.EMBEDDINGS, "'input':" + input), "input");
        }
        assertRefused(parsed(Operation.EMBEDDINGS, "'INPUT':'hi'"), "INPUT");
    }

    @Test
    void whatHasNoOutputIsNoStreamAndHasNoCap() {
        Facts facts = (Facts) parsed(Operation.EMBEDDINGS, "'input':'hi','stream':true,'max_tokens':5");
        assertThat(facts.stream()).isFalse();
        assertThat(facts.maxTokens()).isNull();
        assertRefused(parsed(Operation.EMBEDDINGS, "'input':'hi','stream':'true'"), "stream");
    }

    @Test
    void picturesThatAreEmbeddedOrModeratedAreSeen() {
        String image = "[{'type':'image_url','image_url':{'url':'https://x/y.png'}},{'type':'text','text':'t'}]";
        for (Operation operation : new Operation[] {Operation.EMBEDDINGS, Operation.MODERATIONS}) {
            Facts facts = (Facts) parsed(operation, "'input':" + image);
            assertThat(facts.modalities()).contains("image");
            assertThat(facts.references()).contains("url");
        }
    }

    @Test
    void aModerationWithoutAModelIsOfTheVendorsDefaultWhichIsWrittenIntoIt() throws Exception {
        for (String body : new String[] {"{\"input\":\"hi\"}", "{\"model\":null,\"input\":\"hi\"}"}) {
            Payload before = Payload.of(body.getBytes(StandardCharsets.UTF_8));
            Facts facts = (Facts) FactsReader.read(Operation.MODERATIONS, before);
            assertThat(facts.models()).containsExactly("omni-moderation-latest");
            assertThat(facts.modelToSet()).isTrue();
            Payload after = Splice.apply(before, facts, null, 0, false);
            Facts again = (Facts) FactsReader.read(Operation.MODERATIONS, after);
            assertThat(again.model()).isEqualTo("omni-moderation-latest");
            assertThat(again.modelToSet()).isFalse();
        }
        assertThat(((Facts) parsed(Operation.MODERATIONS, "'input':'hi'")).modelToSet())
                .isFalse();
        Payload none = Payload.of("{}".getBytes(StandardCharsets.UTF_8));
        assertRefused(FactsReader.read(Operation.MODERATIONS, none), "input");
        assertRefused(FactsReader.read(Operation.EMBEDDINGS, none), "model");
    }

    @Test
    void everyPromptIsAnsweredAndTheBestOfManyIsBilledAsMany() {
        assertThat(answers("'prompt':'a'")).isEqualTo(1);
        assertThat(answers("'seed':1")).isEqualTo(1);
        assertThat(answers("'prompt':['a','b','c']")).isEqualTo(3);
        assertThat(answers("'prompt':[1,2,3]")).isEqualTo(1);
        assertThat(answers("'prompt':[[1,2],[3]],'n':2")).isEqualTo(4);
        assertThat(answers("'best_of':5,'prompt':['a','b'],'n':2")).isEqualTo(10);
        assertThat(answers("'best_of':2147483647,'prompt':['a','b']")).isEqualTo(2L * Integer.MAX_VALUE);
        assertRefused(parsed(Operation.COMPLETIONS, "'best_of':0"), "best_of");
        assertRefused(parsed(Operation.COMPLETIONS, "'Best_of':9"), "Best_of");
    }

    @Test
    void aCompletionIsCappedByMaxTokensOnly() {
        Facts facts = (Facts) parsed(Operation.COMPLETIONS, "'max_completion_tokens':9,'max_tokens':5");
        assertThat(facts.maxTokens()).isEqualTo(5);
        assertThat(facts.maxCompletionTokens()).isNull();
        assertThat(((Facts) parsed(Operation.COMPLETIONS, "'prompt_embeds':'AA'")).references())
                .containsExactly("prompt_embeds");
    }

    @Test
    void aCountOfTokensIsReadAsTheMessageThatItCounts() {
        Facts facts = (Facts) parsed(
                Operation.MESSAGES_COUNT_TOKENS,
                "'messages':[{'role':'user','content':'hi'}],'tools':[{'name':'a','input_schema':{}}]");
        assertThat(facts.tools()).containsExactly("a");
        assertThat(facts.messages()).isEqualTo(1);
    }

    private static long answers(String members) {
        return ((Facts) parsed(Operation.COMPLETIONS, members)).answers();
    }
}
