package dev.keymesh.gateway.dialect;

import static dev.keymesh.gateway.dialect.Bodies.assertRefused;
import static dev.keymesh.gateway.dialect.Bodies.responses;
import static dev.keymesh.gateway.dialect.Bodies.responsesFacts;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is seen of a request of OpenAI's Responses API: every model that it calls and every tool that it offers. */
class ResponsesFactsTest {
    @Test
    void textIsPlainInEveryWayOfWritingIt() {
        for (String input : new String[] {
            "'input':'hi'",
            "'input':[{'role':'user','content':'hi'}],'instructions':'be brief'",
            "'input':[{'type':'message','role':'user','content':[{'type':'input_text','text':'hi'}]},"
                    + "{'type':'function_call','call_id':'c','name':'f','arguments':'{}'},"
                    + "{'type':'function_call_output','call_id':'c','output':'x'},"
                    + "{'type':'reasoning','id':'rs_1','encrypted_content':'gAAA',"
                    + "'summary':[{'type':'summary_text','text':'t'}]}]"
        }) {
            Facts facts = responsesFacts(input);
            assertThat(facts.modalities()).as(input).containsExactly("text");
            assertThat(facts.references()).as(input).isEmpty();
            assertThat(facts.messages()).as(input).isPositive();
        }
    }

    @Test
    void imagesAndFilesAreSeenWhereverAnItemHoldsThem() {
        String data = "'image_url':'data:image/png;base64,AA'";
        Facts inline = responsesFacts("'input':[{'role':'user','content':[{'type':'input_image'," + data + "}]},"
                + "{'type':'computer_call_output','call_id':'c','output':{'type':'computer_screenshot'," + data + "}},"
                + "{'type':'function_call_output','call_id':'c','output':[{'type':'input_image'," + data + "}]}]");
        assertThat(inline.modalities()).containsExactlyInAnyOrder("text", "image");
        assertThat(inline.images()).isEqualTo(3);
        assertThat(inline.references()).isEmpty();
        assertThat(responsesFacts(
                                "'input':[{'role':'user','content':[{'type':'input_image','image_url':'https://x/y'}]}]")
                        .references())
                .contains("image_url");
        Facts file = responsesFacts("'input':[{'role':'user','content':[{'type':'input_file','file_id':'file_1'}]}]");
        assertThat(file.modalities()).contains("file");
        assertThat(file.references()).contains("file_id");
    }

    @Test
    void whatTheProviderKeepsIsInputByReference() {
        for (String member : new String[] {"'previous_response_id':'resp_1'", "'conversation':'conv_1'"}) {
            assertThat(responsesFacts(member).references()).as(member).hasSize(1);
        }
        for (String item :
                new String[] {"{'type':'item_reference','id':'msg_1'}", "{'id':'msg_1'}", "{'type':null,'id':'msg_1'}"
                }) {
            assertThat(responsesFacts("'input':[" + item + "]").references())
                    .as(item)
                    .containsExactly("item_reference");
        }
    }

    @Test
    void anItemThatTheVendorCompletesByItsIdIsInputByReference() {
        for (String type : new String[] {
            "reasoning",
            "compaction",
            "web_search_call",
            "file_search_call",
            "code_interpreter_call",
            "image_generation_call",
            "mcp_call"
        }) {
            assertThat(item("{'type':'" + type + "','id':'x_1','summary':[]}").references())
                    .as(type)
                    .containsExactly(type);
            assertThat(item("{'id':'x_1','type':'" + type + "'}").references())
                    .as(type)
                    .containsExactly(type);
            assertThat(item("{'type':'" + type + "'}").references()).as(type).isEmpty();
        }
        for (String encrypted : new String[] {"''", "null", "7"}) {
            assertThat(item("{'type':'reasoning','id':'rs_1','encrypted_content':" + encrypted + ",'summary':[]}")
                            .references())
                    .as(encrypted)
                    .containsExactly("reasoning");
        }
    }

    @Test
    void anItemWhoseContentIsInTheBodyIsBoundedWithItsId() {
        for (String item : new String[] {
            "{'type':'reasoning','id':'rs_1','summary':[],'encrypted_content':'gAAA'}",
            "{'type':'reasoning','summary':[],'content':null,'encrypted_content':'gAAA'}",
            "{'type':'compaction','id':'cmp_1','encrypted_content':'gAAA'}",
            "{'type':'message','id':'msg_1','role':'assistant','content':[{'type':'output_text','text':'x'}]}",
            "{'type':'function_call','id':'fc_1','call_id':'c','name':'f','arguments':'{}'}",
            "{'type':'function_call_output','id':'fco_1','call_id':'c','output':'x'}",
            "{'type':'custom_tool_call','id':'ctc_1','call_id':'c','name':'f','input':'x'}",
            "{'type':'custom_tool_call_output','id':'o_1','call_id':'c','output':'x'}",
            "{'type':'local_shell_call','id':'lsh_1','call_id':'c','action':{'type':'exec','command':['ls']}}",
            "{'type':'local_shell_call_output','id':'o_1','output':'x'}"
        }) {
            assertThat(item(item).references()).as(item).isEmpty();
        }
    }

    private static Facts item(String item) {
        return responsesFacts("'input':[" + item + "]");
    }

    @Test
    void aKeptPromptMayBringToolsAndPicturesThatAreNotSeen() {
        Facts facts = responsesFacts("'prompt':{'id':'pmpt_1'}");
        assertThat(facts.references()).containsExactly("prompt");
        assertThat(facts.tools()).containsExactly("openai.prompt");
        assertThat(facts.modalities()).contains("other");
        assertThat(responsesFacts("'prompt':null").tools()).isEmpty();
    }

