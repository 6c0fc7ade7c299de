package dev.keymesh.gateway;

import static dev.keymesh.gateway.ScriptedProvider.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that leaves a stream anywhere has paid for what it got, and leaves nothing held. */
class ClientCutsTest {
    private static final int RANDOM_CUTS = 12;
    private static final int CLIENTS = 4;
    /** A token costs a thousand nano-dollars, and the model's text has one byte at least for each. */
    private static final Pattern TEXT = Pattern.compile("\"(?:content|text|delta)\":\"([^\"]*)\"");

    private static final List<String> CHAT = List.of(
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"}}]}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" and good bye\"}}]}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":40,\"total_tokens\":49}}\n\n",
            "data: [DONE]\n\n");
    private static final List<String> RESPONSES = List.of(
            "data: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"usage\":null}}\n\n",
            "data: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"delta\":\"Hello there\"}\n\n",
            "data: {\"type\":\"response.output_text.delta\",\"sequence_number\":2,\"delta\":\" and good bye\"}\n\n",
            "data: {\"type\":\"response.completed\",\"sequence_number\":3,\"response\":{\"usage\":"
                    + "{\"input_tokens\":9,\"output_tokens\":40,\"total_tokens\":49}}}\n\n");
    private static final List<String> MESSAGES = List.of(
            "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n",
            "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello there\"}}\n\n",
            "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" bye\"}}\n\n",
            "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":40}}\n\n",
            "data: {\"type\":\"message_stop\"}\n\n");

    private TestGateway at;
    private ScriptedProvider provider;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(folder);
        provider = new ScriptedProvider().at(at);
        String anthropic = provider.baseUrl().replace("/v1", "");
        at.admin(
                "POST",
                "/api/v1/providers",
                "{\"name\":\"scripted-a\",\"kind\":\"anthropic\",\"baseUrl\":\"" + anthropic
                        + "\",\"credential\":\"canary-credential-1234567890\"}");
        at.admin("PUT", "/api/v1/prices", """
                {"provider":"scripted-a","model":"s","inputPerMillion":"0","outputPerMillion":"1.00"}""");
    }

    @AfterEach
    void stop() {
        at.close();
        provider.close();
    }

    @Test
    void aChatThatIsLeftIsPaidForAndFreed() throws Exception {
        leftAnywhere("/v1/chat/completions", CHAT, "\"max_tokens\":2000,\"messages\":[]");
    }

    @Test
    void aResponseThatIsLeftIsPaidForAndFreed() throws Exception {
        leftAnywhere("/v1/responses", RESPONSES, "\"max_output_tokens\":2000,\"input\":\"hi\"");
    }

    @Test
    void aMessageThatIsLeftIsPaidForAndFreed() throws Exception {
        leftAnywhere("/v1/messages", MESSAGES, "\"max_tokens\":2000,\"messages\":[]");
    }

    private void leftAnywhere(String path, List<String> events, String members) throws Exception {
        provider.answers((out, p) -> {
            write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
            for (String event : events) {
                write(out, event);
            }
            for (int i = 0; i < 400; i++) {
                Thread.sleep(10);
                write(out, ": still there\n\n");
            }
        });
        Queue<Integer> cuts = cuts(events);
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        TestGateway.together(CLIENTS, () -> {
            for (Integer cut = cuts.poll(); cut != null; cut = cuts.poll()) {
                try {
                    left(path, members, cut);
                } catch (IOException | InterruptedException | AssertionError e) {
                    wrong.add("at " + cut + ": " + e);
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    private static Queue<Integer> cuts(List<String> events) {
        long seed = System.nanoTime();
        System.out.println("ClientCutsTest seed " + seed);
        Random random = new Random(seed);
        Queue<Integer> cuts = new ConcurrentLinkedQueue<>();
        int length = 0;
        for (String event : events) {
            length += event.length();
            cuts.add(length);
        }
        for (int i = 0; i < RANDOM_CUTS; i++) {
            cuts.add(1 + random.nextInt(length));
        }
        return cuts;
    }

    private void left(String path, String members, int cut) throws IOException, InterruptedException {
        TestGateway.Key key = at.issue("1.00");
        HttpRequest request = HttpRequest.newBuilder(URI.create(at.address() + path))
                .header("Authorization", "Bearer " + key.secret())
                .header("anthropic-version", "2023-06-01")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"s\",\"stream\":true," + members + "}"))
                .build();
        HttpResponse<InputStream> answer = at.exchange(request, HttpResponse.BodyHandlers.ofInputStream());
        String got;
        try (InputStream in = answer.body()) {
            got = new String(in.readNBytes(cut), StandardCharsets.UTF_8);
        }
        assertThat(answer.statusCode()).as(got).isEqualTo(200);
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!at.budget(key).contains("\"held\":\"0\"") && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        String budget = at.budget(key);
        assertThat(budget).contains("\"held\":\"0\"");
        assertThat(new BigDecimal(TestGateway.member(budget, "spent")).movePointRight(6))
                .as("cut at %s: %s", cut, budget)
                .isGreaterThanOrEqualTo(BigDecimal.valueOf(written(got)))
                .isPositive();
    }

    private static long written(String events) {
        return TEXT.matcher(events)
                .results()
                .mapToLong(text -> text.group(1).length())
                .sum();
    }
}
