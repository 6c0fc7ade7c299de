package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.tenant.Account;
import dev.keymesh.gateway.tenant.Accounts;
import dev.keymesh.sdk.wire.Whoami;
import java.util.List;

/** Who calls: {@code /api/v1/whoami}; the SDK's {@code account().connect(key)}. */
public final class WhoamiApi implements Resource {
    private final Accounts accounts;

    public WhoamiApi(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.shared("GET", "/api/v1/whoami", "", this::whoami).narrowing());
    }

    private ApiResponse whoami(Call call) {
        Account account = accounts.account();
        // Limits are null: no plan is enforced yet, and self_hosted, which a new installation has, sets none.
        Whoami.Plan plan = new Whoami.Plan(account.plan(), null, null, null, null, null);
        return ApiResponse.ok(new Whoami(
                new Whoami.Account(account.id(), null),
                plan,
                credential(call.caller()),
                call.caller() instanceof Caller.Management key
                        ? key.permissions().stream().sorted().toList()
                        : List.of(),
                spaces(call.caller())));
    }

    private static Whoami.Credential credential(Caller caller) {
        return switch (caller) {
            case Caller.Management key ->
                new Whoami.Credential(
                        key.id(), "management_key", key.title(), key.hint(), key.permissionSet(), key.space(), null);
            case Caller.Virtual(var key) ->
                new Whoami.Credential(
                        key.id(), "virtual_key", key.title(), key.hint(), null, key.space(), key.workspace());
        };
    }

    private List<String> spaces(Caller caller) {
        return switch (caller) {
            case Caller.Management key -> key.space() == null ? accounts.spaces() : List.of(key.space());
            case Caller.Virtual(var key) -> List.of(key.space());
        };
    }
}
