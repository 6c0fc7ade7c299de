package dev.keymesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.FunctionDefinition;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.RequestRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vendors' own Java clients, unchanged but for the base URL and the key. */
class VendorClientsTest {
    @TempDir
    private Path folder;

    private Gateway gateway;
    private Keymesh admin;
    private String address;

    @BeforeEach
    void start() throws Exception {
        gateway = Gateway.open(GatewayConfig.embedded(folder), InstantSource.system());
        address = "http://127.0.0.1:" + gateway.port();
        admin = Keymesh.at(address)
                .with(Files.readString(folder.resolve("root.key")).strip());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void openAiChatWorks() {
        var answer = openAi(key("1.00")).chat().completions().create(chat("demo-small"));
        assertThat(answer.choices().getFirst().message().content().orElseThrow())
                .contains("Keymesh");
        assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
    }

    @Test
    void openAiStreamWorks() {
        StringBuilder text = new StringBuilder();
        try (var stream = openAi(key("1.00")).chat().completions().createStreaming(chat("demo-small"))) {
            stream.stream()
                    .map(ChatCompletionChunk::choices)
                    .forEach(choices ->
                            choices.forEach(choice -> choice.delta().content().ifPresent(text::append)));
        }
        assertThat(text.toString()).startsWith("Hello from Keymesh").endsWith("real model.");
    }

    @Test
    void anthropicMessagesWork() {
        var answer = anthropic(key("1.00")).messages().create(message("demo-large"));
        assertThat(answer.content().getFirst().asText().text()).contains("Keymesh");
        assertThat(answer.usage().outputTokens()).isPositive();
    }

    @Test
    void anthropicStreamWorks() {
        StringBuilder text = new StringBuilder();
        try (var stream = anthropic(key("1.00")).messages().createStreaming(message("demo-small"))) {
            stream.stream()
                    .forEach(event -> event.contentBlockDelta()
                            .ifPresent(delta -> delta.delta().text().ifPresent(part -> text.append(part.text()))));
        }
        assertThat(text.toString()).startsWith("Hello from Keymesh").endsWith("real model.");
    }

    @Test
    void aDeniedModelIsTheClientsPermissionErrorAfterOneAttempt() {
        String secret = key("1.00");
        assertThatThrownBy(() -> openAi(secret).chat().completions().create(chat("gpt-6")))
                .isInstanceOf(com.openai.errors.PermissionDeniedException.class)
                .hasMessageContaining("gpt-6");
        assertThatThrownBy(() -> anthropic(secret).messages().create(message("gpt-6")))
                .isInstanceOf(com.anthropic.errors.PermissionDeniedException.class);
        assertThat(records()).hasSize(2).allMatch(record -> record.status() == 403);
    }

    @Test
    void anEndedBudgetIsTheClientsOwnErrorAfterOneAttempt() {
        String secret = key("0");
        assertThatThrownBy(() -> openAi(secret).chat().completions().create(chat("demo-small")))
                .isInstanceOf(com.openai.errors.RateLimitException.class)
                .hasMessageContaining("budget");
        assertThatThrownBy(() -> anthropic(secret).messages().create(message("demo-small")))
                .hasMessageContaining("budget");
        assertThat(records()).extracting(RequestRecord::status).containsExactly(402, 429);
    }

    @Test
    void aWrongKeyIsTheClientsAuthenticationError() {
        assertThatThrownBy(() -> openAi("km-wrong").chat().completions().create(chat("demo-small")))
                .isInstanceOf(com.openai.errors.UnauthorizedException.class);
        assertThatThrownBy(() -> anthropic("km-wrong").messages().create(message("demo-small")))
                .isInstanceOf(com.anthropic.errors.UnauthorizedException.class);
    }

    @Test
    void aToolThatIsNotAllowedIsRefusedAndAnAllowedOneIsNot() {
        String secret = admin.spaces()
                .keys()
                .issue(NewKey.titled("Tools").withPolicy(Policy.allowing(null, List.of("read"))))
                .secret();
        assertThat(openAi(secret).chat().completions().create(withTool("read")).choices())
                .hasSize(1);
        assertThatThrownBy(() -> openAi(secret).chat().completions().create(withTool("shell")))
                .isInstanceOf(com.openai.errors.PermissionDeniedException.class)
                .hasMessageContaining("shell");
    }

    @Test
    void anImageInTheBodyIsAModalityThatAPolicyMayDeny() {
        String open = key("1.00");
        assertThat(openAi(open).chat().completions().create(withImage()).choices())
                .hasSize(1);
        Policy text = new Policy(null, null, null, null, null, null, List.of("text"), null, null);
        String textOnly = admin.spaces()
                .keys()
                .issue(NewKey.titled("Text").withPolicy(text))
                .secret();
        assertThatThrownBy(() -> openAi(textOnly).chat().completions().create(withImage()))
                .isInstanceOf(com.openai.errors.PermissionDeniedException.class)
                .hasMessageContaining("image");
    }

    private static ChatCompletionCreateParams withTool(String name) {
        return ChatCompletionCreateParams.builder()
                .model("demo-small")
                .addUserMessage("hello")
                .addTool(ChatCompletionFunctionTool.builder()
                        .function(FunctionDefinition.builder().name(name).build())
                        .build())
                .build();
    }

    private static ChatCompletionCreateParams withImage() {
        var image = ChatCompletionContentPartImage.builder()
                .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                        .url("data:image/png;base64,iVBORw0KGgo=")
                        .build())
                .build();
        return ChatCompletionCreateParams.builder()
                .model("demo-small")
                .addUserMessageOfArrayOfContentParts(List.of(ChatCompletionContentPart.ofImageUrl(image)))
                .build();
    }

    @Test
    void aSdkValidatesAKeyAndReadsWhatItMayUse() {
        String secret = key("1.00");
        var validation = admin.spaces().keys().validate(secret);
        assertThat(validation.valid()).isTrue();
        assertThat(validation.key()).isNotNull();
        assertThat(java.util.Objects.requireNonNull(validation.key()).fields().strings("allowed_models"))
                .containsExactly("demo-*");
        assertThat(validation.currentMonthValidations()).isEqualTo(1);
    }

    private String key(String budget) {
        return admin.spaces()
                .keys()
                .issue(NewKey.titled("Example")
                        .withPolicy(Policy.allowing(List.of("demo-*"), null))
                        .withBudget(KeyBudget.monthly(budget)))
                .secret();
    }

    private List<RequestRecord> records() {
        return admin.requests().list(Query.all()).data();
    }

    private OpenAIClient openAi(String secret) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(address + "/v1")
                .apiKey(secret)
                .build();
    }

    private AnthropicClient anthropic(String secret) {
        return AnthropicOkHttpClient.builder().baseUrl(address).apiKey(secret).build();
    }

    private static ChatCompletionCreateParams chat(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("hello")
                .build();
    }

    private static MessageCreateParams message(String model) {
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(200)
                .addUserMessage("hello")
                .build();
    }
}
