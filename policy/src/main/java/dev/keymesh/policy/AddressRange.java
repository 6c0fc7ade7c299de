package dev.keymesh.policy;

import java.net.InetAddress;

/** An address, or a CIDR range of them. */
public record AddressRange(java.util.List<Byte> network, int bits) {
    public static AddressRange of(String text) {
        String[] parts = text.split("/", -1);
        byte[] address = literal(parts[0]);
        int bits = parts.length == 1 ? address.length * 8 : bits(parts, address.length * 8);
        return new AddressRange(boxed(address), bits);
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.size()) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((bytes[bit / 8] ^ network.get(bit / 8)) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether every address of the other is in this one. */
    boolean covers(AddressRange other) {
        if (other.network.size() != network.size() || other.bits < bits) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            if (((other.network.get(bit / 8) ^ network.get(bit / 8)) & (0x80 >> (bit % 8))) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int bits(String[] parts, int most) {
        if (parts.length == 2 && parts[1].matches("\\d{1,3}") && Integer.parseInt(parts[1]) <= most) {
            return Integer.parseInt(parts[1]);
        }
        throw bad();
    }

    private static byte[] literal(String text) {
        if (!text.matches("[0-9a-fA-F:.]+") || !text.matches(".*[.:].*")) {
            throw bad();
        }
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            throw bad();
        }
    }

    private static IllegalArgumentException bad() {
        return new IllegalArgumentException(
                "ipAllowlist takes addresses and CIDR ranges, such as 203.0.113.7 or 203.0.113.0/24");
    }

    private static java.util.List<Byte> boxed(byte[] bytes) {
        java.util.List<Byte> list = new java.util.ArrayList<>(bytes.length);
        for (byte b : bytes) {
            list.add(b);
        }
        return java.util.List.copyOf(list);
    }
}
