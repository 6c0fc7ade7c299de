package dev.keymesh.gateway.dialect;

import static dev.keymesh.gateway.dialect.Bodies.assertRefused;
import static dev.keymesh.gateway.dialect.Bodies.chat;
import static dev.keymesh.gateway.dialect.Bodies.chatFacts;
import static dev.keymesh.gateway.dialect.Bodies.messages;
import static dev.keymesh.gateway.dialect.Bodies.messagesFacts;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FactsReaderTest {
    @Test
    void caseVariantsOfGuardedMembersAreRefused() {
        for (String name :
                new String[] {"Stream", "MAX_TOKENS", "Tools", "Service_Tier", "sPeed", "Container", "Audio"}) {
            assertRefused(chat("'" + name + "':1"), name);
        }
    }

    @Test
    void lettersThatFoldIntoAsciiAreRefused() {
        assertRefused(chat("'me\u017Fsages':[]"), "me\u017Fsages");
        assertRefused(chat("'max_to\u212Aens':5"), "max_to\u212Aens");
        assertRefused(chat("'\\u017Ftream':true"), "\u017Ftream");
        assertThat(chat("'größe':1,'naïve':2,'metadata':{'Model':'x'}")).isInstanceOf(Facts.class);
    }

    @Test
    void caseVariantsInNestedObjectsAreRefused() {
        assertRefused(chat("'stream_options':{'Include_usage':true}"), "stream_options.Include_usage");
        assertRefused(messages("'fallbacks':[{'Model':'n'}]"), "fallbacks.Model");
    }

    @Test
    void theModelsOfFallbacksAreNamed() {
        assertThat(messagesFacts("'fallbacks':[{'model':'n'}]").models()).containsExactlyInAnyOrder("m", "n");
    }

    @Test
    void fasterServiceNeedsARateOfItsOwn() {
        for (String member : new String[] {
            "'service_tier':'priority'", "'service_tier':'fast'", "'service_tier':7", "'service_tier':''"
        }) {
            assertThat(chatFacts(member).unpriced()).as(member).containsExactly("service_tier");
        }
        assertThat(messagesFacts("'speed':'fast'").unpriced()).containsExactly("speed");
        assertThat(messagesFacts("'inference_geo':'us'").unpriced()).containsExactly("inference_geo");
    }

    @Test
    void serviceWithinTheBaseRatesNeedsNone() {
        for (String tier : new String[] {"'auto'", "'default'", "'standard_only'", "'flex'", "null"}) {
            assertThat(chatFacts("'service_tier':" + tier).unpriced()).as(tier).isEmpty();
        }
        assertThat(messagesFacts("'speed':'standard','inference_geo':null").unpriced())
                .isEmpty();
    }

    @Test
    void outputBeyondTextNeedsARateOfItsOwn() {
        assertThat(chatFacts("'modalities':['text','audio']").unpriced()).containsExactly("modalities: audio");
        assertThat(chatFacts("'audio':{'voice':'a','format':'wav'}").unpriced()).containsExactly("audio");
        assertThat(chatFacts("'modalities':['text'],'audio':null").unpriced()).isEmpty();
    }

    @Test
    void membersThatBringWhatTheBodyDoesNotHoldAreReferences() {
        for (String name : new String[] {
            "container", "context_management", "plugins", "prediction", "preset", "previous_response_id", "prompt"
        }) {
            assertThat(chatFacts("'" + name + "':{'x':1}").references()).containsExactly(name);
            assertThat(chatFacts("'" + name + "':null").references()).isEmpty();
        }
    }

    @Test
    void aContextThatIsOnlyClearedBringsNothing() {
        for (String edits : new String[] {
            "",
            "{'type':'clear_thinking_20251015','keep':'all'}",
            "{'type':'clear_tool_uses_20250919','keep':{'value':3}}"
        }) {
            assertThat(messagesFacts("'context_management':{'edits':[" + edits + "]}")
                            .references())
                    .isEmpty();
        }
    }

    @Test
    void aContextThatIsCompactedOrEditedInAnotherWayIsNotBounded() {
        for (String value : new String[] {
            "{'edits':[{'type':'clear_thinking_20251015'},{'type':'compact_20260112'}]}",
            "{'edits':[{'keep':'all'}]}",
            "{'edits':['clear_thinking_20251015']}",
            "{'edits':{'type':'clear_thinking_20251015'}}",
            "{'edits':[],'trigger':{'x':[1]}}",
            "[{'type':'compaction'}]",
            "'auto'"
        }) {
            assertThat(messagesFacts("'context_management':" + value).references())
                    .as(value)
                    .containsExactly("context_management");
        }
    }

    @Test
    void anOrdinaryRequestHasNeitherReferencesNorUnpricedParts() {
        Facts facts = chatFacts("'messages':[{'role':'user','content':'hi'}],'temperature':0.5,'seed':1,"
                + "'reasoning_effort':'low','reasoning':{'effort':'low'},'response_format':{'type':'json_object'},"
                + "'metadata':{'Type':'image'},'user':'u','store':false,'tool_choice':'auto'");
        assertThat(facts.references()).isEmpty();
        assertThat(facts.unpriced()).isEmpty();
        assertThat(facts.modalities()).containsExactly("text");
    }

    @Test
    void aCapThatIsNullIsNoCapAndItsPlaceIsKnown() {
        Facts facts = chatFacts("'max_tokens':null,'max_completion_tokens':5");
        assertThat(facts.maxTokens()).isNull();
        assertThat(facts.nulls()).containsOnlyKeys("max_tokens");
    }
}
