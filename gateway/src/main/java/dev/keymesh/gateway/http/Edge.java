package dev.keymesh.gateway.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the process meets the network, and how it leaves it.
 *
 * @param tls null is plain HTTP
 * @param trustedProxies addresses and CIDR ranges whose {@code X-Forwarded-For} is believed
 */
public record Edge(@Nullable Tls tls, List<String> trustedProxies, Drain drain) {
    /** Plain HTTP to whoever calls, ended at once: for a gateway within a program. */
    public static final Edge NONE = new Edge(null, List.of(), Drain.AT_ONCE);

    public Edge {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * PEM files.
     *
     * @param lookEvery how often they are read again
     */
    public record Tls(Path certificate, Path key, Duration lookEvery) {
        public Tls(Path certificate, Path key) {
            this(certificate, key, Duration.ofSeconds(10));
        }
    }

    /**
     * What is left to calls that run when the process is told to end; both are counted from then.
     *
     * @param lead how long everything is still served, so that whoever spreads the calls sees that it is not ready
     * @param deadline when what still runs is ended
     */
    public record Drain(Duration lead, Duration deadline) {
        public static final Drain AT_ONCE = new Drain(Duration.ZERO, Duration.ZERO);
        public static final Drain DEFAULT = new Drain(Duration.ZERO, Duration.ofSeconds(30));
    }
}
