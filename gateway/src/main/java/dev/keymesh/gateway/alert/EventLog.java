package dev.keymesh.gateway.alert;

import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Event;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Reads the event log, for whoever asks for it and for whom it is told to. */
public final class EventLog {
    private static final String COLUMNS = "seq, id, action, actor_type, actor_id, target, at, data";

    private EventLog() {}

    /** The newest events before a place in the log, the newest first. */
    public static List<Event> before(Handle handle, long place, int most) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM event WHERE seq < :place ORDER BY seq DESC LIMIT :most")
                .bind("place", place)
                .bind("most", most)
                .map((row, context) -> event(row))
                .list();
    }

    /** The oldest events after a place in the log, the oldest first. */
    static List<Event> after(Handle handle, long place, int most) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM event WHERE seq > :place ORDER BY seq LIMIT :most")
                .bind("place", place)
                .bind("most", most)
                .map((row, context) -> event(row))
                .list();
    }

    @SuppressWarnings("unchecked") // the column holds a JSON object that an act wrote
    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                new Event.Actor(row.getString(4), row.getString(5)),
                row.getString(6),
                Instant.ofEpochMilli(row.getLong(7)),
                Json.fromBytes(row.getString(8).getBytes(StandardCharsets.UTF_8), Map.class));
    }
}
