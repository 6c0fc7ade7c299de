package dev.keymesh.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every page that links lead to, with markup in all that users typed: WCAG 2.2 AA, wide and narrow, light and dark. */
final class EveryPageTest {
    private static final List<String> WCAG = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    private static final int WIDE = 1280;
    private static final int NARROW = 360;
    private static final int HEIGHT = 900;

    /** Of pages that differ by an id or a query alone, as many. */
    private static final int ALIKE = 2;

    /** What users type, as JSON: markup, a script, an attribute's end, and a word that no line can break. */
    private static final String TYPED = "\\\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}${7*7}"
            + "aWordThatIsSoLongThatNoLineOfANarrowScreenCanHoldItWithoutBreakingItSomewhere";

    /** Charts take their new width with the next frame. */
    private static final String DRAWN_WIDTH =
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame("
                    + "() => done(document.scrollingElement.scrollWidth))))";

    @TempDir
    Path folder;

    private Dashboard keymesh;
    private Chromium chromium;
    private final List<String> faults = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        keymesh = new Dashboard(folder);
        chromium = new Chromium();
    }

    @AfterEach
    void stop() {
        chromium.close();
        keymesh.close();
    }

    @Test
    void axeFindsNothingAndNothingRunsOrSpillsOver() {
        fill();
        Page page = chromium.open(ColorScheme.LIGHT, true);
        look(page, "/sign-in");
        page.getByLabel("Management key").fill("kma-wrong");
        page.getByLabel("Management key").press("Enter");
        page.getByRole(AriaRole.ALERT).waitFor();
        examine(page, "sign-in refused");
        page.getByLabel("Management key").fill(keymesh.rootKey());
        page.getByLabel("Management key").press("Enter");
        page.getByText("Overview").first().waitFor();
        Map<String, Integer> seen = crawl(page);
        assertThat(seen.keySet())
                .contains(
                        "/",
                        "/ui/keys",
                        "/ui/keys/new",
                        "/ui/keys/*",
                        "/ui/keys/*/revoke",
                        "/ui/workspaces",
                        "/ui/workspaces/new",
                        "/ui/workspaces/*/*",
                        "/ui/spaces/*/stop",
                        "/ui/budgets",
                        "/ui/providers",
                        "/ui/providers/new",
                        "/ui/providers/*",
                        "/ui/prices",
                        "/ui/requests",
                        "/ui/requests/live",
                        "/ui/requests/*",
                        "/ui/events");
        refusedForms(page);
        look(page, "/ui/nothing");
        assertThat(faults).isEmpty();
        chromium.behaved();
    }

    private void fill() {
        keymesh.admin("POST", "/api/v1/spaces/default/workspaces", "{\"id\":\"team\",\"title\":\"" + TYPED + "\"}");
        String key = keymesh.admin(
                "POST",
                "/api/v1/spaces/default/keys",
                "{\"title\":\"" + TYPED + "\",\"workspace\":\"team\",\"owner\":\"" + TYPED + "\",\"tags\":[\""
                        + TYPED.substring(0, 60) + "\"],\"externalId\":\"" + TYPED
                        + "\",\"budget\":{\"amount\":\"0.01\",\"currency\":\"USD\",\"period\":\"daily\"}}");
        String secret = key.replaceFirst("(?s).*\"secret\":\"([^\"]+)\".*", "$1");
        assertThat(keymesh.call(secret, "demo-small")).isEqualTo(200);
        assertThat(keymesh.call(secret, "<script>alert(3)</script>")).isBetween(400, 404);
        assertThat(keymesh.call(keymesh.firstKey(), "demo-small")).isEqualTo(200);
        keymesh.admin(
                "PUT",
                "/api/v1/prices",
                "{\"provider\":\"demo\",\"model\":\"<img src=x onerror=alert(4)>\",\"inputPerMillion\":\"1\",\"outputPerMillion\":\"2\"}");
        // With it the built-in models end.
        keymesh.admin(
                "POST",
                "/api/v1/providers",
                "{\"name\":\"vendor\",\"kind\":\"openai-compatible\",\"baseUrl\":\"http://127.0.0.1:9/v1\",\"credential\":\"none\"}");
    }

    /** Looks at every page that a link leads to; how many of each kind there were. */
    private Map<String, Integer> crawl(Page page) {
        Map<String, Integer> seen = new TreeMap<>();
        Deque<String> next = new ArrayDeque<>(List.of("/"));
        while (!next.isEmpty()) {
            String path = next.remove();
            if (seen.merge(kind(path), 1, Integer::sum) > ALIKE) {
                continue;
            }
            look(page, path);
            for (Object link : (List<?>) page.evaluate(
                    "() => [...document.querySelectorAll('a[href^=\"/\"]')].map(link => link.getAttribute('href'))")) {
                if (!next.contains(link)) {
                    next.add((String) link);
                }
            }
        }
        return seen;
    }

    private static String kind(String path) {
        return path.replaceFirst("[?#].*", "")
                .replaceFirst("^/ui/(keys|providers|spaces|requests)/(?!new$|live$)[^/]+", "/ui/$1/*")
                .replaceFirst("^/ui/workspaces/(?!new$)[^/]+/[^/]+", "/ui/workspaces/*/*");
    }

    private void look(Page page, String path) {
        Response answer = page.navigate(keymesh.address() + path);
        boolean there = !path.equals("/ui/nothing");
        assertThat(answer.status()).as(path).isEqualTo(there ? 200 : 404);
        examine(page, path);
    }

    private void refusedForms(Page page) {
        for (String path :
                List.of("/ui/keys/new", "/ui/workspaces/new", "/ui/providers/new", "/ui/budgets", "/ui/prices")) {
            page.navigate(keymesh.address() + path);
            page.evaluate("""
                    () => {
                      const form = document.querySelector('form.stack');
                      for (const input of form.querySelectorAll('input:not([type=hidden]):not([type=date]), textarea')) {
                        input.value = '<b>"no"</b>';
                      }
                      form.submit();
                    }""");
            page.locator(".fault, .faults").first().waitFor();
            examine(page, path + " refused");
        }
    }

    private void examine(Page page, String name) {
        for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(
                    new Page.EmulateMediaOptions().setMedia(Media.SCREEN).setColorScheme(theme));
            for (int width : List.of(WIDE, NARROW)) {
                page.setViewportSize(width, HEIGHT);
                String as = name + " " + theme + " " + width;
                int spilled = (Integer) page.evaluate(DRAWN_WIDTH);
                if (spilled > width) {
                    faults.add(as + ": it is " + spilled + " wide");
                }
                for (Rule rule : new AxeBuilder(page)
                        .setLegacyMode(true)
                        .withTags(WCAG)
                        .analyze()
                        .getViolations()) {
                    faults.add(as + ": " + rule.getId() + " (" + rule.getImpact() + ") "
                            + rule.getNodes().getFirst().getHtml());
                }
            }
        }
        page.setViewportSize(WIDE, HEIGHT);
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(Path.of("target", "screenshots", "page" + name.replaceAll("[^A-Za-z0-9]+", "-") + ".png")));
    }
}
