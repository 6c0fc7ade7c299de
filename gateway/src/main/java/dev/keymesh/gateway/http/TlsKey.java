package dev.keymesh.gateway.http;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The key that new connections are greeted with; those that are open keep theirs. */
final class TlsKey extends X509ExtendedKeyManager {
    private volatile Pair current;

    TlsKey(Pem first) {
        current = new Pair("0", first, null);
    }

    Pem pem() {
        return current.pem;
    }

    void replace(Pem next) {
        Pair last = current;
        // A handshake that runs has chosen by name and asks once more: only the one before it is kept.
        current = new Pair(String.valueOf(Long.parseLong(last.alias) + 1), next, new Pair(last.alias, last.pem, null));
    }

    private record Pair(String alias, Pem pem, @Nullable Pair before) {}

    private @Nullable Pem named(String alias) {
        Pair now = current;
        if (now.alias.equals(alias)) {
            return now.pem;
        }
        return now.before != null && now.before.alias.equals(alias) ? now.before.pem : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
        Pair now = current;
        return now.pem.key().getAlgorithm().equals(type) ? now.alias : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Pem pem = named(alias);
        return pem == null ? null : pem.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Pem pem = named(alias);
        return pem == null ? null : pem.key();
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
