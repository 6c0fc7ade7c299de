package dev.keymesh.server.mcp;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client on standard input and output, a message a line; ends when the input does. */
public final class StdioServer {
    private static final Logger LOG = LoggerFactory.getLogger(StdioServer.class);

    /** How long running requests may go on when the input has ended. */
    private static final int DRAIN_SECONDS = 10;

    private final Engine engine;
    private final Engine.Callers callers;
    private final Lines in;
    private final OutputStream out;
    private final Phaser running = new Phaser(1);
    private @Nullable Dialogue dialogue;

    public StdioServer(Engine engine, Engine.Callers callers, InputStream in, OutputStream out) {
        this.engine = engine;
        this.callers = callers;
        this.in = new Lines(in, Message.LONGEST);
        this.out = out;
    }

    /** Serves until the input ends and what was asked is answered. */
    public void run() throws IOException {
        for (byte[] line = in.next(); line != null; line = in.next()) {
            if (in.tooLong()) {
                send(new RpcFault(
                                RpcFault.INVALID_REQUEST,
                                "The line is longer than " + Message.LONGEST + " bytes and was skipped.",
                                JsonValue.NULL)
                        .answer());
            } else if (!blank(line)) {
                take(line);
            }
        }
        drain();
    }

    private void take(byte[] line) {
        JsonValue id = JsonValue.NULL;
        try {
            Message message = Message.read(line);
            id = message.id();
            switch (message.kind()) {
                case REQUEST -> request(message);
                case NOTIFICATION -> {
                    if (dialogue != null) {
                        dialogue.notification(message);
                    }
                }
                case RESPONSE -> {
                    if (dialogue != null) {
                        dialogue.response(message);
                    }
                }
            }
        } catch (RpcFault e) {
            send(e.answer());
        } catch (RuntimeException e) {
            LOG.error("A message of MCP ended by a bug.", e);
            send(RpcFault.internal(id).answer());
        }
    }

    private void request(Message message) throws RpcFault {
        Dialogue open = dialogue;
        if (message.method().equals("initialize")) {
            if (open != null) {
                throw new RpcFault(RpcFault.INVALID_REQUEST, "'initialize' was sent already.", message.id());
            }
            engine.begin(message, this::send, begun -> {
                begun.listen(this::send);
                dialogue = new Dialogue(begun);
            });
        } else if (open == null) {
            throw new RpcFault(
                    RpcFault.INVALID_REQUEST,
                    "Send 'initialize' first; this server speaks the revisions that have it.",
                    message.id());
        } else {
            open.request(message, callers, this::send, task -> {
                var _ = running.register();
                Thread.startVirtualThread(() -> {
                    try {
                        task.run();
                    } finally {
                        var _ = running.arriveAndDeregister();
                    }
                });
            });
        }
    }

    private void drain() {
        try {
            var _ = running.awaitAdvanceInterruptibly(running.arrive(), DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // What still runs has no reader any more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (dialogue != null) {
            dialogue.close();
        }
    }

    private void send(JsonObject message) {
        byte[] line = (message + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            try {
                out.write(line);
                out.flush();
            } catch (IOException e) {
                // Nobody reads any more; the end of the input follows and ends us.
            }
        }
    }

    private static boolean blank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }
}
