package dev.keymesh.policy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key that is about to be issued or changed: the policy's action {@code key.issue}.
 *
 * @param subjectType who issues it: {@code virtual_key} or {@code management_key}
 * @param wanted what the key is to carry; what it does not restrict it takes from the chain
 * @param expiresAt its own end; null is none of its own
 * @param expiresBefore when the link above ends; null is never
 * @param grants one for each link above that carries a policy
 */
public record Issuance(
        String subjectType,
        String subjectId,
        Rules wanted,
        @Nullable Instant expiresAt,
        @Nullable Instant expiresBefore,
        List<Grant> grants) {
    private static final String RANGES = "ipAllowlist";
    private static final String WINDOWS = "windows";

    /** Whether each range of addresses lies in one range of every link. */
    List<Fact> ranges() {
        List<String> ranges = wanted.ipAllowlist() == null ? List.of() : wanted.ipAllowlist();
        return ranges.stream()
                .map(range -> new Fact(
                        RANGES + ": " + range,
                        grants.stream().allMatch(grant -> grant.coversRange(AddressRange.of(range)))))
                .toList();
    }

    /** Whether each window, named by its place, lies in the windows of every link. */
    List<Fact> windows() {
        List<Window> windows = wanted.windows() == null ? List.of() : wanted.windows();
        return java.util.stream.IntStream.range(0, windows.size())
                .mapToObj(i -> new Fact(
                        WINDOWS + ": " + i, grants.stream().allMatch(grant -> grant.coversWindow(windows.get(i)))))
                .toList();
    }

    /**
     * A small fact in place of addresses and times, which are not the policy's business.
     *
     * @param says the member and what of it
     */
    record Fact(String says, boolean within) {}
}
