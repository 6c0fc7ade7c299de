package dev.keymesh.gateway.page;

import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Patch;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.wire.NewProvider;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Provider;
import dev.keymesh.sdk.wire.ProviderTest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Providers: the list, the form that adds one, and the page of one. A credential goes in and is never shown. */
final class Providers implements Section {
    static final String PATH = "/ui/providers";
    static final List<String> KINDS = List.of("openai", "anthropic", "openai-compatible");
    private static final String ONE = PATH + "/*";
    private static final int EACH = 20;
    private static final Map<String, String> FIELDS =
            Map.of("/name", "name", "/kind", "kind", "/baseUrl", "baseUrl", "/credential", "credential");

    @Override
    public Tab tab() {
        return Tab.ofAccount(PATH, "Providers", "providers.read");
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.get(PATH, "providers.read", Providers::list),
                PageRoute.get(
                        PATH + "/new",
                        "providers.write",
                        visit -> visit.page("provider-new", newView(visit, Form.EMPTY, new Faults()))),
                PageRoute.post(PATH + "/new", "providers.write", Providers::create),
                PageRoute.get(ONE, "providers.read", visit -> visit.page("provider", view(visit, null, new Faults()))),
                PageRoute.post(ONE + "/test", "providers.write", Providers::test),
                PageRoute.post(ONE + "/enable", "providers.write", visit -> switched(visit, true)),
                PageRoute.post(ONE + "/disable", "providers.write", visit -> switched(visit, false)),
                PageRoute.post(ONE + "/rotate", "providers.write", Providers::rotate));
    }

    static String link(String id) {
        return PATH + "/" + WireRequest.segment(id);
    }

    private static PageResponse list(Visit visit) {
        Page<Provider> found = visit.keymesh()
                .providers()
                .list(Query.all().limit(EACH).after(visit.query().given("cursor")));
        return visit.page(
                "providers",
                new ListView(visit.frame("Providers"), found.data(), Paging.of(visit, PATH, Map.of(), found)));
    }

    private static NewView newView(Visit visit, Form form, Faults faults) {
        return new NewView(visit.frame("Add a provider"), form, faults);
    }

    private static PageResponse create(Visit visit) {
        Form form = visit.form();
        NewProvider wanted =
                NewProvider.of(form.text("name"), form.text("kind"), form.given("baseUrl"), form.given("credential"));
        Provider added;
        try {
            added = visit.keymesh().providers().create(wanted);
        } catch (KeymeshException e) {
            return visit.again("provider-new", newView(visit, form, Faults.of(e, FIELDS)));
        }
        return done(visit, added.id(), "added");
    }

    private static PageResponse done(Visit visit, String id, String what) {
        return PageResponse.to((visit.may("providers.read") ? link(id) : "/") + "?done=provider-" + what);
    }

    private static PageResponse switched(Visit visit, boolean on) {
        visit.keymesh().providers().patch(visit.param(0), Patch.none().set("enabled", on));
        return done(visit, visit.param(0), on ? "enabled" : "disabled");
    }

    private static PageResponse test(Visit visit) {
        ProviderTest found = visit.keymesh().providers().test(visit.param(0));
        return visit.page("provider", view(visit, found, new Faults()));
    }

    private static PageResponse rotate(Visit visit) {
        String id = visit.param(0);
        try {
            visit.keymesh().providers().rotate(id, visit.form().text("credential"));
        } catch (KeymeshException e) {
            return visit.again("provider", view(visit, null, Faults.of(e, FIELDS)));
        }
        return done(visit, id, "rotated");
    }

    private static View view(Visit visit, @Nullable ProviderTest test, Faults faults) {
        Provider provider = visit.keymesh().providers().get(visit.param(0));
        return new View(visit.frame(provider.name()), provider, test, faults);
    }

    /** What the list shows. */
    record ListView(Frame frame, List<Provider> rows, Paging paging) {}

    /** What the form that adds one shows; what was written as its credential is not shown again. */
    record NewView(Frame frame, Form form, Faults faults) {}

    /**
     * What the page of one shows.
     *
     * @param test what it just answered; null where it was not asked
     */
    record View(Frame frame, Provider provider, @Nullable ProviderTest test, Faults faults) {}
}
