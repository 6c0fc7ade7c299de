package dev.keymesh.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a provider keeps, in memory: files and batches of OpenAI's shape, and batches of Anthropic's. */
final class FakeKeeper {
    private static final Pattern ID = Pattern.compile("/v1/(?:files|batches|messages/batches)/([^/]+)(/[a-z]+)?");

    private static final String FILE = "file-";
    /** Of {@link #refusesBatches}: the connection ends without an answer. */
    static final int SILENT = -1;

    /** Method and path of each request, in their order. */
    final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    /** The credentials that came with them. */
    final ConcurrentLinkedQueue<String> credentials = new ConcurrentLinkedQueue<>();

    private final AtomicInteger next = new AtomicInteger();
    private final Map<String, String> files = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, String> batches = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, String> messageBatches = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, String> results = Collections.synchronizedMap(new LinkedHashMap<>());
    /** Of a page, whatever is asked for. */
    volatile int mostOfAPage = 3;
    /** What it answers with to the making of a batch; 0 is the batch. */
    volatile int refusesBatches;

    FakeKeeper(HttpServer server) {
        server.createContext("/v1/files", exchange -> handle(exchange, files, FILE, this::file));
        server.createContext("/v1/batches", exchange -> handle(exchange, batches, "batch_", this::batch));
        server.createContext(
                "/v1/messages/batches", exchange -> handle(exchange, messageBatches, "msgbatch_", this::messageBatch));
    }

    private interface Making {
        String make(String body, String id);
    }

    /** Ends a batch of OpenAI's. */
    void finish(String id, String status, String... lines) {
        finish(id, status, lines.length, lines);
    }

    /** The same, where it says that another number of requests was answered. */
    void finish(String id, String status, int answered, String... lines) {
        String output = FILE + next.incrementAndGet();
        files.put(output, String.join("\n", lines) + "\n");
        batches.put(
                id,
                "{\"id\":\"" + id + "\",\"object\":\"batch\",\"status\":\"" + status + "\",\"output_file_id\":\""
                        + output + "\",\"error_file_id\":null,\"request_counts\":{\"total\":9,\"completed\":" + answered
                        + ",\"failed\":0}<usage>}");
    }

    /** What a batch says that it used in all. */
    void tell(String id, String usage) {
        batches.computeIfPresent(id, (_, batch) -> batch.replace("<usage>", ",\"usage\":" + usage));
    }

    void finishMessages(String id, String... lines) {
        results.put(id, String.join("\n", lines) + "\n");
        int good = (int) java.util.Arrays.stream(lines)
                .filter(line -> line.contains("succeeded"))
                .count();
        messageBatches.put(id, messages(id, "ended", good, "\"https://vendor.invalid/v1/messages/batches/x/results\""));
    }

    /** The provider loses a file. */
    void lose(String file) {
        files.remove(file);
    }

    List<String> fileIds() {
        return List.copyOf(files.keySet());
    }

    private void handle(HttpExchange exchange, Map<String, String> objects, String prefix, Making making)
            throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        asked.add(exchange.getRequestMethod() + " " + path);
        credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
                + exchange.getRequestHeaders().getFirst("x-api-key"));
        Matcher one = ID.matcher(path);
        if (one.matches()) {
            one(exchange, objects, one.group(1), one.group(2) == null ? "" : one.group(2));
        } else if (exchange.getRequestMethod().equals("GET")) {
            send(exchange, 200, list(objects, exchange.getRequestURI().getQuery()));
        } else if (refusesBatches == SILENT && !prefix.equals(FILE)) {
            exchange.close();
        } else if (refusesBatches != 0 && !prefix.equals(FILE)) {
            send(exchange, refusesBatches, "{\"error\":{\"message\":\"no\"}}");
        } else {
            String again = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            String id = again == null ? prefix + next.incrementAndGet() : prefix + again;
            objects.computeIfAbsent(id, made -> making.make(body, made));
            send(exchange, 200, shown(objects, id));
        }
    }

    private void one(HttpExchange exchange, Map<String, String> objects, String id, String more) throws IOException {
        if (!objects.containsKey(id)) {
            send(exchange, 404, "{\"error\":{\"message\":\"No such thing: " + id + "\"}}");
        } else if (exchange.getRequestMethod().equals("DELETE")) {
            objects.remove(id);
            send(exchange, 200, "{\"id\":\"" + id + "\",\"deleted\":true}");
        } else if (more.equals("/content")) {
            send(exchange, 200, String.valueOf(files.get(id)));
        } else if (more.equals("/results")) {
            send(exchange, 200, String.valueOf(results.get(id)));
        } else {
            if (more.equals("/cancel")) {
                objects.computeIfPresent(id, (_, batch) -> batch.replace("in_progress", "cancelling"));
            }
            send(exchange, 200, shown(objects, id));
        }
    }

    private String shown(Map<String, String> objects, String id) {
        return id.startsWith(FILE)
                ? "{\"id\":\"" + id + "\",\"object\":\"file\",\"purpose\":\"batch\",\"status\":\"processed\"}"
                : String.valueOf(objects.get(id)).replace("<usage>", "");
    }

    /** The newest first, as the vendors do. */
    private String list(Map<String, String> objects, String query) {
        List<String> ids = new ArrayList<>(objects.keySet()).reversed();
        Matcher before = Pattern.compile("before_id=([^&]+)").matcher(query);
        Matcher after = Pattern.compile("after(?:_id)?=([^&]+)").matcher(query);
        boolean backwards = before.find();
        List<String> rest = backwards
                ? ids.subList(0, ids.indexOf(before.group(1)))
                : ids.subList(after.find() ? ids.indexOf(after.group(1)) + 1 : 0, ids.size());
        int size = Math.min(mostOfAPage, rest.size());
        List<String> page = backwards ? rest.subList(rest.size() - size, rest.size()) : rest.subList(0, size);
        String data =
                String.join(", ", page.stream().map(id -> shown(objects, id)).toList());
        return "{\"object\":\"list\",\"data\":[" + data + "],\"has_more\":" + (size < rest.size()) + "}";
    }

    private String file(String form, String id) {
        int from = form.indexOf("\r\n\r\n", form.indexOf("name=\"file\"")) + 4;
        return form.substring(from, form.indexOf("\r\n--", from));
    }

    private String batch(String body, String id) {
        return "{\"id\":\"" + id + "\",\"object\":\"batch\",\"status\":\"in_progress\",\"output_file_id\":null,"
                + "\"error_file_id\":null,\"request_counts\":{\"total\":0,\"completed\":0,\"failed\":0}}";
    }

    private String messageBatch(String body, String id) {
        return messages(id, "in_progress", 0, "null");
    }

    private static String messages(String id, String status, int succeeded, String url) {
        return "{\"id\":\"" + id + "\",\"type\":\"message_batch\",\"processing_status\":\"" + status
                + "\",\"request_counts\":{\"processing\":0,\"succeeded\":" + succeeded
                + ",\"errored\":0,\"canceled\":0,\"expired\":0},\"results_url\":" + url + "}";
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
