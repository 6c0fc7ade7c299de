package dev.keymesh.gateway.provider;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;

/** Hosts that are never called: there clouds hand out their machines' own credentials, and no provider lives. */
public final class Forbidden {
    private static final Set<String> NAMES = Set.of("metadata.google.internal", "metadata", "instance-data");
    /** Of metadata services that are not link-local. */
    private static final Set<String> ADDRESSES = Set.of(
            "fd00:ec2:0:0:0:0:0:254", "fd20:ce:0:0:0:0:0:254", "100.100.100.200", "168.63.129.16", "192.0.0.192");

    private Forbidden() {}

    /** A name, or an address as it is written in a URL. */
    public static boolean host(String given) {
        String host = given.toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
        if (NAMES.contains(host)) {
            return true;
        }
        try {
            return address(InetAddress.ofLiteral(host.replaceAll("^\\[|]$", "")));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    public static boolean address(InetAddress address) {
        return address.isLinkLocalAddress()
                || address.isMulticastAddress()
                || address.isAnyLocalAddress()
                || ADDRESSES.contains(address.getHostAddress());
    }
}
