package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a provider answered to a call that costs nothing: the answer of {@code POST /api/v1/providers/{id}/test}.
 *
 * @param ok the provider was reached and accepted the credential
 * @param upstreamStatus the provider's HTTP status; null where it was not reached
 * @param detail what was found, and what to do where it is not ok
 * @param durationMs milliseconds until the answer's head, 0 or more
 */
public record ProviderTest(boolean ok, @Nullable Integer upstreamStatus, String detail, long durationMs) {}
