package dev.keymesh.gateway.store;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Appends to the event log; its readers are in the event package. */
final class EventRow {
    private EventRow() {}

    /** Its id. */
    static String append(Handle handle, Actor actor, Act act, Instant at) {
        String id = Ids.next("evt");
        handle.createUpdate("""
                INSERT INTO event (id, actor_type, actor_id, action, target, at, data)
                VALUES (:id, :actorType, :actorId, :action, :target, :at, :data)""")
                .bind("id", id)
                .bind("actorType", actor.type())
                .bind("actorId", actor.id())
                .bind("action", act.action())
                .bind("target", act.target())
                .bind("at", at.toEpochMilli())
                .bind("data", act.data())
                .execute();
        return id;
    }
}
