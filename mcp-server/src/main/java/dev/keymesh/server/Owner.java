package dev.keymesh.server;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.server.mcp.Backend;
import dev.keymesh.server.mcp.McpHttp;
import dev.keymesh.server.mcp.Tools;
import dev.keymesh.server.mcp.sdk.SdkEngine;
import java.net.BindException;
import java.time.InstantSource;

/** The owner of a data folder: the gateway that runs on it, with MCP mounted. */
public final class Owner implements AutoCloseable {
    private final DataFolder folder;
    private final Gateway gateway;
    private final String address;

    private Owner(DataFolder folder, Gateway gateway, String address) {
        this.folder = folder;
        this.gateway = gateway;
        this.address = address;
    }

    /**
     * Opens the gateway and announces it.
     *
     * @throws BindException when the port is taken
     */
    public static Owner open(DataFolder folder, GatewayConfig config) throws BindException {
        InstantSource clock = InstantSource.system();
        Gateway gateway = Gateway.open(
                config,
                clock,
                (rest, self) -> new McpHttp(
                        new SdkEngine(Tools.all(), Version.TEXT),
                        new Backend(rest, new ModelPath(self)),
                        config.host(),
                        clock));
        String address = gateway.address();
        folder.announce(address);
        return new Owner(folder, gateway, address);
    }

    /** Where a process of this machine reaches it. */
    public String address() {
        return address;
    }

    /** Where others do. */
    public String publicAddress() {
        return gateway.publicAddress();
    }

    /** Ends at once what a close still waits for. */
    public void hurry() {
        gateway.hurry();
    }

    /** The gateway for the tools of this process. */
    Backend backend() {
        return new Backend(gateway.transport(), new ModelPath(() -> address));
    }

    @Override
    public void close() {
        try {
            gateway.close();
        } finally {
            folder.close();
        }
    }
}
