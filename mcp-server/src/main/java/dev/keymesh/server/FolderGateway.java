package dev.keymesh.server;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Transport;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import dev.keymesh.server.mcp.Backend;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gateway of a data folder, wherever it runs: attached to the folder's owner, and owner itself as soon as there is
 * none. Nothing of the gateway or of Jetty is loaded while it is attached.
 */
public final class FolderGateway {
    /** How long a call waits for an owner: one that starts, or the next after one that ended. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long the port of an owner that ended may still be taken by it. */
    private static final Duration PORT_GIVEN_BACK = Duration.ofSeconds(1);

    private static final int LOOK_EVERY_MS = 50;

    private final GatewayConfig config;
    private final Consumer<Exception> failed;
    private volatile @Nullable Backend own;
    private @Nullable Attached attached;

    private FolderGateway(GatewayConfig config, Consumer<Exception> failed) {
        this.config = config;
        this.failed = failed;
    }

    /**
     * Attaches to the owner of the configured folder or becomes it; returns at once.
     *
     * @param failed told when this process should be the owner and cannot
     */
    public static FolderGateway open(GatewayConfig config, Consumer<Exception> failed) {
        FolderGateway gateway = new FolderGateway(config, failed);
        Thread.ofPlatform().daemon().name("keymesh-owner").start(gateway::ownWhenFree);
        return gateway;
    }

    /** The ways in, which follow the owner; they wait while there is none. */
    public Backend backend() {
        return new Backend(request -> send(Backend::rest, request), request -> send(Backend::models, request));
    }

    /** Waits until there is an owner that listens, so that its folder has what it writes at first. */
    public void await() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (current() == null) {
            pause(end);
        }
    }

    private void ownWhenFree() {
        try {
            Optional<DataFolder> free = DataFolder.take(config.data());
            DataFolder folder = free.isPresent() ? free.get() : DataFolder.await(config.data());
            own = own(folder).backend();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            failed.accept(e);
        }
    }

    private Owner own(DataFolder folder) throws BindException, InterruptedException {
        Owner owner = Owner.open(folder, onFreePort());
        Runtime.getRuntime().addShutdownHook(new Thread(owner::close));
        return owner;
    }

    /** The configuration with the last owner's port, so that who used it goes on; where it is taken, with a free one. */
    private GatewayConfig onFreePort() throws InterruptedException {
        Attached last = attached();
        // With TLS the address of this machine is not the one that others use.
        int wanted = last == null || config.edge().tls() != null
                ? config.port()
                : URI.create(last.address).getPort();
        // A process that is killed may give back its lock before its port.
        long end = System.nanoTime() + (last == null ? 0 : PORT_GIVEN_BACK.toNanos());
        while (!free(wanted)) {
            if (System.nanoTime() > end) {
                return config.on(0);
            }
            Thread.sleep(LOOK_EVERY_MS);
        }
        return config.on(wanted);
    }

    private synchronized @Nullable Attached attached() {
        return attached;
    }

    private boolean free(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new java.net.InetSocketAddress(InetAddress.getByName(config.host()), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private WireResponse send(Function<Backend, Transport> way, WireRequest request) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Backend now = current();
            if (now == null) {
                pause(end);
                continue;
            }
            try {
                return way.apply(now).send(request);
            } catch (KeymeshException e) {
                if (e.status() != 0 || Thread.currentThread().isInterrupted() || now.equals(own)) {
                    throw e;
                }
                if (!request.method().equals("GET") && !neverSent(e)) {
                    throw KeymeshException.unreachable(
                            "The Keymesh that owns the data folder ended during this call, so whether it was done is"
                                    + " not known. Look before you send it again; another one takes over.",
                            e);
                }
                pause(end);
            }
        }
    }

    private static boolean neverSent(KeymeshException e) {
        return e.getCause() instanceof ConnectException || e.getCause() instanceof HttpConnectTimeoutException;
    }

    private @Nullable Backend current() {
        Backend mine = own;
        return mine != null
                ? mine
                : DataFolder.owner(config.data()).map(this::attachedTo).orElse(null);
    }

    private synchronized Backend attachedTo(String address) {
        Attached now = attached;
        if (now == null || !now.address.equals(address)) {
            now = new Attached(address, new Backend(HttpTransport.to(address), ModelPath.at(address)));
            attached = now;
        }
        return now.backend;
    }

    private static void pause(long end) {
        if (System.nanoTime() > end) {
            throw KeymeshException.unreachable(
                    "No Keymesh answers on the data folder. Look at its log, or start one with 'keymesh serve'.", null);
        }
        try {
            Thread.sleep(LOOK_EVERY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KeymeshException.unreachable("The call was cancelled.", e);
        }
    }

    private record Attached(String address, Backend backend) {}
}
