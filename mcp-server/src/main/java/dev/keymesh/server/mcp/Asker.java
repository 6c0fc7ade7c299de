package dev.keymesh.server.mcp;

/** The person behind the client, as far as the client lets us ask. */
public interface Asker {
    /** Whether the client can ask at all. */
    boolean canAsk();

    /** Whether the person agrees; blocks until there is an answer, and no answer is a no. */
    boolean agrees(String question);
}
