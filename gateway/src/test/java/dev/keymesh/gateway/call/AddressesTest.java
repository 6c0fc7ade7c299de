package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.provider.Forbidden;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.Test;

class AddressesTest {
    @Test
    void aNameThatLeadsToAMetadataAddressIsNotCalled() {
        for (String address : List.of(
                "169.254.169.254",
                "169.254.1.1",
                "fe80::1",
                "::ffff:169.254.169.254",
                "fd00:ec2::254",
                "100.100.100.200")) {
            assertThatThrownBy(() -> resolve(address).join())
                    .as(address)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void loopbackPrivateAndPublicAddressesAreCalled() {
        assertThat(resolve("127.0.0.1", "10.0.0.7", "203.0.113.9", "::1").join())
                .hasSize(4);
    }

    @Test
    void ofSeveralAddressesOnlyTheBadOneIsLeftOut() {
        assertThat(resolve("169.254.169.254", "203.0.113.9").join())
                .extracting(found -> found.getAddress().getHostAddress())
                .containsExactly("203.0.113.9");
    }

    /** What a name gives whose addresses these are. */
    private static CompletableFuture<List<InetSocketAddress>> resolve(String... addresses) {
        List<InetSocketAddress> found = new ArrayList<>();
        for (String address : addresses) {
            found.add(new InetSocketAddress(InetAddress.ofLiteral(address), 443));
        }
        var answer = new Promise.Completable<List<InetSocketAddress>>();
        new Addresses(
                        (host, port, context, promise) -> promise.succeeded(found),
                        address -> !Forbidden.address(address))
                .resolve("name.example.com", 443, Map.of(), answer);
        return answer;
    }
}
