package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.access.Chains;
import dev.keymesh.gateway.access.KeyIndex;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.tenant.Spaces;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Finds the virtual key that came with a call. */
public final class Authenticator {
    private static final Set<String> HEADERS = Set.of("x-api-key", "api-key", "x-goog-api-key");
    private static final String BEARER = "bearer ";

    private final KeyIndex keys;
    private final Chains chains;
    private final Spaces spaces;
    private final InstantSource clock;

    public Authenticator(KeyIndex keys, Chains chains, Spaces spaces, InstantSource clock) {
        this.keys = keys;
        this.chains = chains;
        this.spaces = spaces;
        this.clock = clock;
    }

    /** The key's chain, or why the call is refused. */
    Outcome authenticate(HttpFields headers) {
        String secret;
        try {
            secret = secret(headers);
        } catch (IllegalArgumentException e) {
            return new Outcome.No(Refusal.invalid(null, "Two different keys came with the request. Send one."));
        }
        if (secret == null) {
            return refused(
                    "invalid_api_key",
                    "No key came with the request. Send your virtual key as"
                            + " 'Authorization: Bearer km-...' or 'x-api-key: km-...'.");
        }
        return switch (keys.find(secret)) {
            case KeyIndex.Verdict.Known known -> usable(known.key(), clock.instant());
            case KeyIndex.Verdict.Malformed _ ->
                refused(
                        "invalid_api_key",
                        "The key is not a whole virtual key"
                                + " (km-...). Check that it was copied from its first to its last character.");
            case KeyIndex.Verdict.Unknown _ -> refused("invalid_api_key", "The key is not known here.");
        };
    }

    /** Whether the key was never here: another node may have issued it a moment ago. */
    boolean isUnheardOf(HttpFields headers) {
        try {
            String secret = secret(headers);
            return secret != null && keys.isUnheardOf(secret);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Why a key that was let in may not go on after all: it or its space was ended since. */
    @Nullable
    Refusal refusedSince(Chain chain) {
        VirtualKey now = keys.byId(chain.key().id());
        if (now == null || (now.equals(chain.key()) && !spaces.isDisabled(now.space()))) {
            return null;
        }
        return usable(now, clock.instant()) instanceof Outcome.No no ? no.refusal() : null;
    }

    private Outcome usable(VirtualKey key, Instant now) {
        if (key.status().equals(VirtualKey.REVOKED)) {
            return refused("key_revoked", "This key was revoked. Ask for a new one.");
        }
        if (key.status().equals(VirtualKey.DISABLED)) {
            return refused("key_disabled", "This key is disabled. Whoever issued it can enable it again.");
        }
        if (key.expired(now)) {
            return refused("key_expired", "This key expired on " + key.expiresAt() + ". Ask for a new one.");
        }
        if (spaces.isDisabled(key.space())) {
            return new Outcome.No(Refusal.spaceDisabled(key.space()));
        }
        if (!key.uses().contains("gateway")) {
            return new Outcome.No(Refusal.denied("key.use", null));
        }
        return new Outcome.Yes(chains.of(key));
    }

    private static Outcome refused(String code, String message) {
        return new Outcome.No(Refusal.unauthenticated(code, message));
    }

    /** The one credential, from whichever header carries it; an empty one is ignored. */
    public static @Nullable String secret(HttpFields headers) {
        String found = null;
        for (HttpField field : headers) {
            String value = credential(field);
            if (value == null || value.isEmpty()) {
                continue;
            }
            if (found != null && !found.equals(value)) {
                throw new IllegalArgumentException("two credentials");
            }
            found = value;
        }
        return found;
    }

    static boolean carriesCredential(HttpField field) {
        return field.getHeader() == HttpHeader.AUTHORIZATION || HEADERS.contains(field.getLowerCaseName());
    }

    private static @Nullable String credential(HttpField field) {
        String value = field.getValue();
        if (value == null) {
            return null;
        }
        if (field.getHeader() == HttpHeader.AUTHORIZATION) {
            return value.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? value.substring(BEARER.length()).strip()
                    : value.strip();
        }
        return HEADERS.contains(field.getLowerCaseName()) ? value.strip() : null;
    }

    /** Whether a call goes on. */
    sealed interface Outcome {
        record Yes(Chain chain) implements Outcome {}

        record No(Refusal refusal) implements Outcome {}
    }
}
