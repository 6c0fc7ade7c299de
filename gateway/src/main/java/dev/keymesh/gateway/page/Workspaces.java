package dev.keymesh.gateway.page;

import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Patch;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.wire.CheckAnswer;
import dev.keymesh.sdk.wire.CheckRequest;
import dev.keymesh.sdk.wire.NewWorkspace;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.Space;
import dev.keymesh.sdk.wire.VirtualKey;
import dev.keymesh.sdk.wire.Workspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Workspaces: the list of a space's, the form that adds one, and the page of one with its policy. */
final class Workspaces implements Section {
    static final String PATH = "/ui/workspaces";
    private static final String ONE = PATH + "/*/*";
    private static final int EACH = 20;
    private static final int MOST_KEYS = 100;
    private static final Map<String, String> FIELDS = fields();

    private static Map<String, String> fields() {
        Map<String, String> fields = new HashMap<>(PolicyForm.FIELDS);
        fields.putAll(Map.of("/id", "id", "/title", "title", "/environment", "environment"));
        return fields;
    }

    @Override
    public Tab tab() {
        return new Tab(PATH, "Workspaces", "workspaces.read");
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.get(PATH, "workspaces.read", Workspaces::list),
                PageRoute.get(
                        PATH + "/new",
                        "workspaces.write",
                        visit -> visit.page("workspace-new", newView(visit, visit.query(), new Faults()))),
                PageRoute.post(PATH + "/new", "workspaces.write", Workspaces::create),
                PageRoute.get(ONE, "workspaces.read", Workspaces::show),
                PageRoute.post(ONE, "workspaces.write", Workspaces::save),
                PageRoute.post(ONE + "/check", "policy.evaluate", Workspaces::check));
    }

    static String link(String space, String workspace) {
        return PATH + "/" + WireRequest.segment(space) + "/" + WireRequest.segment(workspace);
    }

    private static PageResponse list(Visit visit) {
        List<String> spaces = visit.keymesh().account().whoami().spaces();
        String space = Spaces.chosen(visit.query(), spaces);
        Page<Workspace> found = visit.keymesh()
                .spaces()
                .workspaces()
                .in(space)
                .list(Query.all().limit(EACH).after(visit.query().given("cursor")));
        return visit.page(
                "workspaces",
                new ListView(
                        visit.frame("Workspaces"),
                        spaces,
                        space,
                        visit.may("spaces.read") ? visit.keymesh().spaces().get(space) : null,
                        found.data(),
                        Paging.of(visit, PATH, Map.of("space", space), found)));
    }

    private static NewView newView(Visit visit, Form form, Faults faults) {
        List<String> spaces = visit.keymesh().account().whoami().spaces();
        return new NewView(visit.frame("Add a workspace"), Spaces.chosen(form, spaces), form, faults);
    }

    private static PageResponse create(Visit visit) {
        Form form = visit.form();
        String space = newView(visit, form, new Faults()).space();
        NewWorkspace wanted =
                new NewWorkspace(form.text("id"), form.given("title"), form.given("environment"), null, null);
        try {
            visit.keymesh().spaces().workspaces().in(space).create(wanted);
        } catch (KeymeshException e) {
            return visit.again("workspace-new", newView(visit, form, Faults.of(e, FIELDS)));
        }
        return PageResponse.to(
                visit.may("workspaces.read")
                        ? link(space, wanted.id()) + "?done=workspace-added"
                        : "/?done=workspace-added");
    }

    private static PageResponse show(Visit visit) {
        Workspace workspace = found(visit);
        return visit.page("workspace", View.of(visit, workspace));
    }

    private static Workspace found(Visit visit) {
        return visit.keymesh().spaces().workspaces().in(visit.param(0)).get(visit.param(1));
    }

    private static PageResponse save(Visit visit) {
        Form form = visit.form();
        Faults faults = new Faults();
        Policy policy = PolicyForm.read(form, faults);
        if (faults.none()) {
            Patch patch = PolicyForm.patch(policy).set("title", form.text("title"));
            try {
                visit.keymeshUnchanged(form.text("version"))
                        .spaces()
                        .workspaces()
                        .in(visit.param(0))
                        .patch(visit.param(1), patch);
                String page = link(visit.param(0), visit.param(1));
                return PageResponse.to((visit.may("workspaces.read") ? page : "/") + "?done=workspace-saved");
            } catch (KeymeshException e) {
                faults = e.status() == 412
                        ? new Faults()
                                .add(
                                        null,
                                        "Somebody else has changed this workspace. Open its page again and change that.")
                        : Faults.of(e, FIELDS);
            }
        }
        return visit.again("workspace", View.of(visit, found(visit)).written(form, faults));
    }

    private static PageResponse check(Visit visit) {
        Form form = visit.form();
        View view = View.of(visit, found(visit));
        try {
            return visit.page(
                    "workspace",
                    view.asked(
                            form,
                            visit.keymesh()
                                    .spaces()
                                    .keys()
                                    .check(new CheckRequest(
                                            form.given("key"), form.given("model"), form.given("tool"), null)),
                            new Faults()));
        } catch (KeymeshException e) {
            Faults faults = Faults.of(e, Map.of("/key", "key", "/model", "model", "/tool", "tool"));
            return visit.again("workspace", view.asked(form, null, faults));
        }
    }

    /**
     * What the list shows.
     *
     * @param whole the space itself; null where it may not be read
     */
    record ListView(
            Frame frame,
            List<String> spaces,
            String space,
            @Nullable Space whole,
            List<Workspace> rows,
            Paging paging) {}

    /** What the form that adds one shows. */
    record NewView(Frame frame, String space, Form form, Faults faults) {}

    /**
     * What the page of a workspace shows.
     *
     * @param form what the fields of title and policy hold
     * @param keys that may be asked about; those of the workspace
     * @param asked what was asked; empty where nothing was
     * @param answer null where nothing was asked
     */
    record View(
            Frame frame,
            Workspace workspace,
            Form form,
            Faults faults,
            List<VirtualKey> keys,
            Form asked,
            @Nullable CheckAnswer answer,
            Faults askedFaults) {
        private static View of(Visit visit, Workspace workspace) {
            List<VirtualKey> keys = visit.may("policy.evaluate") && visit.may("keys.read")
                    ? visit.keymesh()
                            .spaces()
                            .keys()
                            .in(workspace.space())
                            .list(Query.all().where("workspace", workspace.id()).limit(MOST_KEYS))
                            .data()
                    : List.of();
            Form form = PolicyForm.of(workspace.title(), workspace.policy());
            return new View(
                    visit.frame(workspace.title()),
                    workspace,
                    form,
                    new Faults(),
                    keys,
                    Form.EMPTY,
                    null,
                    new Faults());
        }

        private View written(Form written, Faults wrong) {
            return new View(frame, workspace, written, wrong, keys, asked, answer, askedFaults);
        }

        private View asked(Form question, @Nullable CheckAnswer answered, Faults wrong) {
            return new View(frame, workspace, form, faults, keys, question, answered, wrong);
        }

        /** The policy line by line, for who may not change it. */
        List<KeyFacts.Fact> facts() {
            return KeyFacts.of(workspace.policy());
        }

        /** What must still hold for a change to be taken. */
        String version() {
            // What was opened first, also when the form is shown again.
            return form.given("version") == null
                    ? Long.toString(workspace.updatedAt().toEpochMilli())
                    : form.text("version");
        }
    }
}
