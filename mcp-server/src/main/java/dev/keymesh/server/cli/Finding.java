package dev.keymesh.server.cli;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the doctor looked at.
 *
 * @param sentence what is so
 * @param remedy what to do; null where there is nothing to do
 */
record Finding(State state, String sentence, @Nullable String remedy) {
    /** How it stands. */
    enum State {
        OK("ok"),
        /** Something that a person may want to know; nothing is broken. */
        NOTE("note"),
        WRONG("!");

        private final String mark;

        State(String mark) {
            this.mark = mark;
        }

        String mark() {
            return mark;
        }
    }

    static Finding ok(String sentence) {
        return new Finding(State.OK, sentence, null);
    }

    static Finding note(String sentence, @Nullable String remedy) {
        return new Finding(State.NOTE, sentence, remedy);
    }

    static Finding wrong(String sentence, String remedy) {
        return new Finding(State.WRONG, sentence, remedy);
    }
}
