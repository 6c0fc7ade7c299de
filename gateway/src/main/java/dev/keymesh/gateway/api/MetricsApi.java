package dev.keymesh.gateway.api;

import dev.keymesh.gateway.metric.Scrapes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code /metrics}, for Prometheus. */
public final class MetricsApi implements Resource {
    /** The path. */
    public static final String PATH = "/metrics";

    private final Scrapes scrapes;

    public MetricsApi(Scrapes scrapes) {
        this.scrapes = scrapes;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.of(
                "GET", PATH, "usage.read", call -> scrape(call.request().header("accept"))));
    }

    /** Without a credential: for whom the door has let in. */
    public ApiResponse scrape(String accept) {
        Scrapes.Scrape scrape = scrapes.scrape(accept);
        return new ApiResponse(
                200,
                Map.of("Content-Type", scrape.contentType(), "Cache-Control", "no-store"),
                scrape.text().getBytes(StandardCharsets.UTF_8));
    }
}
