package dev.keymesh.gateway.call;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Finds the addresses of a host without those that may not be called, such as where a cloud hands out its machine's
 * credentials: a name may lead there too, and may begin to long after it was accepted. What is found here is connected to.
 */
record Addresses(SocketAddressResolver names, Predicate<InetAddress> callable) implements SocketAddressResolver {
    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        names.resolve(host, port, context, new Promise<>() {
            @Override
            public void succeeded(List<InetSocketAddress> found) {
                List<InetSocketAddress> good =
                        found.stream().filter(Addresses.this::isCalled).toList();
                if (good.isEmpty()) {
                    promise.failed(new UnknownHostException("The host has no address that may be called."));
                } else {
                    promise.succeeded(good);
                }
            }

            @Override
            public void failed(Throwable why) {
                promise.failed(why);
            }
        });
    }

    private boolean isCalled(InetSocketAddress address) {
        return !address.isUnresolved() && callable.test(address.getAddress());
    }
}
