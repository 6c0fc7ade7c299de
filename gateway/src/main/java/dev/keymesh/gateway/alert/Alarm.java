package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Store;
import java.time.Duration;
import java.time.Instant;

/** Writes an event that Keymesh notices by itself into the log, unless it was told. */
final class Alarm {
    private final Store store;

    Alarm(Store store) {
        this.store = store;
    }

    /**
     * Writes it.
     *
     * @param subject what it is told once of
     * @param gap what has to lie between two times of the same subject
     * @return whether it was written
     */
    boolean raise(Act act, String subject, Instant at, Duration gap) {
        try {
            return store.write(Actor.SYSTEM, act, tx -> {
                if (!Told.mark(tx.handle(), act.action(), subject, at, gap)) {
                    throw new Already();
                }
                return true;
            });
        } catch (Already e) {
            return false;
        }
    }

    /** Takes the event back with the mark. */
    private static final class Already extends RuntimeException {
        Already() {
            super("It was told.", null, false, false);
        }
    }
}
