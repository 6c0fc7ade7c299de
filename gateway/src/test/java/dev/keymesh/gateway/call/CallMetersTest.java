package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.metric.Histogram;
import dev.keymesh.gateway.metric.Metric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallMetersTest {
    private static final String OTHER = "other";

    private final CallMeters meters = new CallMeters(_ -> true);

    private void ended(String model, String provider) {
        meters.ended(new CallRecord(
                "req",
                Scopes.of("default", "default", "key_1"),
                provider,
                model,
                "chat",
                200,
                200,
                "completed",
                null,
                false,
                1,
                0,
                1,
                1L,
                "exact",
                null,
                null,
                Instant.EPOCH,
                1,
                1L));
    }

    private List<List<String>> series() {
        List<List<String>> series = new ArrayList<>();
        meters.metrics().getFirst().values().accept(new Metric.Values() {
            @Override
            public void value(double value, String... labels) {
                series.add(List.of(labels));
            }

            @Override
            public void histogram(Histogram histogram, String... labels) {
                throw new AssertionError("a counter has none");
            }
        });
        return series;
    }

    @Test
    void modelsAndProvidersBeyondTheMostShareASeries() {
        for (int i = 0; i < 300; i++) {
            ended("model-" + i, "provider-" + i);
        }
        assertThat(series().stream().map(labels -> labels.get(1)).distinct())
                .hasSize(201)
                .contains("model-0", OTHER);
        assertThat(series().stream().map(labels -> labels.get(2)).distinct())
                .hasSize(51)
                .contains("provider-0", OTHER);
    }

    @Test
    void modelsTimesProvidersAreBoundedToo() {
        for (int model = 0; model < 150; model++) {
            for (int provider = 0; provider < 40; provider++) {
                ended("model-" + model, "provider-" + provider);
            }
        }
        assertThat(series()).hasSize(2_001).contains(List.of("chat", OTHER, OTHER, "completed"));
    }
}
