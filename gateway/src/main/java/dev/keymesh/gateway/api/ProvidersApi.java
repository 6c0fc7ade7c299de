package dev.keymesh.gateway.api;

import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.provider.Forbidden;
import dev.keymesh.gateway.provider.ModelSource;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.Providers;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.sdk.wire.NewProvider;
import dev.keymesh.sdk.wire.ProviderCredential;
import dev.keymesh.sdk.wire.ProviderTest;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Providers: {@code /api/v1/providers}; the credential goes in and never comes out. */
public final class ProvidersApi implements Resource {
    private static final String PATH = "/api/v1/providers";

    private static final Set<String> LATER = Set.of("gemini", "azure-openai", "bedrock", "vertex");

    private final Providers providers;
    private final ModelSource source;
    private final InstantSource clock;

    public ProvidersApi(Providers providers, ModelSource source, InstantSource clock) {
        this.providers = providers;
        this.source = source;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "providers.write", this::create).taking(Call.DRY_RUN),
                Route.of(
                                "GET",
                                PATH,
                                "providers.read",
                                call -> ApiResponse.ok(call.slice(
                                        providers.list(), Provider::createdAt, Provider::id, ProvidersApi::wire)))
                        .taking("limit", "cursor"),
                Route.of(
                        "GET",
                        PATH + "/*",
                        "providers.read",
                        call -> ApiResponse.tagged(wire(find(call)), find(call).updatedAt())),
                Route.of("PATCH", PATH + "/*", "providers.write", this::patch).taking(Call.DRY_RUN),
                Route.of("POST", PATH + "/*/test", "providers.write", this::test),
                Route.of("POST", PATH + "/*/rotate", "providers.write", this::rotate),
                Route.of("DELETE", PATH + "/*", "providers.write", call -> {
                    providers.delete(call.actor(), find(call));
                    return ApiResponse.noContent();
                }));
    }

    private ApiResponse create(Call call) {
        NewProvider wanted = call.body(NewProvider.class);
        if (wanted.credential() == null) {
            throw Rejection.invalid("/credential", "missing", "is missing", null);
        }
        Instant now = clock.instant();
        Provider made = checked(Ids.next("prv"), wanted, wanted.credential(), now, now);
        return ApiResponse.created(wire(call.isDry() ? made : providers.create(call.actor(), made)));
    }

    private ApiResponse patch(Call call) {
        if (call.isDry()) {
            return ApiResponse.ok(wire(patched(call, find(call))));
        }
        Provider after = providers.update(call.actor(), "{}", find(call).id(), before -> patched(call, before));
        return ApiResponse.tagged(wire(after), after.updatedAt());
    }

    private Provider patched(Call call, Provider before) {
        call.unchanged(before.updatedAt());
        NewProvider current = new NewProvider(
                before.name(), before.kind().wire(), before.baseUrl(), null, before.capField(), before.enabled());
        NewProvider wanted = Bodies.patch(call.request().body(), current, NewProvider.class);
        if (!before.kind().wire().equals(wanted.kind())) {
            throw Rejection.invalid("/kind", "immutable", "cannot be changed", null);
        }
        String credential = wanted.credential() == null ? before.credential() : wanted.credential();
        return checked(before.id(), wanted, credential, before.createdAt(), clock.instant());
    }

    /** Asks the provider for its models: that costs nothing and needs the credential. */
    private ApiResponse test(Call call) {
        call.bare();
        long start = System.nanoTime();
        ModelSource.Listing listing = source.models(find(call));
        long millis = (System.nanoTime() - start) / 1_000_000;
        return ApiResponse.ok(new ProviderTest(
                listing.ok(), listing.status() == 0 ? null : (Integer) listing.status(), listing.detail(), millis));
    }

    private ApiResponse rotate(Call call) {
        String credential = call.body(ProviderCredential.class).credential();
        Provider after = providers.update(
                call.actor(), "{\"rotated\":true}", find(call).id(), before -> rotated(before, credential));
        return ApiResponse.tagged(wire(after), after.updatedAt());
    }

    private Provider rotated(Provider before, @Nullable String credential) {
        NewProvider same = new NewProvider(
                before.name(), before.kind().wire(), before.baseUrl(), null, before.capField(), before.enabled());
        return checked(before.id(), same, credential, before.createdAt(), clock.instant());
    }

    private static Provider checked(
            String id, NewProvider wanted, @Nullable String credential, Instant created, Instant updated) {
        Checks.slug(wanted.name(), "/name");
        ProviderKind kind = kind(wanted.kind());
        if (credential == null || credential.length() < 4 || !credential.matches("[!-~]{4,4096}")) {
            throw Rejection.invalid(
                    "/credential", "invalid_credential", "must be 4 to 4096 printable characters", null);
        }
        String capField = wanted.capField();
        if (capField != null && !capField.equals("max_tokens") && !capField.equals("max_completion_tokens")) {
            throw Rejection.invalid("/capField", "invalid", "must be max_tokens or max_completion_tokens", null);
        }
        String hint = credential.length() < 12 ? "..." : "..." + credential.substring(credential.length() - 4);
        boolean enabled = wanted.enabled() == null || wanted.enabled();
        return new Provider(
                id,
                wanted.name(),
                kind,
                baseUrl(wanted.baseUrl(), kind),
                credential,
                hint,
                capField,
                enabled,
                created,
                updated);
    }

    private static ProviderKind kind(@Nullable String wire) {
        if (wire != null && LATER.contains(wire)) {
            throw Rejection.invalid("/kind", "not_built_yet", "'" + wire + "' is not served yet", null);
        }
        return ProviderKind.of(wire == null ? "" : wire)
                .filter(kind -> kind != ProviderKind.DEMO)
                .orElseThrow(() -> Rejection.invalid(
                        "/kind", "invalid_kind", "must be openai, anthropic or openai-compatible", null));
    }

    /** Kind openai ends in {@code /v1}, anthropic does not; metadata and link-local addresses never. */
    private static String baseUrl(@Nullable String given, ProviderKind kind) {
        String text = given != null
                ? given
                : switch (kind) {
                    case OPENAI -> "https://api.openai.com/v1";
                    case ANTHROPIC -> "https://api.anthropic.com";
                    default -> "";
                };
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw badUrl("is not a URL");
        }
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!web
                || url.getHost() == null
                || url.getUserInfo() != null
                || url.getQuery() != null
                || url.getFragment() != null) {
            throw badUrl("must be http(s)://host[:port][/path] without user, query and fragment");
        }
        if (text.endsWith("/") || text.contains("/../")) {
            throw badUrl("must not end in a slash or climb up");
        }
        if (kind == ProviderKind.OPENAI && !text.endsWith("/v1")) {
            throw badUrl("of kind openai ends in /v1");
        }
        if (kind == ProviderKind.ANTHROPIC && text.endsWith("/v1")) {
            throw badUrl("of kind anthropic does not end in /v1");
        }
        if (Forbidden.host(url.getHost())) {
            throw badUrl("must not be a link-local or metadata address");
        }
        return text;
    }

    private static Rejection badUrl(String detail) {
        return Rejection.invalid("/baseUrl", "invalid_url", detail, "For example https://api.openai.com/v1.");
    }

    private Provider find(Call call) {
        return providers.get(call.param(0)).orElseThrow(() -> Rejection.notFound("such provider"));
    }

    private static dev.keymesh.sdk.wire.Provider wire(Provider provider) {
        return new dev.keymesh.sdk.wire.Provider(
                provider.id(),
                provider.name(),
                provider.kind().wire(),
                provider.baseUrl(),
                provider.hint(),
                provider.capField(),
                provider.enabled(),
                provider.createdAt(),
                provider.updatedAt());
    }
}
