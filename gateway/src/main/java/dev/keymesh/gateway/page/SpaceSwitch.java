package dev.keymesh.gateway.page;

import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.wire.Space;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The switch that stops a space, after a question, and lets it go on. */
final class SpaceSwitch implements Section {
    private static final String ONE = "/ui/spaces/*";

    @Override
    public @Nullable Tab tab() {
        return null;
    }

    @Override
    public List<PageRoute> routes() {
        return List.of(
                PageRoute.get(ONE + "/stop", "spaces.write", SpaceSwitch::sure),
                PageRoute.post(ONE + "/stop", "spaces.write", visit -> {
                    visit.keymesh().spaces().disable(visit.param(0));
                    return done(visit, "stopped");
                }),
                PageRoute.post(ONE + "/start", "spaces.write", visit -> {
                    visit.keymesh().spaces().enable(visit.param(0));
                    return done(visit, "started");
                }));
    }

    private static PageResponse sure(Visit visit) {
        Space space = visit.keymesh().spaces().get(visit.param(0));
        return visit.page("stop", new SureView(visit.frame("Stop space " + space.id()), space));
    }

    private static PageResponse done(Visit visit, String what) {
        return PageResponse.to(
                (visit.may("workspaces.read") ? back(visit.param(0)) + "&" : "/?") + "done=space-" + what);
    }

    /** The page that shows the space. */
    static String back(String space) {
        return Workspaces.PATH + "?space=" + WireRequest.segment(space);
    }

    /** What is asked before a space is stopped. */
    record SureView(Frame frame, Space space) {}
}
