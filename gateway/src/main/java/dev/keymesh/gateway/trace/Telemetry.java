package dev.keymesh.gateway.trace;

import java.net.URI;
import java.util.Map;

/**
 * Where spans are sent, by OTLP over HTTP.
 *
 * @param endpoint the collector's address; {@code /v1/traces} is appended
 * @param headers sent with each request; their values may be secrets
 * @param service the name of this installation
 */
public record Telemetry(URI endpoint, Map<String, String> headers, String service) {
    public static final String SERVICE = "keymesh";

    @Override
    public String toString() {
        return "Telemetry[" + endpoint.getHost() + ", " + headers.keySet() + ", " + service + "]";
    }
}
