package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.MasterKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * HMAC-SHA-256 with a versioned pepper that is not in the database. Keys have 256 random bits, so a slow hash would add
 * nothing.
 */
public final class Pepper {
    static final String VERSION = "1";

    /** Keyed once; each use takes a copy, for finding the algorithm costs more than the MAC. */
    private final Mac keyed;

    public Pepper(MasterKey master) {
        SecretKey key = master.derive("pepper/" + VERSION, "HmacSHA256");
        try {
            keyed = Mac.getInstance("HmacSHA256");
            keyed.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no HmacSHA256.", e);
        }
    }

    byte[] mac(String secret) {
        try {
            return ((Mac) keyed.clone()).doFinal(secret.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("This JDK's HmacSHA256 cannot be copied.", e);
        }
    }

    @Override
    public String toString() {
        return "Pepper[redacted]";
    }
}
