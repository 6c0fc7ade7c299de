package dev.keymesh.gateway;

import dev.keymesh.gateway.access.ManagementKeys;
import dev.keymesh.gateway.access.PermissionSets;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.provider.Providers;
import dev.keymesh.gateway.store.Event;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.gateway.tenant.Workspaces;
import java.util.function.Consumer;

/**
 * What each kind of act of another node changes in memory here: an act whose rows are kept in memory has its line.
 *
 * @param lowered told of a budget that may now be passed by what is held
 */
record Reloads(
        Spaces spaces,
        Workspaces workspaces,
        VirtualKeys keys,
        PermissionSets sets,
        ManagementKeys managementKeys,
        Providers providers,
        PriceRows prices,
        Limits limits,
        Consumer<Limit> lowered)
        implements Consumer<Event> {
    @Override
    public void accept(Event event) {
        switch (event.action()) {
            case "keys.create", "keys.update", "keys.revoke" -> {
                // A key may be issued with a budget: it is there before the key can be used.
                limits.reload(Scopes.key(event.target()));
                keys.reload(event.target());
            }
            case "workspaces.write" -> workspaces.reload();
            case "spaces.write" -> {
                workspaces.reload();
                spaces.reload();
            }
            case "credentials.write" -> {
                sets.reload();
                managementKeys.reload();
            }
            case "providers.write" -> providers.reload();
            case "prices.write" -> prices.reload();
            case "budgets.write" -> {
                limits.reload(event.target());
                limits.of(event.target()).forEach(lowered);
            }
            default -> {}
        }
    }
}
