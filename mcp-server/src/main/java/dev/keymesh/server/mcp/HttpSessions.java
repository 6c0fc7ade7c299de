package dev.keymesh.server.mcp;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The open sessions, each known only to the credential that began it; unused ones end, and so do too many. */
final class HttpSessions implements AutoCloseable {
    private static final Duration UNUSED = Duration.ofHours(1);
    private static final int MOST_OF_ONE = 100;
    private static final int MOST = 2_000;

    private final Map<String, Session> sessions = new HashMap<>();
    private final InstantSource clock;

    HttpSessions(InstantSource clock) {
        this.clock = clock;
    }

    void add(String credential, Dialogue dialogue) {
        List<Session> ended;
        synchronized (this) {
            ended = tooMany(credential);
            ended.forEach(session -> sessions.remove(session.dialogue.id()));
            sessions.put(dialogue.id(), new Session(credential, dialogue, clock.instant()));
        }
        ended.forEach(session -> session.dialogue.close());
    }

    /** The session of this id; null where there is none, or it is another credential's. */
    synchronized @Nullable Dialogue find(String id, String credential) {
        Session found = sessions.get(id);
        if (found == null || !found.credential.equals(credential)) {
            return null;
        }
        sessions.put(id, new Session(credential, found.dialogue, clock.instant()));
        return found.dialogue;
    }

    void end(Dialogue dialogue) {
        synchronized (this) {
            sessions.remove(dialogue.id());
        }
        dialogue.close();
    }

    /** What must end before one more of this credential begins: the unused, and the longest unused of too many. */
    private List<Session> tooMany(String credential) {
        Instant before = clock.instant().minus(UNUSED);
        List<Session> ended = new ArrayList<>(
                sessions.values().stream().filter(s -> s.used.isBefore(before)).toList());
        ended.addAll(oldest(s -> s.credential.equals(credential), MOST_OF_ONE));
        ended.addAll(oldest(_ -> true, MOST));
        return ended;
    }

    private List<Session> oldest(Predicate<Session> which, int most) {
        List<Session> those = sessions.values().stream().filter(which).toList();
        return those.stream()
                .sorted(Comparator.comparing(Session::used))
                .limit(Math.max(0, those.size() - most + 1L))
                .toList();
    }

    @Override
    public void close() {
        List<Session> all;
        synchronized (this) {
            all = List.copyOf(sessions.values());
            sessions.clear();
        }
        all.forEach(session -> session.dialogue.close());
    }

    private record Session(String credential, Dialogue dialogue, Instant used) {}
}
