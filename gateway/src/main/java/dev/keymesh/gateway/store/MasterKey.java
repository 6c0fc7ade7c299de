package dev.keymesh.gateway.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/** The 32 bytes that all other keys of an installation are derived from (HKDF-SHA-256, RFC 5869). */
public final class MasterKey {
    private static final int LENGTH = 32;

    private final byte[] bytes;

    private MasterKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** From base64 of 32 bytes, as in {@code KEYMESH_MASTER_KEY}. */
    public static MasterKey parse(String base64, String source) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new StoreException(
                    "The master key in " + source + " is not base64; it must be base64 of 32 random bytes.");
        }
        if (bytes.length != LENGTH) {
            throw new StoreException("The master key in " + source + " has " + bytes.length
                    + " bytes; it must be base64 of 32 random bytes.");
        }
        return new MasterKey(bytes);
    }

    /**
     * From a file that only its owner may read.
     *
     * @param create make one when there is none: on the first start only
     */
    public static MasterKey file(Path file, boolean create) {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                if (!create) {
                    throw new StoreException("The master key is missing: " + file.getFileName()
                            + " is not in the data folder, and KEYMESH_MASTER_KEY is not set. Without it the provider"
                            + " credentials cannot be read. Put back the file that belongs to this database.");
                }
                byte[] bytes = new byte[LENGTH];
                new SecureRandom().nextBytes(bytes);
                PrivateFile.write(file, Base64.getEncoder().encodeToString(bytes));
            }
            refuseOpen(file);
            return parse(
                    Files.readString(file, StandardCharsets.US_ASCII),
                    file.getFileName().toString());
        } catch (IOException e) {
            throw new StoreException("The master key file cannot be read: " + e.getMessage(), e);
        }
    }

    private static void refuseOpen(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.GROUP_READ)) {
            throw new StoreException(
                    "The master key file can be read by others: chmod 600 " + file.getFileName() + ".");
        }
    }

    /** A key of its own for each purpose. */
    public SecretKey derive(String purpose, String algorithm) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            algorithm,
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(bytes)
                                    .thenExpand(("keymesh/v1/" + purpose).getBytes(StandardCharsets.UTF_8), LENGTH));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no HKDF-SHA256.", e);
        }
    }

    @Override
    public String toString() {
        return "MasterKey[redacted]";
    }
}
