package dev.keymesh.gateway.ledger;

import java.time.Instant;

/** Calls that ended, as tests of the books need them. */
final class TestCalls {
    private TestCalls() {}

    /** A call whose provider said that it used a token of input and one of output. */
    static CallRecord completed(String id, Scopes scopes, long cost, Instant at) {
        return of(id, scopes, "openai", "gpt", "completed", new Amounts(cost, 1, 2), "reported", at);
    }

    /** A call that used so much. */
    static CallRecord of(
            String id,
            Scopes scopes,
            String provider,
            String model,
            String outcome,
            Amounts used,
            String settlement,
            Instant at) {
        return new CallRecord(
                id,
                scopes,
                provider,
                model,
                "chat",
                200,
                200,
                outcome,
                null,
                false,
                used.tokens() / 2,
                0,
                used.tokens() - used.tokens() / 2,
                used.nanos(),
                settlement,
                "prc_1",
                null,
                at,
                5,
                1L);
    }
}
