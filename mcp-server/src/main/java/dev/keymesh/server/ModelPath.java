package dev.keymesh.server;

import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.sdk.Transport;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The model path of a gateway whose address is known once it listens. */
public final class ModelPath implements Transport {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** As long as a model may think. */
    private static final Duration ANSWER = Duration.ofMinutes(10);

    private final Supplier<String> address;
    private @Nullable Transport transport;

    ModelPath(Supplier<String> address) {
        this.address = address;
    }

    /** The model path at an address that is known. */
    public static Transport at(String address) {
        return HttpTransport.to(address, CONNECT, ANSWER);
    }

    @Override
    public WireResponse send(WireRequest request) {
        return transport().send(request);
    }

    private synchronized Transport transport() {
        Transport open = transport == null ? at(address.get()) : transport;
        transport = open;
        return open;
    }
}
