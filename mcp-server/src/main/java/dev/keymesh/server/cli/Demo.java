package dev.keymesh.server.cli;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.Keymesh;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keymesh demo}: the main job against itself on a temporary folder; exits 0 only when every step went right. */
@Command(name = "demo", description = "Shows the main job, step by step.", mixinStandardHelpOptions = true)
final class Demo implements Callable<Integer> {
    private static final String CAP = ",\"max_tokens\":400";

    @Spec
    private CommandSpec spec;

    private boolean allRight = true;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("keymesh-demo");
        try (Gateway gateway = Gateway.open(GatewayConfig.embedded(folder), InstantSource.system())) {
            run(
                    "http://127.0.0.1:" + gateway.port(),
                    Files.readString(folder.resolve("root.key")).strip());
        } finally {
            delete(folder);
        }
        out().println(allRight ? "Every step answered as it should." : "A step did NOT answer as it should.");
        out().flush();
        return allRight ? 0 : 1;
    }

    private void run(String address, String root) throws Exception {
        Keymesh admin = Keymesh.at(address).with(root);
        step(
                "A workspace that allows demo-small and the tool web.search",
                201,
                post(admin, "/api/v1/spaces/default/workspaces", """
                {"id":"acme","title":"Acme","policy":{"allowedModels":["demo-small"],"toolAllowlist":["web.search"]}}"""));
        Answer issued = post(admin, "/api/v1/spaces/default/keys", """
                {"title":"Demo","workspace":"acme","budget":{"amount":"0.00080","currency":"USD","period":"monthly"}}""");
        String secret = member(issued.body, "secret");
        String id = member(issued.body, "id");
        step(
                "A key for it, with a budget of 0.00080 USD a month",
                201,
                new Answer(issued.status, issued.body.replace(secret, "km-...")));
        step("An allowed call", 200, chat(address, secret, call("demo-small", CAP)));
        step("A stream", 200, chat(address, secret, call("demo-small", CAP + ",\"stream\":true")));
        step("A model that is not allowed", 403, chat(address, secret, call("demo-large", "")));
        step(
                "A tool that is not allowed",
                403,
                chat(
                        address,
                        secret,
                        call("demo-small", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"shell\"}}]")));
        budget(address, secret);
        step("Usage by model", 200, get(admin, "/api/v1/usage?groupBy=model"));
        step("The budget: never passed", 200, get(admin, "/api/v1/budgets?scope=key:" + id));
        step("Revoke the key", 200, post(admin, "/api/v1/keys/" + id + "/revoke", "{}"));
        step("The very next call", 401, chat(address, secret, call("demo-small", CAP)));
    }

    /** However fast they come: what 50 calls cost is more than the budget. */
    private void budget(String address, String secret) throws InterruptedException {
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(Thread.startVirtualThread(() -> {
                int status = chat(address, secret, call("demo-small", CAP)).status;
                (status == 200 ? admitted : status == 429 ? refused : new AtomicInteger()).incrementAndGet();
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        boolean right = admitted.get() > 0 && refused.get() > 0 && admitted.get() + refused.get() == 50;
        report("50 calls at once: " + admitted + " fit into the budget, " + refused + " were refused", right, "");
    }

    private static String call(String model, String more) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]" + more + "}";
    }

    private static Answer post(Keymesh admin, String path, String body) {
        return exchange(admin, "POST", path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Answer get(Keymesh admin, String path) {
        return exchange(admin, "GET", path, null);
    }

    private static Answer exchange(
            Keymesh admin, String method, String path, byte @org.jspecify.annotations.Nullable [] body) {
        var answer = admin.exchange(method, path, body);
        return new Answer(answer.status(), new String(answer.body(), StandardCharsets.UTF_8));
    }

    private Answer chat(String address, String secret, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + secret)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answer(0, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(0, e.toString());
        }
    }

    private void step(String what, int expected, Answer answer) {
        report(what + " -> " + answer.status, answer.status == expected, answer.body);
    }

    private void report(String what, boolean right, String body) {
        allRight &= right;
        out().println((right ? "ok   " : "FAIL ") + what);
        if (!body.isEmpty()) {
            String line = body.strip().replaceAll("\\s+", " ");
            out().println("       " + (line.length() > 240 ? line.substring(0, 240) + "..." : line));
        }
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static String member(String json, String name) {
        int at = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
        return json.substring(at, json.indexOf('"', at));
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private record Answer(int status, String body) {}
}
