package dev.keymesh.gateway.ledger;

/** How much of each unit: of a bound, a hold or a charge. */
public record Amounts(long nanos, long requests, long tokens) {
    public static final Amounts NONE = new Amounts(0, 0, 0);

    public long of(Unit unit) {
        return switch (unit) {
            case USD -> nanos;
            case REQUESTS -> requests;
            case TOKENS -> tokens;
        };
    }

    Amounts less(Amounts other) {
        return new Amounts(nanos - other.nanos, requests - other.requests, tokens - other.tokens);
    }

    Amounts negated() {
        return NONE.less(this);
    }

    /** More than a long holds is the largest long: what nobody can pay must not stop the books. */
    static long sum(long a, long b) {
        long sum = a + b;
        boolean beyond = ((a ^ sum) & (b ^ sum)) < 0;
        return !beyond ? sum : a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
