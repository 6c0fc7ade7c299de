package dev.keymesh.gateway.page;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How long an address must wait after keys that were wrong: after the fifth a second, then twice as long each time, at
 * most a minute. It knows the last addresses only, so that it cannot be made to fill the memory.
 */
final class Backoff {
    private static final int FREE = 5;
    private static final int LONGEST_SECONDS = 60;
    private static final int ADDRESSES = 10_000;
    private static final Duration FORGOTTEN = Duration.ofMinutes(15);

    private final InstantSource clock;
    private final SequencedMap<String, Failures> byAddress = new LinkedHashMap<>();

    Backoff(InstantSource clock) {
        this.clock = clock;
    }

    /** The seconds to wait; 0 is none. */
    synchronized long seconds(String address) {
        Failures failures = byAddress.get(address);
        if (failures == null) {
            return 0;
        }
        long left = Duration.between(clock.instant(), failures.until).toMillis();
        return left <= 0 ? 0 : (left + 999) / 1_000;
    }

    synchronized void failed(String address) {
        Instant now = clock.instant();
        Failures before = byAddress.remove(address);
        int count = before == null || now.isAfter(before.until.plus(FORGOTTEN)) ? 1 : before.count + 1;
        long wait = count < FREE ? 0 : Math.min(LONGEST_SECONDS, 1L << Math.min(count - FREE, 6));
        byAddress.put(address, new Failures(count, now.plusSeconds(wait)));
        if (byAddress.size() > ADDRESSES) {
            byAddress.pollFirstEntry();
        }
    }

    synchronized void succeeded(String address) {
        byAddress.remove(address);
    }

    private record Failures(int count, Instant until) {}
}
