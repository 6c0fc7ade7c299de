package dev.keymesh.gateway.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D). The associated data is table, row, field and key id, so a
 * ciphertext that is copied elsewhere does not open.
 */
public final class AesSealer implements Sealer {
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String WORD = "keymesh";

    private final SecretKey key;
    private final String keyId;
    private final SecureRandom random = new SecureRandom();

    public AesSealer(MasterKey master) {
        key = master.derive("seal", "AES");
        keyId = id(key);
    }

    @Override
    public String seal(String plaintext, String table, String row, String field) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, nonce, plaintext.getBytes(StandardCharsets.UTF_8), table, row, field);
        byte[] both = ByteBuffer.allocate(NONCE + sealed.length)
                .put(nonce)
                .put(sealed)
                .array();
        return "v1." + keyId + "." + Base64.getEncoder().encodeToString(both);
    }

    @Override
    public String open(String sealed, String table, String row, String field) {
        String[] parts = sealed.split("\\.", 3);
        if (parts.length != 3 || !parts[0].equals("v1")) {
            throw new StoreException("A sealed " + table + "." + field + " is not in a form that this Keymesh knows.");
        }
        if (!parts[1].equals(keyId)) {
            throw new StoreException("The master key is not the one that " + table + "." + field + " was sealed with.");
        }
        byte[] both = Base64.getDecoder().decode(parts[2]);
        byte[] nonce = java.util.Arrays.copyOf(both, NONCE);
        byte[] ciphertext = java.util.Arrays.copyOfRange(both, NONCE, both.length);
        return new String(run(Cipher.DECRYPT_MODE, nonce, ciphertext, table, row, field), StandardCharsets.UTF_8);
    }

    /**
     * Refuses a master key that is not this database's; the first one becomes it.
     *
     * @throws StoreException with what to do
     */
    public void belongTo(Store store) {
        String sealed = word(store);
        if (sealed == null) {
            // Two nodes may start at once: the first one's is both's.
            store.maintain(tx -> tx.handle()
                    .execute(
                            "INSERT INTO master_key_check (id, sealed) VALUES (1, ?) ON CONFLICT DO NOTHING",
                            seal(WORD, "master_key_check", "1", "sealed")));
            sealed = java.util.Objects.requireNonNull(word(store));
        }
        try {
            open(sealed, "master_key_check", "1", "sealed");
        } catch (StoreException e) {
            throw new StoreException(
                    "The master key is not the one that this database was written with."
                            + " Put back the right master.key, or set KEYMESH_MASTER_KEY to it.",
                    e);
        }
    }

    private static @Nullable String word(Store store) {
        return store.read(h -> h.createQuery("SELECT sealed FROM master_key_check WHERE id = 1")
                .mapTo(String.class)
                .findOne()
                .orElse(null));
    }

    private byte[] run(int mode, byte[] nonce, byte[] text, String table, String row, String field) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(String.join("\n", table, row, field, keyId).getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new StoreException("A sealed " + table + "." + field + " does not open: it was changed or moved.", e);
        }
    }

    private static String id(SecretKey key) {
        return HexFormat.of().formatHex(Sha256.of(key.getEncoded()), 0, 4);
    }
}
