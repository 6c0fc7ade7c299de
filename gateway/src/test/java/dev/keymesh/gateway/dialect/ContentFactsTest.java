package dev.keymesh.gateway.dialect;

import static dev.keymesh.gateway.dialect.Bodies.assertRefused;
import static dev.keymesh.gateway.dialect.Bodies.chat;
import static dev.keymesh.gateway.dialect.Bodies.chatFacts;
import static dev.keymesh.gateway.dialect.Bodies.messagesFacts;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContentFactsTest {
    private static final String PNG = "'data:image/png;base64,AAAA'";

    @Test
    void anImageIsOneByItsMemberWhateverItsTypeSays() {
        for (String type : new String[] {"'type':'image_url',", "'type':'text','text':'x',", "'type':'new',", ""}) {
            Facts facts = chatFacts(content("{" + type + "'image_url':{'url':" + PNG + "}}"));
            assertThat(facts.modalities()).as(type).contains("image").doesNotContain("other");
            assertThat(facts.images()).as(type).isEqualTo(1);
            assertThat(facts.references()).as(type).isEmpty();
        }
        assertThat(chatFacts(content("{'type':'image_url','image_url':" + PNG + "}"))
                        .images())
                .isEqualTo(1);
    }

    @Test
    void anAnthropicSourceIsWhatItsMediaTypeOrItsPartSays() {
        String png = "'source':{'type':'base64','media_type':'image/png','data':'AAAA'}";
        Facts image = messagesFacts(content("{'type':'image'," + png + ",'cache_control':{'type':'ephemeral'}}"));
        assertThat(image.modalities()).containsExactlyInAnyOrder("image", "text");
        assertThat(image.images()).isEqualTo(1);
        assertThat(image.cacheControl()).isTrue();
        assertThat(image.references()).isEmpty();
        assertThat(messagesFacts(content("{'type':'text','text':'x'," + png + "}"))
                        .modalities())
                .contains("image");
        String pdf = "'source':{'type':'base64','media_type':'application/pdf','data':'AAAA'}";
        assertThat(messagesFacts(content("{" + pdf + "}")).modalities()).contains("file");
        assertThat(messagesFacts(content("{'type':'text','text':'x','source':{'type':'url','url':'https://h/x'}}"))
                        .modalities())
                .contains("file");
    }

    @Test
    void audioFilesAndVideoAreSeenByTypeAndByMember() {
        assertThat(chatFacts(content("{'type':'text','text':'','input_audio':{'data':'AA','format':'wav'}}"))
                        .modalities())
                .contains("audio");
        assertThat(chatFacts(content("{'type':'file','file':{'file_data':'AA'}}"))
                        .modalities())
                .contains("file");
        assertThat(chatFacts(content("{'file':{'file_id':'f'}}")).modalities()).contains("file");
        assertThat(chatFacts(content("{'type':'video_url','video_url':{'url':'data:video/mp4;base64,AA'}}"))
                        .modalities())
                .contains("video");
    }

    @Test
    void audioHasNoRateAndFilesAndVideoNoBound() {
        assertThat(chatFacts(content("{'type':'input_audio','input_audio':{'data':'AA','format':'wav'}}"))
                        .unpriced())
                .containsExactly("audio");
        assertThat(chatFacts(content("{'type':'file','file':{'file_data':'AA'}}"))
                        .references())
                .containsExactly("file");
        assertThat(chatFacts(content("{'type':'video_url','video_url':{'url':'data:video/mp4;base64,AA'}}"))
                        .references())
                .containsExactly("video");
        assertThat(chatFacts(content("{'type':'image_url','image_url':{'url':'https://h/x.png'}}"))
                        .references())
                .containsExactly("url");
    }

    @Test
    void audioThatIsNamedByItsIdIsAReference() {
        Facts facts = chatFacts("'messages':[{'role':'assistant','content':null,'audio':{'id':'audio_1'}}]");
        assertThat(facts.references()).containsExactly("audio.id");
        assertThat(facts.modalities()).contains("audio");
    }

    @Test
    void aPartOfAnUnknownTypeIsNotTakenForText() {
        assertThat(chatFacts(content("{'type':'hologram','hologram':'AA'}")).modalities())
                .contains("other");
        assertThat(chatFacts(content("{'hologram':'AA'}")).modalities()).contains("other");
        assertThat(chatFacts(content("{'type':null,'x':1}")).modalities()).contains("other");
    }

    @Test
    void ordinaryConversationsAreText() {
        Facts chat = chatFacts("'messages':[{'role':'system','content':'s'},"
                + "{'role':'user','content':[{'type':'text','text':'hi'}]},"
                + "{'role':'assistant','content':null,'refusal':null,'audio':null,'annotations':[],'function_call':null,"
                + "'tool_calls':[{'id':'c','type':'function','function':{'name':'f','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'c','content':'done'}]");
        assertThat(chat.modalities()).containsExactly("text");
        assertThat(chat.references()).isEmpty();
        assertThat(chat.unpriced()).isEmpty();
        assertThat(chat.messages()).isEqualTo(4);
        Facts messages = messagesFacts("'system':[{'type':'text','text':'s','cache_control':{'type':'ephemeral'}}],"
                + "'messages':[{'role':'assistant','content':[{'type':'thinking','thinking':'t','signature':'s'},"
                + "{'type':'redacted_thinking','data':'AA'},"
                + "{'type':'text','text':'x','citations':[{'type':'web_search_result_location','url':'https://h'}]},"
                + "{'type':'tool_use','id':'t','name':'f','input':{'type':'image','url':'https://h','Name':1}}]},"
                + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t',"
                + "'content':[{'type':'text','text':'done'}]}]}]");
        assertThat(messages.modalities()).containsExactly("text");
        assertThat(messages.references()).isEmpty();
        assertThat(messages.cacheControl()).isTrue();
    }

    @Test
    void anImageInAToolsResultIsSeen() {
        Facts facts = messagesFacts(content("{'type':'tool_result','tool_use_id':'t','content':[{'type':'image',"
                + "'source':{'type':'base64','media_type':'image/png','data':'AAAA'}}]}"));
        assertThat(facts.modalities()).containsExactlyInAnyOrder("image", "text");
        assertThat(facts.images()).isEqualTo(1);
    }

    @Test
    void caseVariantsInsideMessagesAreRefused() {
        assertRefused(chat("'messages':[{'role':'user','Content':'x'}]"), "messages.Content");
        assertRefused(chat("'messages':[{'Role':'user','content':'x'}]"), "messages.Role");
        assertRefused(
                chat(content("{'type':'text','text':'x','Image_url':{'url':" + PNG + "}}")),
                "messages.content.Image_url");
        assertRefused(
                chat(content("{'type':'image_url','image_url':{'URL':" + PNG + "}}")),
                "messages.content.image_url.URL");
    }

    @Test
    void aMediaMemberThatIsAnAddressOrAnIdIsAReference() {
        for (String member : new String[] {
            "image",
            "images",
            "input_image",
            "audio",
            "input_audio",
            "video",
            "input_video",
            "file",
            "input_file",
            "document"
        }) {
            for (String value : new String[] {"'http://x'", "'file-abc123'", "'//h/x'", "''", "['http://x']"}) {
                assertThat(embedded(member, value).references())
                        .as(member + value)
                        .contains(member);
                assertThat(chatFacts(content("{'type':'text','text':'x','" + member + "':" + value + "}"))
                                .references())
                        .as(member + value)
                        .contains(member);
            }
        }
    }

    @Test
    void aMediaMemberThatHoldsItsBytesIsBounded() {
        for (String value : new String[] {
            PNG, "'iVBORw0KGgoAAA'", "'/9j/4AAQ'", "'R0lGODlhAQ'", "'UklGRiQAAABXRUJQ'", "[" + PNG + ",'/9j/4AAQ']"
        }) {
            Facts facts = embedded("image", value);
            assertThat(facts.references()).as(value).isEmpty();
            assertThat(facts.modalities()).as(value).contains("image");
        }
        assertThat(chatFacts(content("{'type':'image_url','image_url':{'url':['https://h/x']}}"))
                        .references())
                .containsExactly("url");
    }

    private static Facts embedded(String member, String value) {
        return (Facts) Bodies.parsed(Operation.EMBEDDINGS, "'input':{'" + member + "':" + value + "}");
    }

    private static String content(String part) {
        return "'messages':[{'role':'user','content':[" + part + "]}]";
    }
}
