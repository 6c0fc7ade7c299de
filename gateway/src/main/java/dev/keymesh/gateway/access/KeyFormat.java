package dev.keymesh.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How a secret is written: a prefix, 11 characters of lookup id, 43 of secret (256 bits), 6 of CRC32 over all before;
 * base62. The checksum refuses typos before any look-up.
 */
public final class KeyFormat {
    public static final String MANAGEMENT_PREFIX = "kma-";

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LOOKUP = 11;
    private static final int SECRET = 43;
    private static final int CHECKSUM = 6;

    private final String prefix;
    private final SecureRandom random = new SecureRandom();

    public KeyFormat(String prefix) {
        this.prefix = prefix;
    }

    /** A new secret and where to look it up. */
    Fresh fresh() {
        StringBuilder text = new StringBuilder(prefix);
        for (int i = 0; i < LOOKUP + SECRET; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        String lookup = text.substring(prefix.length(), prefix.length() + LOOKUP);
        String secret = text.append(checksum(text.toString())).toString();
        return new Fresh(lookup, secret, hint(secret));
    }

    /** The lookup id of a well-formed secret; empty when it is malformed. */
    Optional<String> lookup(String secret) {
        if (secret.length() != prefix.length() + LOOKUP + SECRET + CHECKSUM || !secret.startsWith(prefix)) {
            return Optional.empty();
        }
        int end = secret.length() - CHECKSUM;
        if (!checksum(secret.substring(0, end)).contentEquals(secret.substring(end))) {
            return Optional.empty();
        }
        return Optional.of(secret.substring(prefix.length(), prefix.length() + LOOKUP));
    }

    /** What may be shown for ever: {@code km-AbC...x9Q2}. */
    private String hint(String secret) {
        return secret.substring(0, prefix.length() + 3) + "..." + secret.substring(secret.length() - 4);
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        char[] digits = new char[CHECKSUM];
        long rest = crc.getValue();
        for (int i = CHECKSUM - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        return new String(digits);
    }

    /** The secret is shown once; only its MAC is kept. */
    record Fresh(String lookup, String secret, String hint) {
        @Override
        public String toString() {
            return "Fresh[" + hint + "]";
        }
    }
}
