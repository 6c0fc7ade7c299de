package dev.keymesh.gateway.store;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Appends to the event log; its readers are in the event package. */
final class EventRow {
    private EventRow() {}

    static void append(Handle handle, Actor actor, Act act, Instant at) {
        handle.createUpdate("""
                INSERT INTO event (id, actor_type, actor_id, action, target, at, data)
                VALUES (:id, :actorType, :actorId, :action, :target, :at, :data)""")
                .bind("id", Ids.next("evt"))
                .bind("actorType", actor.type())
                .bind("actorId", actor.id())
                .bind("action", act.action())
                .bind("target", act.target())
                .bind("at", at.toEpochMilli())
                .bind("data", act.data())
                .execute();
    }
}
