package dev.keymesh.gateway.http;

import dev.keymesh.gateway.store.StoreException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS from two PEM files, which are read again and compared as long as the server runs: a date of change may stay, as where
 * a link is turned to another folder. Loaded only where TLS is on.
 */
final class TlsFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final Duration SOON = Duration.ofDays(7);

    private final Edge.Tls files;
    private final InstantSource clock;
    private final TlsKey key;
    private final ScheduledExecutorService looking;
    /** What was looked at last, whether or not it could be used. */
    private byte[] certificateSeen;

    private byte[] keySeen;
    private String told = "";

    /**
     * Reads the files.
     *
     * @throws StoreException that says what is wrong with them
     */
    TlsFiles(Edge.Tls files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
        certificateSeen = Pem.read(files.certificate());
        keySeen = Pem.read(files.key());
        key = new TlsKey(Pem.of(files, certificateSeen, keySeen));
        warnOfItsEnd();
        looking = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().daemon().name("keymesh-tls").unstarted(task));
        long every = files.lookEvery().toMillis();
        var _ = looking.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
    }

    /** What speaks TLS before this protocol. */
    ConnectionFactory before(String protocol) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        factory.setSslContext(context());
        return new SslConnectionFactory(factory, protocol);
    }

    private SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {key}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no TLS.", e);
        }
    }

    /** Takes a new pair; a broken one changes nothing, and is told once. */
    private void look() {
        try {
            byte[] certificate = Pem.read(files.certificate());
            byte[] secret = Pem.read(files.key());
            if (!Arrays.equals(certificate, certificateSeen) || !Arrays.equals(secret, keySeen)) {
                certificateSeen = certificate;
                keySeen = secret;
                key.replace(Pem.of(files, certificate, secret));
                told = "";
                LOG.info("New connections get the new certificate of {}, until {}.", files.certificate(), end());
            }
            warnOfItsEnd();
        } catch (StoreException e) {
            tell(e.getMessage() + " Connections go on with the pair that was read before.");
        } catch (RuntimeException e) {
            LOG.error("The TLS files could not be looked at.", e);
        }
    }

    private void warnOfItsEnd() {
        X509Certificate certificate = key.pem().chain().getFirst();
        Instant now = clock.instant();
        if (now.isAfter(end())) {
            tell("The TLS certificate " + files.certificate() + " expired at " + end()
                    + ": clients refuse it. Put a new pair in its place; it is taken while this runs.");
        } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
            tell("The TLS certificate " + files.certificate() + " is good only from "
                    + certificate.getNotBefore().toInstant() + ": clients refuse it. Is this machine's clock right?");
        } else if (now.plus(SOON).isAfter(end())) {
            tell("The TLS certificate " + files.certificate() + " expires at " + end()
                    + ". Put a new pair in its place; it is taken while this runs.");
        }
    }

    private Instant end() {
        return key.pem().chain().getFirst().getNotAfter().toInstant();
    }

    private void tell(String what) {
        if (!told.equals(what)) {
            told = what;
            LOG.warn("{}", what);
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
