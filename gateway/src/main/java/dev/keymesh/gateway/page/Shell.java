package dev.keymesh.gateway.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What pages are made with: the templates, the assets, the navigation. */
final class Shell {
    private final Templates templates = new Templates();
    private final Assets assets = new Assets();
    private final List<Section.Tab> tabs;

    Shell(List<Section.Tab> tabs) {
        this.tabs = tabs;
    }

    Assets assets() {
        return assets;
    }

    /**
     * The frame of a page.
     *
     * @param path of the page; the tab with the longest path that it begins with is its own
     */
    Frame frame(String title, String path, @Nullable Session session, @Nullable String notice) {
        List<Section.Tab> seen = session == null
                ? List.of()
                : tabs.stream().filter(tab -> tab.isFor(session)).toList();
        String current = "";
        for (Section.Tab tab : seen) {
            boolean inside = path.equals(tab.path()) || path.startsWith(tab.path() + "/");
            current = inside && tab.path().length() > current.length() ? tab.path() : current;
        }
        return new Frame(title, seen, current, session, notice, assets);
    }

    PageResponse page(int status, String template, Object view) {
        return PageResponse.html(status, templates.render(template, view));
    }

    /** A page that says why there is none. */
    PageResponse failure(Refused refused, String path, @Nullable Session session) {
        String text = String.valueOf(refused.getMessage());
        return page(
                refused.status, "failure", new Failure(frame(refused.title, path, session, null), refused.title, text));
    }

    /** What a page that says why there is none shows. */
    record Failure(Frame frame, String title, String text) {}
}
