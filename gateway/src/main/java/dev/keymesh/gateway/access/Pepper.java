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

    private final SecretKey key;

    public Pepper(MasterKey master) {
        key = master.derive("pepper/" + VERSION, "HmacSHA256");
    }

    byte[] mac(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(secret.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no HmacSHA256.", e);
        }
    }

    @Override
    public String toString() {
        return "Pepper[redacted]";
    }
}
