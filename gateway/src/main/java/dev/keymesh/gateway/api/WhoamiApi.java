package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.sdk.wire.Whoami;
import java.util.List;

/** Who calls: {@code /api/v1/whoami}; the SDK's {@code account().connect(key)}. */
public final class WhoamiApi implements Resource {
    @Override
    public List<Route> routes() {
        return List.of(Route.shared("GET", "/api/v1/whoami", "", WhoamiApi::whoami));
    }

    private static ApiResponse whoami(Call call) {
        Whoami.Account account = new Whoami.Account("account", null);
        Whoami.Plan plan = new Whoami.Plan("self_hosted", null, null, null, null, null);
        return ApiResponse.ok(
                switch (call.caller()) {
                    case Caller.Management key ->
                        new Whoami(
                                account,
                                plan,
                                new Whoami.Credential(
                                        key.id(),
                                        "management_key",
                                        key.permissionSet(),
                                        null,
                                        key.permissionSet(),
                                        key.space(),
                                        null),
                                key.permissions().stream().sorted().toList(),
                                List.of(Workspaces.DEFAULT));
                    case Caller.Virtual virtual ->
                        new Whoami(
                                account,
                                plan,
                                new Whoami.Credential(
                                        virtual.key().id(),
                                        "virtual_key",
                                        virtual.key().title(),
                                        virtual.key().hint(),
                                        null,
                                        virtual.key().space(),
                                        virtual.key().workspace()),
                                List.of(),
                                List.of(virtual.key().space()));
                });
    }
}
