package dev.keymesh.gateway.tenant;

import dev.keymesh.gateway.store.Store;
import java.util.List;

/** The account of this installation, of which there is one, and its spaces. */
public final class Accounts {
    private final Store store;

    public Accounts(Store store) {
        this.store = store;
    }

    public Account account() {
        return store.read(h -> h.createQuery("SELECT id, plan FROM account")
                .map((row, context) -> new Account(row.getString(1), row.getString(2)))
                .one());
    }

    /** The spaces' ids, oldest first. */
    public List<String> spaces() {
        return store.read(h -> h.createQuery("SELECT id FROM space ORDER BY created_at, id")
                .mapTo(String.class)
                .list());
    }
}
