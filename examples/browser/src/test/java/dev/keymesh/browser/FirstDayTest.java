package dev.keymesh.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The seven jobs of a first day, each done in the dashboard as a person does it. */
final class FirstDayTest {
    private static final int MOST_CALLS = 50;

    @TempDir
    Path folder;

    private Dashboard keymesh;
    /** What stands for a vendor: the built-in models of another gateway. */
    private Dashboard vendor;

    private Chromium chromium;

    @BeforeEach
    void start() throws IOException {
        keymesh = new Dashboard(folder.resolve("keymesh"));
        vendor = new Dashboard(folder.resolve("vendor"));
        chromium = new Chromium();
    }

    @AfterEach
    void stop() {
        chromium.close();
        keymesh.close();
        vendor.close();
    }

    @ParameterizedTest
    @CsvSource({"MOUSE,LIGHT,true", "MOUSE,DARK,true", "KEYBOARD,LIGHT,true", "KEYBOARD,DARK,true", "MOUSE,LIGHT,false"
    })
    void theSevenJobsAreDoneInTheDashboardAlone(Hand hand, ColorScheme theme, boolean scripts) {
        Day day = new Day(
                chromium.open(theme, scripts),
                hand,
                (hand + "-" + theme + (scripts ? "" : "-noscript")).toLowerCase(Locale.ROOT));
        day.signIn();
        day.addAProvider();
        String secret = day.issueAKey(scripts);
        day.seeACallArrive(secret, scripts);
        day.setABudget();
        day.watchItEnd(secret);
        day.readWhoSpentWhat(scripts);
        day.revoke();
        assertThat(keymesh.call(secret, "demo-small")).isEqualTo(401);
        chromium.behaved();
    }

    /** One person before one window. */
    private final class Day {
        private final Page page;
        private final Hand hand;
        private final String name;
        private int pictures;

        Day(Page page, Hand hand, String name) {
            this.page = page;
            this.hand = hand;
            this.name = name;
        }

        void signIn() {
            page.navigate(keymesh.address());
            write("Management key", keymesh.rootKey());
            button("Sign in");
            heading("Overview");
            picture("signed-in");
        }

        void addAProvider() {
            link("Providers");
            link("Add a provider");
            write("Name", "vendor");
            hand.choose(page, page.getByLabel("Kind"), "openai-compatible");
            write("Address", vendor.address() + "/v1");
            write("Credential", vendor.firstKey());
            button("Add the provider");
            button("Test");
            assertThat(page.getByText("It answers")).isVisible();
            picture("provider");
            link("Prices");
            write("provider", page.locator("form.stack [name=provider]"), "vendor");
            write("model", page.locator("form.stack [name=model]"), "demo-small");
            write("Input", page.getByLabel("Input", exact()), "1");
            write("Output", page.getByLabel("Output", exact()), "2");
            button("Set the price");
            assertThat(page.getByRole(AriaRole.TABLE)).containsText("demo-small");
            picture("price");
        }

        String issueAKey(boolean scripts) {
            link("Keys");
            link("Issue a key");
            write("Title", "first day");
            write("Owner", "ada@example.com");
            button("Issue the key");
            String secret = page.getByLabel("The key").inputValue();
            assertThat(secret).startsWith("km-");
            if (scripts) {
                button("Copy");
                assertThat(named(page, "Copied")).isVisible();
                assertThat(page.evaluate("() => navigator.clipboard.readText()"))
                        .isEqualTo(secret);
            }
            picture("issued");
            link("I have copied it");
            heading("first day");
            assertThat(page.content()).doesNotContain(secret);
            return secret;
        }

        void seeACallArrive(String secret, boolean scripts) {
            link("Requests");
            if (scripts) {
                link("Watch them live");
                assertThat(page.getByText("Live. Each call")).isVisible();
            }
            assertThat(keymesh.call(secret, "demo-small")).isEqualTo(200);
            if (!scripts) {
                page.reload();
            }
            Locator row = page.locator("table tbody tr").first();
            assertThat(row).containsText("demo-small");
            assertThat(row).containsText("completed");
            picture("call");
        }

        void setABudget() {
            key();
            write("US dollars", "0.002");
            button("Set budget");
            assertThat(page.getByRole(AriaRole.PROGRESSBAR)).isVisible();
            picture("budget");
        }

        void watchItEnd(String secret) {
            int status = 200;
            for (int i = 0; i < MOST_CALLS && status == 200; i++) {
                status = keymesh.call(secret, "demo-small");
            }
            assertThat(status).isEqualTo(429);
            link("Requests");
            Locator row = page.locator("table tbody tr").first();
            assertThat(row).containsText("refused");
            assertThat(row).containsText("keymesh_budget_exceeded");
            key();
            assertThat(page.getByRole(AriaRole.PROGRESSBAR)).hasClass(Pattern.compile("bar (near|full)"));
            picture("budget-ended");
        }

        void readWhoSpentWhat(boolean scripts) {
            link("Overview");
            assertThat(page.getByText("ada@example.com")).isVisible();
            assertThat(page.getByText("first day").first()).isVisible();
            if (scripts) {
                assertThat(page.locator("[data-plot] canvas").first()).isVisible();
            }
            picture("overview");
        }

        void revoke() {
            key();
            link("Revoke");
            picture("revoke");
            button("Revoke for good");
            assertThat(page.getByText("revoked").first()).isVisible();
            picture("revoked");
        }

        private void key() {
            link("Keys");
            link("first day");
            heading("first day");
        }

        private void write(String label, String text) {
            write(label, page.getByLabel(label, exact()), text);
        }

        private void write(String label, Locator field, String text) {
            hand.write(page, field.describe(label), text);
        }

        private void button(String label) {
            hand.press(page, named(page, label));
        }

        private void link(String label) {
            hand.press(
                    page,
                    page.getByRole(
                                    AriaRole.LINK,
                                    new Page.GetByRoleOptions().setName(label).setExact(true))
                            .first());
        }

        private void heading(String text) {
            assertThat(page.getByRole(
                            AriaRole.HEADING,
                            new Page.GetByRoleOptions().setName(text).setLevel(1)))
                    .isVisible();
        }

        private void picture(String what) {
            pictures++;
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of("target", "screenshots", "%s-%02d-%s.png".formatted(name, pictures, what))));
        }
    }

    private static Locator named(Page page, String label) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(label).setExact(true));
    }

    private static Page.GetByLabelOptions exact() {
        return new Page.GetByLabelOptions().setExact(true);
    }
}
