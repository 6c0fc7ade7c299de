package dev.keymesh.gateway.page;

import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.wire.NewBudget;
import dev.keymesh.sdk.wire.VirtualKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done with a key on its page: switched off and on, revoked, given a budget. */
final class KeyActs implements Section {
    static final List<String> PERIODS = List.of("monthly", "weekly", "daily", "total");
    private static final String KEY = Keys.PATH + "/*";

    @Override
    public @Nullable Tab tab() {
        return null;
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.post(KEY + "/disable", "keys.update", visit -> {
                    visit.keymesh().spaces().keys().disable(visit.param(0));
                    return done(visit, "disabled");
                }),
                PageRoute.post(KEY + "/enable", "keys.update", visit -> {
                    visit.keymesh().spaces().keys().enable(visit.param(0));
                    return done(visit, "enabled");
                }),
                PageRoute.get(KEY + "/revoke", "keys.revoke", KeyActs::sure),
                PageRoute.post(KEY + "/revoke", "keys.revoke", visit -> {
                    visit.keymesh().spaces().keys().revoke(visit.param(0));
                    return done(visit, "revoked");
                }),
                PageRoute.post(KEY + "/budget", "budgets.write", KeyActs::set),
                PageRoute.post(KEY + "/budget/clear", "budgets.write", KeyActs::clear));
    }

    private static PageResponse done(Visit visit, String what) {
        // Whoever may change keys and not read them has no page of the key to go back to.
        return PageResponse.to(visit.may("keys.read") ? Links.key(visit.param(0)) + "?done=" + what : "/?done=" + what);
    }

    private static PageResponse sure(Visit visit) {
        VirtualKey key = visit.keymesh().spaces().keys().get(visit.param(0));
        return visit.page("revoke", new SureView(visit.frame("Revoke " + key.title()), key));
    }

    private static PageResponse set(Visit visit) {
        Form form = visit.form();
        String id = visit.param(0);
        try {
            visit.keymesh().budgets().put(NewBudget.usd("key:" + id, form.text("period"), form.text("amount")));
        } catch (KeymeshException e) {
            return Keys.page(visit, id, Faults.of(e, Map.of("/amount", "amount", "/period", "period")));
        }
        return done(visit, "budget-set");
    }

    private static PageResponse clear(Visit visit) {
        visit.keymesh().budgets().delete(Budgets.named(visit.form(), "key:" + visit.param(0)));
        return done(visit, "budget-cleared");
    }

    /** What is asked before a key is revoked. */
    record SureView(Frame frame, VirtualKey key) {}
}
