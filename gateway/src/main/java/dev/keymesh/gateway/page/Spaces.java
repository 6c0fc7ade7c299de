package dev.keymesh.gateway.page;

import java.util.List;

/** Which space a page is about. */
final class Spaces {
    private static final String DEFAULT = "default";

    private Spaces() {}

    /**
     * The one that the query names, else {@code default} where it is within reach, else the first.
     *
     * @throws Refused 404 where the query names one that is not within reach
     */
    static String chosen(Form query, List<String> reached) {
        String asked = query.text("space");
        if (!asked.isEmpty()) {
            if (!reached.contains(asked)) {
                throw Refused.notFound();
            }
            return asked;
        }
        return reached.contains(DEFAULT) || reached.isEmpty() ? DEFAULT : reached.getFirst();
    }
}
