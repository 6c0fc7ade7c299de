package dev.keymesh.gateway.provider;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * Addresses of the public internet: what IANA's registries of special-purpose addresses (RFC 6890) leave. An address that
 * carries another one (6to4, Teredo, NAT64) is not public, for it leads wherever the other one does.
 */
public final class PublicAddress {
    private static final List<Range> NOT_IPV4 = List.of(
            Range.of("0.0.0.0", 8),
            Range.of("10.0.0.0", 8),
            Range.of("100.64.0.0", 10),
            Range.of("127.0.0.0", 8),
            Range.of("169.254.0.0", 16),
            Range.of("172.16.0.0", 12),
            Range.of("192.0.0.0", 24),
            Range.of("192.0.2.0", 24),
            Range.of("192.88.99.0", 24),
            Range.of("192.168.0.0", 16),
            Range.of("198.18.0.0", 15),
            Range.of("198.51.100.0", 24),
            Range.of("203.0.113.0", 24),
            Range.of("224.0.0.0", 3));
    /** All that IANA has given out for the public internet. */
    private static final Range IPV6 = Range.of("2000::", 3);

    private static final List<Range> NOT_IPV6 =
            List.of(Range.of("2001::", 23), Range.of("2001:db8::", 32), Range.of("2002::", 16), Range.of("3fff::", 20));
    private static final List<String> OWN_NAMES = List.of("localhost", "local", "internal", "lan", "home.arpa");

    private PublicAddress() {}

    public static boolean is(InetAddress address) {
        if (Forbidden.address(address)) {
            return false;
        }
        if (address instanceof Inet4Address) {
            return NOT_IPV4.stream().noneMatch(range -> range.holds(address));
        }
        return IPV6.holds(address) && NOT_IPV6.stream().noneMatch(range -> range.holds(address));
    }

    /** Whether a URL's host may be public as far as can be told without asking for the name's addresses. */
    public static boolean mayBe(String given) {
        if (Forbidden.host(given)) {
            return false;
        }
        String host = given.toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
        try {
            return is(InetAddress.ofLiteral(host.replaceAll("^\\[|]$", "")));
        } catch (IllegalArgumentException e) {
            boolean number = host.matches("[0-9.]+") || host.matches("0x[0-9a-f.x]*");
            return !number && host.contains(".") && OWN_NAMES.stream().noneMatch(own -> host.endsWith("." + own));
        }
    }

    /** The addresses that begin with the same bits. */
    private record Range(InetAddress first, int bits) {
        static Range of(String first, int bits) {
            return new Range(InetAddress.ofLiteral(first), bits);
        }

        boolean holds(InetAddress address) {
            byte[] one = first.getAddress();
            byte[] other = address.getAddress();
            if (one.length != other.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
