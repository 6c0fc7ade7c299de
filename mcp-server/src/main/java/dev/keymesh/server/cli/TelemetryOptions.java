package dev.keymesh.server.cli;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.gateway.trace.Observed;
import dev.keymesh.gateway.trace.Telemetry;
import dev.keymesh.server.ProcessConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What leaves the process about its calls: from OpenTelemetry's own variables, and from the YAML file. */
final class TelemetryOptions {
    private static final Pattern HEADER =
            Pattern.compile("\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\\s*=\\s*([!-~][ -~]*?)\\s*");

    private TelemetryOptions() {}

    static Observed observed(Map<String, String> environment, ProcessConfig file) {
        String endpoint = first(environment, "OTEL_EXPORTER_OTLP_ENDPOINT", file, "telemetry.otlpEndpoint");
        String headers = first(environment, "OTEL_EXPORTER_OTLP_HEADERS", file, "telemetry.headers");
        String service = first(environment, "OTEL_SERVICE_NAME", file, "telemetry.serviceName");
        Telemetry spans = endpoint == null
                ? null
                : new Telemetry(
                        endpoint(endpoint),
                        headers(headers == null ? "" : headers),
                        service == null ? Telemetry.SERVICE : service);
        return new Observed(spans, file.isOn("accessLog"));
    }

    private static @Nullable String first(
            Map<String, String> environment, String name, ProcessConfig file, String key) {
        String set = ServerOptions.set(environment, name);
        return set == null ? file.text(key) : set;
    }

    private static URI endpoint(String text) {
        try {
            URI endpoint = new URI(text);
            boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
            if (http
                    && endpoint.getHost() != null
                    && endpoint.getRawUserInfo() == null
                    && endpoint.getRawQuery() == null
                    && endpoint.getRawFragment() == null) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            // as one that is of another kind
        }
        throw new StoreException(
                "telemetry.otlpEndpoint, or OTEL_EXPORTER_OTLP_ENDPOINT, must be the address of a"
                        + " collector without user, query and fragment, such as http://localhost:4318; /v1/traces is appended.");
    }

    /** As {@code OTEL_EXPORTER_OTLP_HEADERS} has them: {@code name=value,name=value}. */
    private static Map<String, String> headers(String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (text.isBlank()) {
            return headers;
        }
        for (String one : text.split(",", -1)) {
            Matcher header = HEADER.matcher(one);
            if (!header.matches()) {
                throw new StoreException("telemetry.headers, or OTEL_EXPORTER_OTLP_HEADERS, must be written as"
                        + " name=value,name=value.");
            }
            headers.put(header.group(1), decoded(header.group(2)));
        }
        return headers;
    }

    /** A value may have {@code %20} and the like in it; what does not decode, or not to text of one line, is refused. */
    private static String decoded(String value) {
        try {
            String text = URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // as one that has a line break in it
        }
        throw new StoreException("A value in telemetry.headers, or OTEL_EXPORTER_OTLP_HEADERS, is not plain text.");
    }
}
