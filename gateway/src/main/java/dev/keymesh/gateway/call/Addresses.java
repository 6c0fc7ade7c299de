package dev.keymesh.gateway.call;

import dev.keymesh.gateway.provider.Forbidden;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Finds the addresses of a provider's host, without those where a cloud hands out its machine's credentials: a name may
 * lead there too, and may begin to long after it was accepted.
 */
record Addresses(SocketAddressResolver names) implements SocketAddressResolver {
    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        names.resolve(host, port, context, new Promise<>() {
            @Override
            public void succeeded(List<InetSocketAddress> found) {
                List<InetSocketAddress> good =
                        found.stream().filter(Addresses::isCalled).toList();
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

    private static boolean isCalled(InetSocketAddress address) {
        return !address.isUnresolved() && !Forbidden.address(address.getAddress());
    }
}
