package dev.keymesh.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stands between a node and its PostgreSQL; told to, it lets a transaction's COMMIT through and loses the answer. */
public final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int to;
    private volatile String cutting = "";

    public CuttingProxy(int to) {
        this.to = to;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** The answer to the next commit after such a statement is lost, and its connection with it. */
    public void cutCommitAfter(String statement) {
        cutting = statement;
    }

    public boolean cut() {
        return cutting.isEmpty();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket node = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
                AtomicBoolean committing = new AtomicBoolean();
                Thread.startVirtualThread(() -> forward(node, server, committing, true));
                Thread.startVirtualThread(() -> forward(server, node, committing, false));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void forward(Socket from, Socket into, AtomicBoolean committing, boolean commands) {
        byte[] bytes = new byte[65_536];
        StringBuilder transaction = new StringBuilder();
        try (from;
                into) {
            InputStream in = from.getInputStream();
            for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
                if (commands) {
                    transaction.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
                    if (transaction.indexOf("COMMIT") >= 0) {
                        String statement = cutting;
                        if (!statement.isEmpty() && transaction.indexOf(statement) >= 0) {
                            committing.set(true);
                            cutting = "";
                        }
                        transaction.setLength(0);
                    }
                } else if (committing.get()) {
                    return;
                }
                into.getOutputStream().write(bytes, 0, n);
            }
        } catch (IOException e) {
            // One side is gone, and so is the other.
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
