package dev.keymesh.gateway.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Appends to the event log; its reader is the alerts' {@code EventLog}. */
final class EventRow {
    private EventRow() {}

    /** Their ids. */
    static List<String> append(Handle handle, Actor actor, List<Act> acts, Instant at) {
        List<String> ids = new ArrayList<>();
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO event (id, actor_type, actor_id, action, target, at, data)
                VALUES (:id, :actorType, :actorId, :action, :target, :at, :data)""");
        for (Act act : acts) {
            String id = Ids.next("evt");
            ids.add(id);
            batch.bind("id", id)
                    .bind("actorType", actor.type())
                    .bind("actorId", actor.id())
                    .bind("action", act.action())
                    .bind("target", act.target())
                    .bind("at", at.toEpochMilli())
                    .bind("data", act.data())
                    .add();
        }
        batch.execute();
        return ids;
    }
}
