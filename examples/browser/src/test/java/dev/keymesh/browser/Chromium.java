package dev.keymesh.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The browser of {@code KEYMESH_CHROMIUM}, and what its pages did that no page of ours may do. */
final class Chromium implements AutoCloseable {
    private final Playwright playwright = Playwright.create();
    private final Browser browser = playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of(System.getenv("KEYMESH_CHROMIUM")))
                    // Root has no sandbox; what is opened is ours alone.
                    .setArgs(List.of("--no-sandbox")));
    private final List<String> faults = new ArrayList<>();

    /** A window of its own, signed in nowhere. */
    Page open(ColorScheme theme, boolean scripts) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(theme)
                // A colour on its way to another one is no colour of ours.
                .setReducedMotion(ReducedMotion.REDUCE)
                .setJavaScriptEnabled(scripts)
                .setPermissions(List.of("clipboard-read", "clipboard-write"))
                .setViewportSize(1280, 900));
        context.setDefaultTimeout(15_000);
        Page page = context.newPage();
        page.onDialog(dialog -> {
            faults.add("a dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onPageError(error -> faults.add("a script's error: " + error));
        page.onConsoleMessage(message -> {
            // A page that answers 4xx is said there too, which is no fault of a script.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                faults.add("on the console: " + message.text());
            }
        });
        page.onRequest(request -> {
            String host = URI.create(request.url()).getHost();
            if (!"127.0.0.1".equals(host) && !request.url().startsWith("data:")) {
                faults.add("fetched from elsewhere: " + request.url());
            }
        });
        return page;
    }

    /** No dialog, no error of a script, nothing that the Content-Security-Policy forbids, nothing fetched from elsewhere. */
    void behaved() {
        assertThat(faults).isEmpty();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
