package dev.keymesh.gateway.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of the dashboard: its place in the navigation, and its pages. A new one is registered in {@link Pages}. */
interface Section {
    /** Null is not in the navigation. */
    @Nullable
    Tab tab();

    List<PageRoute> routes();

    /**
     * A line of the navigation.
     *
     * @param path of the page it leads to; pages below it are its own
     * @param permission without which it is not shown; empty is any key
     * @param account whether it belongs to the whole account, so that a key of one space has nothing there
     */
    record Tab(String path, String title, String permission, boolean account) {
        Tab(String path, String title, String permission) {
            this(path, title, permission, false);
        }

        static Tab ofAccount(String path, String title, String permission) {
            return new Tab(path, title, permission, true);
        }

        boolean isFor(Session session) {
            return (permission.isEmpty() || session.caller().permissions().contains(permission))
                    && (!account || session.caller().space() == null);
        }
    }
}
