package dev.keymesh.gateway.trace;

import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.metric.Build;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The only class that knows OpenTelemetry: makes spans of calls that have ended and sends them, on one thread. Ours is
 * the queue before it, so its own processors are not used.
 */
final class Otlp implements AutoCloseable {
    private static final long SEND_SECONDS = 10;

    private final SpanFacts facts;
    private final OtlpHttpSpanExporter exporter;
    private final Ids ids = new Ids();
    private final Made made = new Made();
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    Otlp(Telemetry to, SpanFacts facts) {
        this.facts = facts;
        String base = to.endpoint().toString();
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint((base.endsWith("/") ? base : base + "/") + "v1/traces")
                .setTimeout(Duration.ofSeconds(SEND_SECONDS))
                .setRetryPolicy(null);
        to.headers().forEach(builder::addHeader);
        exporter = builder.build();
        provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(
                                AttributeKey.stringKey("service.name"),
                                to.service(),
                                AttributeKey.stringKey("service.version"),
                                Build.VERSION))))
                .setSampler(Sampler.alwaysOn())
                .setIdGenerator(ids)
                .addSpanProcessor(made)
                .build();
        tracer = provider.get("dev.keymesh", Build.VERSION);
    }

    /** Sends them; why it could not, or null. */
    @Nullable
    String export(List<Traces.Ended> calls) {
        calls.forEach(this::make);
        List<SpanData> spans = List.copyOf(made.spans);
        made.spans.clear();
        CompletableResultCode sent = exporter.export(spans).join(SEND_SECONDS + 1, TimeUnit.SECONDS);
        if (sent.isSuccess()) {
            return null;
        }
        Throwable why = sent.getFailureThrowable();
        return why == null ? "the collector did not take them" : why.toString();
    }

    private void make(Traces.Ended ended) {
        CallRecord call = ended.call();
        Instant start = call.startedAt();
        SpanBuilder builder = tracer.spanBuilder(SpanFacts.name(call))
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(start)
                .setParent(parent(ended.link()));
        facts.of(call, ended.answered()).forEach((name, value) -> set(builder, name, value));
        ids.next = ended.link() == null ? null : ended.link().span();
        Span span = builder.startSpan();
        String error = SpanFacts.error(call);
        if (error != null) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end(start.plusMillis(call.durationMs()));
    }

    private static void set(SpanBuilder to, String name, Object value) {
        switch (value) {
            case Long number -> to.setAttribute(name, number);
            case Boolean yes -> to.setAttribute(name, yes);
            case List<?> texts ->
                to.setAttribute(
                        AttributeKey.stringArrayKey(name),
                        texts.stream().map(String::valueOf).toList());
            default -> to.setAttribute(name, value.toString());
        }
    }

    private static Context parent(@Nullable Link link) {
        if (link == null) {
            return Context.root();
        }
        SpanContext caller = SpanContext.createFromRemoteParent(
                link.trace(), link.parent(), TraceFlags.fromHex(link.flags(), 0), TraceState.getDefault());
        return Context.root().with(Span.wrap(caller));
    }

    @Override
    public void close() {
        provider.close();
        exporter.close();
    }

    /** The provider was told our span's id before the span was made. */
    private static final class Ids implements IdGenerator {
        private final IdGenerator random = IdGenerator.random();

        @Nullable
        String next;

        @Override
        public String generateSpanId() {
            return next == null ? random.generateSpanId() : next;
        }

        @Override
        public String generateTraceId() {
            return random.generateTraceId();
        }
    }

    /** Gathers what has ended. */
    private static final class Made implements SpanProcessor {
        private final List<SpanData> spans = new ArrayList<>();

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            spans.add(span.toSpanData());
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }
}
