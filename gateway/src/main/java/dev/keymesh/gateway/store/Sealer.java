package dev.keymesh.gateway.store;

/** Encrypts what must not be read in the database, bound to the place where it stands. */
public interface Sealer {
    String seal(String plaintext, String table, String row, String field);

    /**
     * The plaintext again.
     *
     * @throws StoreException when the text was changed, moved to another place, or sealed with another master key
     */
    String open(String sealed, String table, String row, String field);
}
