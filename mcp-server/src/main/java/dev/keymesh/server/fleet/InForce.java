package dev.keymesh.server.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which prices of a file, and of what is there, are compared: those of the future by their time, and of those before the
 * latest. A price that a later one of the same file has followed says nothing any more.
 */
final class InForce {
    private InForce() {}

    static List<Entry> of(List<Entry> prices, Installation there) {
        Map<String, Entry> latest = new HashMap<>();
        for (Entry price : prices) {
            if (!isFuture(price.members(), there)) {
                latest.merge(
                        model(price.members()),
                        price,
                        (one, other) -> from(other).isAfter(from(one)) ? other : one);
            }
        }
        List<Entry> left = new ArrayList<>(prices);
        left.removeIf(price -> !isFuture(price.members(), there) && !price.equals(latest.get(model(price.members()))));
        return left;
    }

    /** The price that is there in the place of one of the file. */
    static Installation.@Nullable There there(Entry price, Installation there) {
        boolean future = isFuture(price.members(), there);
        return there.of(Kind.PRICES).stream()
                .filter(known -> model(known.members()).equals(model(price.members())))
                .filter(known -> future
                        ? Objects.equals(
                                known.members().get("effectiveFrom"),
                                price.members().get("effectiveFrom"))
                        : !isFuture(known.members(), there))
                .findFirst()
                .orElse(null);
    }

    static String model(Map<String, ? extends @Nullable Object> members) {
        return members.get("provider") + "/" + members.get("model");
    }

    private static boolean isFuture(Map<String, ? extends @Nullable Object> members, Installation there) {
        Object from = members.get("effectiveFrom");
        return from != null && Instant.parse(String.valueOf(from)).isAfter(there.now());
    }

    /** One without a time was always there. */
    private static Instant from(Entry price) {
        String from = price.text("effectiveFrom");
        return from == null ? Instant.MIN : Instant.parse(from);
    }
}