    @Test
    void anItemOfAnUnknownTypeMayBeAnything() {
        Facts facts = responsesFacts("'input':[{'type':'hologram','id':'x'}]");
        assertThat(facts.modalities()).contains("other");
        assertThat(facts.references()).containsExactly("a part of an unknown type");
    }

    @Test
    void toolsAreFlatAndTheVendorsOwnHaveItsName() {
        assertThat(responsesFacts(
                                "'tools':[{'type':'function','name':'a','parameters':{}},{'type':'custom','name':'b'},"
                                        + "{'type':'web_search_2025_08_26'},{'type':'web_search_preview_2025_03_11'},"
                                        + "{'type':'code_interpreter','container':{'type':'auto'}},"
                                        + "{'type':'mcp','server_label':'s','server_url':'https://x','allowed_tools':['t']},"
                                        + "{'type':'mcp','server_label':'u','allowed_tools':{'read_only':true}}]")
                        .tools())
                .containsExactly(
                        "a",
                        "b",
                        "openai.web_search",
                        "openai.web_search_preview",
                        "openai.code_interpreter",
                        "mcp.s.t",
                        "mcp.u.*");
    }

    @Test
    void toolsInsideANamespaceAreOffered() {
        assertThat(responsesFacts("'tools':[{'type':'namespace','name':'crm','tools':[{'type':'function','name':'a'},"
                                + "{'type':'custom','name':'b'}]}]")
                        .tools())
                .containsExactly("a", "b");
        assertRefused(
                responses("'tools':[{'type':'namespace','name':'crm','tools':[{'type':'function'}]}]"),
                "tools[0].tools[0]");
        assertRefused(responses("'tools':[{'type':'namespace','Tools':[]}]"), "tools[0].Tools");
    }

    @Test
    void toolsThatAnItemBringsAreOffered() {
        for (String type : new String[] {"tool_search_output", "additional_tools"}) {
            for (String item : new String[] {
                "{'type':'" + type + "','tools':[{'type':'function','name':'a'},{'type':'web_search'}]}",
                "{'tools':[{'type':'function','name':'a'},{'type':'web_search'}],'type':'" + type + "'}"
            }) {
                assertThat(responsesFacts("'input':[" + item + "]").tools())
                        .as(item)
                        .containsExactly("a", "openai.web_search");
            }
        }
        assertRefused(
                responses("'input':[{'type':'additional_tools','Tools':[{'type':'function','name':'a'}]}]"),
                "input.Tools");
        assertRefused(
                responses("'input':[{'type':'additional_tools','tools':[{'type':'function'}]}]"), "input.tools[0]");
        assertThat(responsesFacts("'input':[{'type':'mcp_list_tools','server_label':'s','tools':[{'name':'a'}]}]")
                        .tools())
                .isEmpty();
    }

    @Test
    void everyModelThatIsCalledIsNamed() {
        assertThat(responsesFacts("'tools':[{'type':'image_generation','model':'gpt-image-1.5'}]")
                        .models())
                .containsExactlyInAnyOrder("m", "gpt-image-1.5");
        assertThat(responsesFacts("'tools':[{'type':'image_generation'}]").models())
                .containsExactlyInAnyOrder("m", "gpt-image-2");
        assertThat(responsesFacts("'moderation':{'model':'omni-moderation-latest','policy':{}}")
                        .models())
                .containsExactlyInAnyOrder("m", "omni-moderation-latest");
        assertThat(responsesFacts(
                                "'input':[{'type':'additional_tools','tools':[{'type':'image_generation','model':'i'}]}]")
                        .models())
                .containsExactlyInAnyOrder("m", "i");
        assertRefused(responses("'moderation':{'Model':'x'}"), "moderation.Model");
    }

    @Test
    void onlyItsOwnCapCounts() {
        Facts facts = responsesFacts("'max_output_tokens':50,'max_tokens':7,'max_completion_tokens':8");
        assertThat(facts.maxTokens()).isEqualTo(50);
        assertThat(facts.maxCompletionTokens()).isNull();
        assertThat(responsesFacts("'max_tokens':7").maxTokens()).isNull();
        assertThat(responsesFacts("'max_output_tokens':null").nulls()).containsOnlyKeys("max_output_tokens");
        assertRefused(responses("'max_output_tokens':'50'"), "max_output_tokens");
        assertRefused(responses("'Max_output_tokens':50"), "Max_output_tokens");
    }

    @Test
    void anAnswerInTheBackgroundIsRefusedForItIsBilledUnseen() {
        assertRefused(responses("'background':true"), "background");
        assertRefused(responses("'background':'true'"), "background");
        assertThat(responses("'background':false,'store':false")).isInstanceOf(Facts.class);
        assertThat(responses("'background':null")).isInstanceOf(Facts.class);
    }

    @Test
    void aCacheThatIsKeptForLongNeedsARateOfItsOwn() {
        assertThat(responsesFacts("'prompt_cache_options':{'ttl':'12h'}").unpriced())
                .containsExactly("prompt_cache_options");
        assertThat(responsesFacts("'prompt_cache_options':{'mode':'explicit','ttl':'30m'}")
                        .unpriced())
                .isEmpty();
        assertThat(responsesFacts("'prompt_cache_options':{'mode':'explicit'}").unpriced())
                .isEmpty();
    }

    @Test
    void inputOfAnotherKindIsRefused() {
        assertRefused(responses("'input':7"), "input");
        assertRefused(responses("'input':['hi']"), "input");
        assertRefused(responses("'input':{'role':'user'}"), "input");
        assertRefused(responses("'instructions':7"), "instructions");
        assertRefused(responses("'Input':'hi'"), "Input");
    }
}
