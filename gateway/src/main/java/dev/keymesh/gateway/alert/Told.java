package dev.keymesh.gateway.alert;

import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** What is told once, or once in a while: the row decides, so that of several nodes one tells. */
final class Told {
    static final Duration EVER = Duration.ofDays(100_000);

    private Told() {}

    /**
     * Marks it as told.
     *
     * @param gap what has to lie between two times
     * @return false where it was told less than that before
     */
    static boolean mark(Handle handle, String what, String subject, Instant at, Duration gap) {
        return handle.createUpdate("""
                        INSERT INTO told (what, subject, at) VALUES (:what, :subject, :at)
                        ON CONFLICT (what, subject) DO UPDATE SET at = excluded.at WHERE told.at <= excluded.at - :gap""")
                        .bind("what", what)
                        .bind("subject", subject)
                        .bind("at", at.toEpochMilli())
                        .bind("gap", gap.toMillis())
                        .execute()
                == 1;
    }

    /** Whether it was told ever. */
    static boolean is(Handle handle, String what, String subject) {
        return handle.createQuery("SELECT COUNT(*) FROM told WHERE what = :what AND subject = :subject")
                        .bind("what", what)
                        .bind("subject", subject)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    static int prune(Handle handle, Instant before) {
        return handle.execute("DELETE FROM told WHERE at < ?", before.toEpochMilli());
    }
}
