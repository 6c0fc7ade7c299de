package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.InFile;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a request's body by demand, within the limits of one body and of all bodies that are there; a large one goes to a
 * file, on a thread that may wait for the disk.
 */
final class BodyReader implements Invocable.Task {
    private static final Logger LOG = LoggerFactory.getLogger(BodyReader.class);
    static final int MAX_JSON_BYTES = 32 * 1024 * 1024;
    static final int MAX_FORM_BYTES = 512 * 1024 * 1024;
    private static final int FIRST_ROOM = 65_536;
    private static final int CUT_OFF = -2;
    private static final Refusal CUT = Refusal.invalid(null, "The body ended before it was whole.");
    private static final Refusal NO_ROOM =
            Refusal.unavailable("Keymesh holds as many bytes of requests as it can. Try again.");

    private final Request request;
    private final int maxBytes;
    private final BodyRoom room;
    private final BodyRoom.Share share;
    private final Consumer<Payload> then;
    private final Consumer<Refusal> refused;
    private byte[] bytes;
    private int length;

    /**
     * A reader of the body.
     *
     * @param maxBytes the most that is taken
     */
    BodyReader(Request request, int maxBytes, BodyRoom room, Consumer<Payload> then, Consumer<Refusal> refused) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.room = room;
        share = room.new Share();
        this.then = then;
        this.refused = refused;
        long announced = request.getLength();
        bytes = new byte[announced > 0 && announced <= FIRST_ROOM ? (int) announced : 4_096];
    }

    void start() {
        if (request.getLength() > maxBytes) {
            refused.accept(Refusal.tooLarge(maxBytes));
            return;
        }
        Request.addCompletionListener(request, _ -> share.giveBack());
        if (request.getLength() > Payload.MAX_IN_MEMORY) {
            spill();
        } else {
            run();
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                refused.accept(CUT);
                return;
            }
            boolean last = chunk.isLast();
            boolean fits = append(chunk.getByteBuffer());
            chunk.release();
            if (!fits) {
                refused.accept(NO_ROOM);
                return;
            }
            if (last) {
                then.accept(Payload.of(length == bytes.length ? bytes : Arrays.copyOf(bytes, length)));
                return;
            }
            if (length > Payload.MAX_IN_MEMORY) {
                spill();
                return;
            }
        }
    }

    private boolean append(ByteBuffer buffer) {
        int more = buffer.remaining();
        if (!share.takesInMemory(more)) {
            return false;
        }
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
        buffer.get(bytes, length, more);
        length += more;
        return true;
    }

    private void spill() {
        Thread.startVirtualThread(() -> {
            InFile file = null;
            Refusal refusal;
            try {
                file = room.file();
                refusal = fill(file);
            } catch (Throwable e) {
                LOG.error("A request of more than {} bytes cannot be kept: {}", Payload.MAX_IN_MEMORY, e.toString());
                refusal = Refusal.unavailable("Keymesh has no place for so large a request now.");
            }
            if (refusal == null && file != null) {
                then.accept(file);
                return;
            }
            if (file != null) {
                file.close();
            }
            refused.accept(refusal == null ? CUT : refusal);
        });
    }

    private @Nullable Refusal fill(InFile file) throws IOException {
        file.append(ByteBuffer.wrap(bytes, 0, length));
        share.giveBack();
        bytes = new byte[FIRST_ROOM];
        InputStream in = Content.Source.asInputStream(request);
        while (true) {
            int more = read(in);
            if (more == CUT_OFF) {
                return CUT;
            }
            if (more < 0) {
                return null;
            }
            if (file.length() + more > maxBytes) {
                return Refusal.tooLarge(maxBytes);
            }
            if (!share.takesInFile(more)) {
                return NO_ROOM;
            }
            file.append(ByteBuffer.wrap(bytes, 0, more));
        }
    }

    /** So that a caller that breaks off is told from a disk that is full. */
    private int read(InputStream in) {
        try {
            return in.read(bytes);
        } catch (IOException e) {
            return CUT_OFF;
        }
    }
}
