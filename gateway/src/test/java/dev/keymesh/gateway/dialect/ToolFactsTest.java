package dev.keymesh.gateway.dialect;

import static dev.keymesh.gateway.dialect.Bodies.assertRefused;
import static dev.keymesh.gateway.dialect.Bodies.chat;
import static dev.keymesh.gateway.dialect.Bodies.chatFacts;
import static dev.keymesh.gateway.dialect.Bodies.messages;
import static dev.keymesh.gateway.dialect.Bodies.messagesFacts;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ToolFactsTest {
    @Test
    void everyShapeOfAToolIsKnownByItsName() {
        assertThat(chatFacts("'tools':[{'type':'function','function':{'name':'a'}},"
                                + "{'type':'custom','custom':{'name':'b'}},{'type':'function','name':'c'}],"
                                + "'functions':[{'name':'d'}]")
                        .tools())
                .containsExactly("a", "b", "c", "d");
        assertThat(messagesFacts("'tools':[{'name':'a','input_schema':{'Name':1,'type':'object'}},"
                                + "{'type':'custom','name':'b'},{'type':'bash_20250124','name':'bash'},"
                                + "{'type':'mcp_toolset','mcp_server_name':'s','allowed_tools':['x']}],"
                                + "'mcp_servers':[{'name':'t','tool_configuration':{'allowed_tools':['y']}}]")
                        .tools())
                .containsExactly("a", "b", "anthropic.bash", "mcp.s.*", "mcp.t.y");
    }

    @Test
    void aNameInTwoPlacesIsRefused() {
        assertRefused(chat("'tools':[{'type':'function','name':'a','function':{'name':'b'}}]"), "tools[0].name");
        assertRefused(chat("'tools':[{'function':{'name':'b'},'name':'b'}]"), "tools[0].name");
        assertRefused(
                messages("'tools':[{'name':'x'},{'type':'custom','custom':{'name':'b'},'name':'a'}]"), "tools[1].name");
    }

    @Test
    void aTypeThatDisagreesWithTheMembersIsRefused() {
        assertRefused(chat("'tools':[{'type':'function','custom':{'name':'b'}}]"), "tools[0].custom");
        assertRefused(chat("'tools':[{'type':'custom','function':{'name':'b'}}]"), "tools[0].function");
        assertRefused(
                chat("'tools':[{'type':'function','function':{'name':'a'},'custom':{'name':'b'}}]"), "tools[0].custom");
        assertRefused(chat("'tools':[{'type':'web_search','function':{'name':'b'}}]"), "tools[0].function");
        assertRefused(chat("'functions':[{'type':'web_search','name':'b'}]"), "functions[0].type");
    }

    @Test
    void aToolWithoutANameIsRefused() {
        assertRefused(chat("'tools':[{'type':'function'}]"), "tools[0]");
        assertRefused(chat("'tools':[{'type':'function','name':null}]"), "tools[0]");
        assertRefused(chat("'tools':[{'type':'function','function':{}}]"), "tools[0].function.name");
        assertRefused(chat("'tools':[{'type':'custom','custom':{'name':7}}]"), "tools[0].custom.name");
    }

    @Test
    void caseVariantsInsideAToolAreRefused() {
        assertRefused(chat("'tools':[{'name':'a','Name':'b'}]"), "tools[0].Name");
        assertRefused(chat("'tools':[{'name':'a','Function':{'name':'b'}}]"), "tools[0].Function");
        assertRefused(chat("'tools':[{'function':{'name':'a','NAME':'b'}}]"), "tools[0].function.NAME");
        assertRefused(chat("'tools':[{'name':'a','TYPE':'b'}]"), "tools[0].TYPE");
        assertRefused(
                messages("'mcp_servers':[{'name':'t','tool_configuration':{'allowed_Tools':['y']}}]"),
                "mcp_servers[0].tool_configuration.allowed_Tools");
    }

    @Test
    void aToolThatTheVendorRunsIsNotBoundedByTheBody() {
        assertThat(messagesFacts("'tools':[{'type':'web_search_20250305','name':'web_search','max_uses':1}]")
                        .references())
                .containsExactly("the tool anthropic.web_search");
        assertThat(chatFacts("'web_search_options':{}").references()).containsExactly("the tool openai.web_search");
        assertThat(chatFacts("'web_search_options':null").references()).isEmpty();
        assertThat(messagesFacts("'mcp_servers':[{'name':'t'}]").references()).containsExactly("the tools mcp.t.*");
        assertThat(messagesFacts("'tools':[{'type':'bash_20250124','name':'bash'},{'name':'a'}]")
                        .references())
                .isEmpty();
    }
}
