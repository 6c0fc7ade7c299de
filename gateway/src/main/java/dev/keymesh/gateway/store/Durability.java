package dev.keymesh.gateway.store;

/** How long a commit waits for the disk. */
public enum Durability {
    /** Nothing that was committed is forgotten, whatever fails. */
    POWER("FULL"),
    /** A crash of the process forgets nothing; a power cut may forget the last 20 ms. */
    PROCESS("NORMAL");

    private final String sqliteSynchronous;

    Durability(String sqliteSynchronous) {
        this.sqliteSynchronous = sqliteSynchronous;
    }

    String sqliteSynchronous() {
        return sqliteSynchronous;
    }
}
