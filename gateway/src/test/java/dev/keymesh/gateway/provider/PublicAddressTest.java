package dev.keymesh.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicAddressTest {
    @Test
    void whatIsNotOfThePublicInternetIsNotPublic() {
        for (String address : List.of(
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.100.100.200",
                "100.127.255.255",
                "127.0.0.1",
                "127.9.9.9",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.1.1.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "3fff::1",
                "fc00::1",
                "fd00:ec2::254",
                "fd12:3456::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "5f00::1")) {
            assertThat(PublicAddress.is(InetAddress.ofLiteral(address)))
                    .as(address)
                    .isFalse();
            assertThat(PublicAddress.mayBe(address)).as(address).isFalse();
            assertThat(PublicAddress.mayBe("[" + address + "]")).as(address).isFalse();
        }
    }

    @Test
    void thePublicInternetIs() {
        for (String address : List.of(
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.167.1.1",
                "198.20.0.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450::1",
                "::ffff:8.8.8.8")) {
            assertThat(PublicAddress.is(InetAddress.ofLiteral(address)))
                    .as(address)
                    .isTrue();
            assertThat(PublicAddress.mayBe(address)).as(address).isTrue();
        }
        assertThat(PublicAddress.mayBe("hooks.example.com")).isTrue();
    }

    @Test
    void aNameOfTheOwnNetworkIsNotPublicAndNeitherIsANumber() {
        for (String host : List.of(
                "localhost",
                "LOCALHOST.",
                "a.localhost",
                "printer.local",
                "metadata.google.internal",
                "db.svc.cluster.local",
                "intranet",
                "2130706433",
                "0x7f000001",
                "127.1",
                "router.lan",
                "x.home.arpa")) {
            assertThat(PublicAddress.mayBe(host)).as(host).isFalse();
        }
    }
}
