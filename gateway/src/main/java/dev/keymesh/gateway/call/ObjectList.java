package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.KeptObject;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.provider.ObjectKind;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.ProviderObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of a workspace's files or batches: the provider's own pages, one after the other, without what is another's. So a
 * page is as full as it can be, and the cursors are those of what the caller sees.
 */
final class ObjectList {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST = 1_000;
    private static final int MOST_BATCHES = 100;
    /** Of the provider's; a workspace's objects may be far down in the list of all. */
    private static final int MOST_PAGES = 50;

    private final ObjectCall call;
    private final ObjectCalls with;
    private final boolean openai;
    private final boolean files;
    private final List<String> passed = new ArrayList<>();
    private int limit;
    private @Nullable String cursor;
    private boolean backwards;

    ObjectList(ObjectCall call, ObjectCalls with) {
        this.call = call;
        this.with = with;
        openai = ObjectCalls.isOpenAi(call.operation());
        files = call.operation() == Operation.FILES_LIST;
        limit = files ? MOST : DEFAULT_LIMIT;
    }

    /** One that the caller sees: its id, and its bytes. */
    private record Shown(String id, Payload json) {}

    void serve() throws NoAnswer, IOException {
        asked();
        Provider provider = call.keeper();
        ObjectKind kind = files ? ObjectKind.FILE : ObjectKind.BATCH;
        Set<String> mine = with.objects()
                .ids(
                        kind,
                        provider.id(),
                        call.chain().key().space(),
                        call.chain().key().workspace());
        if (cursor != null && !mine.contains(cursor)) {
            throw new Refused(ObjectCalls.missing(call.operation(), cursor));
        }
        Deque<Shown> shown = new ArrayDeque<>();
        boolean more = true;
        for (int page = 0; more && page < MOST_PAGES && shown.size() <= limit && !mine.isEmpty(); page++) {
            try (UpstreamAnswer answer = with.upstream()
                    .ask(provider, call.operation(), "", next(), call.request().getHeaders(), Upstream.JSON, null)) {
                byte[] json = answer.whole();
                if (!answer.isGood()) {
                    call.relay(answer, provider, json);
                    return;
                }
                more = add(KeptObject.Page.read(json), json, provider, mine, shown);
            }
        }
        boolean beyond = shown.size() > limit;
        while (shown.size() > limit) {
            var _ = backwards ? shown.removeFirst() : shown.removeLast();
        }
        call.answer(json(shown, beyond));
    }

    /** Takes what is the workspace's out of a page; says whether there is another one. */
    private boolean add(KeptObject.Page page, byte[] json, Provider provider, Set<String> mine, Deque<Shown> shown)
            throws IOException {
        List<KeptObject> found = backwards ? page.objects().reversed() : page.objects();
        for (KeptObject object : found) {
            if (mine.remove(object.id())) {
                byte[] own = bytes(object, json);
                told(object, provider, own);
                Shown one = new Shown(object.id(), Payload.of(own));
                if (backwards) {
                    shown.addFirst(one);
                } else {
                    shown.addLast(one);
                }
            }
        }
        cursor = found.isEmpty() ? null : found.getLast().id();
        return page.hasMore() && cursor != null;
    }

    private static byte[] bytes(KeptObject object, byte[] json) throws IOException {
        List<Payload.Edit> edits = object.toEdit().stream()
                .map(edit -> new Payload.Edit(edit.from() - object.from(), edit.to() - object.from(), edit.text()))
                .toList();
        byte[] own = Arrays.copyOfRange(json, object.from(), object.to());
        return edits.isEmpty() ? own : Payload.of(own).edited(edits).stream().readAllBytes();
    }

    /** A batch that is listed as ended is settled, and its files have an owner; nobody waits for it. */
    private void told(KeptObject object, Provider provider, byte[] json) {
        if (!files && object.ended()) {
            ProviderObject batch = with.objects()
                    .find(
                            ObjectKind.BATCH,
                            object.id(),
                            call.chain().key().space(),
                            call.chain().key().workspace())
                    .orElse(null);
            if (batch != null) {
                var _ = with.batches().seen(batch, provider, object, json);
            }
        }
    }

    private String next() {
        String name = backwards ? "before_id" : openai ? "after" : "after_id";
        int size = !files && openai ? MOST_BATCHES : MOST;
        List<String> query = new ArrayList<>(passed);
        query.add("limit=" + size);
        if (cursor != null) {
            query.add(name + "=" + cursor);
        }
        return String.join("&", query);
    }

    /** What the caller asks for; the cursor and the size of a page are ours to say to the provider. */
    private void asked() {
        String query = call.query();
        for (String member : query == null ? new String[0] : query.split("&", -1)) {
            String name = decoded(member.substring(0, Math.max(0, member.indexOf('='))));
            String value = decoded(member.substring(member.indexOf('=') + 1));
            switch (name) {
                case "limit" -> limit = limit(value);
                case "after", "after_id", "before_id" -> {
                    if (cursor != null || name.equals("after") != openai || !value.matches("[A-Za-z0-9_-]{1,128}")) {
                        throw new Refused(
                                Refusal.invalid(name, "'" + name + "' must be one id that this list has shown."));
                    }
                    cursor = value;
                    backwards = name.equals("before_id");
                }
                case "" -> {
                    // nothing is said
                }
                default -> passed.add(member);
            }
        }
    }

    /** As the provider reads it: a cursor by an encoded name is one all the same. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refused(Refusal.invalid(null, "The query is not well percent-encoded."));
        }
    }

    private int limit(String value) {
        int most = openai && !files ? MOST_BATCHES : files ? 10_000 : MOST;
        if (!value.matches("[1-9][0-9]{0,4}") || Integer.parseInt(value) > most) {
            throw new Refused(Refusal.invalid("limit", "'limit' must be a number from 1 to " + most + "."));
        }
        return Integer.parseInt(value);
    }

    private byte[] json(Deque<Shown> shown, boolean more) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, openai ? "{\"object\":\"list\",\"data\":[" : "{\"data\":[");
        for (Iterator<Shown> each = shown.iterator(); each.hasNext(); ) {
            out.writeBytes(each.next().json.stream().readAllBytes());
            text(out, each.hasNext() ? "," : "");
        }
        text(out, "],\"first_id\":" + id(shown.peekFirst()) + ",\"last_id\":" + id(shown.peekLast()));
        text(out, ",\"has_more\":" + more + "}");
        return out.toByteArray();
    }

    private static String id(@Nullable Shown shown) {
        return shown == null ? "null" : "\"" + shown.id + "\"";
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
