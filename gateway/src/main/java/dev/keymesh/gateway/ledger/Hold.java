package dev.keymesh.gateway.ledger;

/** What is held for a call; it resolves exactly once, by {@link Ledger#settle}. */
public final class Hold {
    private final String id;
    private final Scopes scopes;
    private final String provider;
    private final String model;
    private final int day;
    private volatile Amounts amounts;
    /** From the first try on, the row alone says how much is held: a commit may have gone through unheard. */
    private volatile boolean resized;
    /** Whether it may hold more or less than is said here. */
    private volatile boolean unsure;
    /** Outlives its process: nothing of this process waits for its end. */
    private volatile boolean kept;

    Hold(String id, Scopes scopes, String provider, String model, Amounts amounts, int day) {
        this.id = id;
        this.scopes = scopes;
        this.provider = provider;
        this.model = model;
        this.amounts = amounts;
        this.day = day;
    }

    /** The id of the call. */
    public String id() {
        return id;
    }

    public Scopes scopes() {
        return scopes;
    }

    String provider() {
        return provider;
    }

    String model() {
        return model;
    }

    /** The day whose windows it belongs to. */
    int day() {
        return day;
    }

    public Amounts amounts() {
        return amounts;
    }

    /** Nano-dollars. */
    public long amount() {
        return amounts.nanos();
    }

    boolean resized() {
        return resized;
    }

    void resizing() {
        resized = true;
        unsure = true;
    }

    void resized(Amounts now) {
        amounts = now;
        unsure = false;
    }

    boolean unsure() {
        return unsure;
    }

    boolean kept() {
        return kept;
    }

    void keep() {
        kept = true;
    }
}
