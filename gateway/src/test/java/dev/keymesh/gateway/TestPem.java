package dev.keymesh.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A self-signed certificate for localhost and its key, made by the JDK's own tool.
 *
 * @param certificate as PEM
 * @param key PKCS#8, not yet PEM
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TestPem(String certificate, byte[] key) {
    /** One of {@code EC} or {@code RSA}; more options go to keytool. */
    public static TestPem of(Path folder, String algorithm, String name, String... more) throws Exception {
        Path store = folder.resolve(name + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "not-secret",
                "-keystore",
                store.toString()));
        command.addAll(Arrays.asList(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(printed);
        }
        KeyStore made = KeyStore.getInstance(store.toFile(), "not-secret".toCharArray());
        return new TestPem(
                pem("CERTIFICATE", made.getCertificate("it").getEncoded()),
                made.getKey("it", "not-secret".toCharArray()).getEncoded());
    }

    public static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n";
    }

    /** The key alone, as PKCS#1 and SEC 1 write it: the octets after the version and the algorithm of PKCS#8. */
    public byte[] older() {
        int version = content(0);
        int algorithm = version + 3;
        int octets = content(algorithm) + (key[algorithm + 1] & 0xff);
        return Arrays.copyOfRange(key, content(octets), key.length);
    }

    /** Where the content of an element begins. */
    private int content(int at) {
        int length = key[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length - 0x80);
    }

    public void write(Path certificateFile, Path keyFile) throws IOException {
        Files.writeString(certificateFile, certificate);
        Files.writeString(keyFile, pem("PRIVATE KEY", key));
    }
}
