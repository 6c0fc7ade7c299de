package dev.keymesh.gateway.http;

import dev.keymesh.gateway.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server's certificates and its private key, as two PEM files hold them. */
record Pem(List<X509Certificate> chain, PrivateKey key) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    /**
     * Parses what was read.
     *
     * @throws StoreException that says which file is wrong, why, and what to do; never what is in it
     */
    static Pem of(Edge.Tls files, byte[] certificate, byte[] key) {
        List<X509Certificate> chain = chain(files.certificate(), certificate);
        PrivateKey secret = key(files.key(), key, chain.getFirst().getPublicKey());
        if (!belong(secret, chain.getFirst().getPublicKey())) {
            throw new StoreException("The TLS key " + files.key() + " does not belong to the first certificate in "
                    + files.certificate() + ". That must be the server's own, with those that signed it after it.");
        }
        return new Pem(chain, secret);
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new StoreException("The TLS file " + file + " is not there. Name the PEM files in tls.certificate and"
                    + " tls.key, or with --tls-cert and --tls-key.");
        } catch (IOException e) {
            throw new StoreException("The TLS file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> chain(Path file, byte[] bytes) {
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!chain.isEmpty()) {
                return chain;
            }
        } catch (CertificateException e) {
            // as one that holds none
        }
        throw new StoreException("The TLS certificate " + file
                + " holds no PEM certificate ('-----BEGIN CERTIFICATE-----')," + " or one that is broken.");
    }

    private static PrivateKey key(Path file, byte[] bytes, PublicKey of) {
        Matcher block = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw new StoreException("The TLS key " + file + " holds no PEM key ('-----BEGIN PRIVATE KEY-----').");
        }
        String kind = block.group(1);
        if (kind.startsWith("ENCRYPTED") || block.group(2).contains("Proc-Type")) {
            throw new StoreException("The TLS key " + file + " is encrypted. Decrypt it with 'openssl pkey -in ... -out"
                    + " ...' into a file that only its owner may read.");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            byte[] pkcs8 = kind.equals("PRIVATE KEY") ? der : wrapped(der, of);
            return KeyFactory.getInstance(of.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new StoreException("The TLS key " + file + " is broken, or is no key of the certificate's kind ("
                    + of.getAlgorithm() + ").");
        }
    }

    /** PKCS#8 around a key of an older form, which names its algorithm as the certificate does. */
    private static byte[] wrapped(byte[] older, PublicKey of) {
        ByteBuffer info = ByteBuffer.wrap(of.getEncoded());
        enter(info);
        ByteBuffer algorithm = info.duplicate();
        int length = enter(algorithm);
        byte[] named = new byte[algorithm.position() - info.position() + length];
        info.get(named);
        return der(SEQUENCE, VERSION_0, named, der(OCTETS, older));
    }

    /** Goes past the head of an element; the length of what is in it. */
    private static int enter(ByteBuffer at) {
        at.get();
        int first = at.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < first - 0x80; i++) {
            length = length << 8 | (at.get() & 0xff);
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer element = ByteBuffer.allocate(length + 5);
        element.put((byte) tag);
        if (length < 0x80) {
            element.put((byte) length);
        } else {
            element.put((byte) 0x83).put((byte) (length >> 16)).putShort((short) length);
        }
        for (byte[] part : parts) {
            element.put(part);
        }
        return java.util.Arrays.copyOf(element.array(), element.position());
    }

    private static boolean belong(PrivateKey key, PublicKey certified) {
        try {
            String algorithm = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
            };
            byte[] proof = "keymesh".getBytes(StandardCharsets.US_ASCII);
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(proof);
            byte[] signed = signing.sign();
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(certified);
            checking.update(proof);
            return checking.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The private key is in it. */
    @Override
    public String toString() {
        return "Pem[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
