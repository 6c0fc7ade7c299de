package dev.keymesh.gateway.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is around every page.
 *
 * @param tabs of the navigation, those that the key may see
 * @param current the path of the tab that the page belongs to
 * @param session null where nobody is signed in
 * @param notice what was just done; null is nothing
 */
record Frame(
        String title,
        List<Section.Tab> tabs,
        String current,
        @Nullable Session session,
        @Nullable String notice,
        Assets assets) {
    /** The token of this session's forms. */
    String csrf() {
        return session == null ? "" : session.csrf();
    }

    /** Whose key is signed in with, in a line. */
    String who() {
        if (session == null) {
            return "";
        }
        String space = session.caller().space();
        return session.caller().permissionSet() + (space == null ? ", all spaces" : ", space " + space);
    }

    boolean may(String permission) {
        return session != null && session.caller().permissions().contains(permission);
    }
}
