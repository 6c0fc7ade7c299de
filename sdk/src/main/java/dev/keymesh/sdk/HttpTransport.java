package dev.keymesh.sdk;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A transport over the JDK's HTTP client. A GET is sent again after a broken connection and after 429, 502, 503 and
 * 504; every other method only where no connection was made, so that nothing was sent. At most twice, later each time
 * or when {@code Retry-After} says, never waiting more than ten seconds. Redirects are not followed: they would carry the
 * credential elsewhere.
 */
public final class HttpTransport implements Transport {
    private static final int RETRIES = 2;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final String base;
    private final Duration connectTimeout;
    private final Duration answerTimeout;
    private final Duration firstWait;
    private @Nullable HttpClient client;

    HttpTransport(URI base, Duration connectTimeout, Duration answerTimeout, Duration firstWait) {
        this.base = base.toString().replaceFirst("/+$", "");
        this.connectTimeout = connectTimeout;
        this.answerTimeout = answerTimeout;
        this.firstWait = firstWait;
    }

    /**
     * A transport to this address: 5 seconds to connect, 30 to answer.
     *
     * @throws IllegalArgumentException where it is no http or https address
     */
    public static HttpTransport to(String url) {
        return to(url, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    /**
     * A transport to this address with time-outs of one's own, for each attempt.
     *
     * @throws IllegalArgumentException where it is no http or https address
     */
    public static HttpTransport to(String url, Duration connectTimeout, Duration answerTimeout) {
        return new HttpTransport(address(url), connectTimeout, answerTimeout, Duration.ofMillis(200));
    }

    @Override
    public WireResponse send(WireRequest request) {
        HttpRequest http = http(request);
        HttpClient client = client();
        boolean safe = request.method().equals("GET");
        for (int attempt = 0; ; attempt++) {
            boolean last = attempt == RETRIES;
            Duration wait = firstWait.multipliedBy(1L << attempt);
            try {
                HttpResponse<byte[]> answer = client.send(http, BodyHandlers.ofByteArray());
                WireResponse response = wire(answer);
                if (last || !safe || !passing(response.status())) {
                    return response;
                }
                wait = retryAfter(response, wait);
                if (wait.compareTo(LONGEST_WAIT) > 0) {
                    return response;
                }
            } catch (IOException e) {
                if (last || !(safe || neverSent(e))) {
                    throw unreachable(e);
                }
            } catch (InterruptedException e) {
                throw interrupted();
            }
            pause(wait);
        }
    }

    /** Made at the first call: it reads the system's certificates, and a program that starts may not need it yet. */
    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(connectTimeout)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
        }
        return client;
    }

    private HttpRequest http(WireRequest request) {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(new URI(base + request.path()))
                    .timeout(answerTimeout)
                    .method(
                            request.method(),
                            request.body() == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofByteArray(request.body()));
            request.headers().forEach(builder::setHeader);
            return builder.build();
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Neither is chained: their messages quote the header or the path.
            throw new IllegalArgumentException(
                    "The request cannot be sent over HTTP: its method, its path or a header has a character that may"
                            + " not stand there. Percent-encode the path.");
        }
    }

    private static WireResponse wire(HttpResponse<byte[]> answer) {
        Map<String, String> headers = new TreeMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        return new WireResponse(answer.statusCode(), headers, answer.body());
    }

    private static boolean passing(int status) {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    private static boolean neverSent(IOException e) {
        return e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
    }

    /** The wait that the server asks for in seconds, RFC 9110 section 10.2.3; its form with a date is not used by ours. */
    private static Duration retryAfter(WireResponse response, Duration otherwise) {
        String value = response.header("retry-after");
        return value != null && value.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(value)) : otherwise;
    }

    private static void pause(Duration wait) {
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private KeymeshException unreachable(IOException e) {
        String what = neverSent(e) ? "could not be reached" : "was reached and did not answer";
        return KeymeshException.unreachable(
                "The Keymesh server at " + base + " " + what + ". Check the address and that the server runs.", e);
    }

    private static KeymeshException interrupted() {
        Thread.currentThread().interrupt();
        return KeymeshException.unreachable("The thread was interrupted while it waited for the server.", null);
    }

    private static URI address(String url) {
        try {
            URI uri = new URI(url);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Answered below, without the text: an address may hold a password.
        }
        throw new IllegalArgumentException("This is no address of a Keymesh server. Write it like"
                + " https://keymesh.example.com, without a user, a query or a fragment.");
    }
}
