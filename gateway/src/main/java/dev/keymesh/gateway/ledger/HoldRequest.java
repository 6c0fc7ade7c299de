package dev.keymesh.gateway.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a call wants to hold before it is forwarded.
 *
 * @param call the request id, which is also the hold's id
 * @param bound the most that the call can use
 */
public record HoldRequest(
        String call,
        Scopes scopes,
        String provider,
        String model,
        String operation,
        @Nullable String priceVersion,
        Amounts bound) {}
