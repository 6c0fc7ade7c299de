package dev.keymesh.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

/** How somebody works with a page. */
enum Hand {
    MOUSE {
        @Override
        void press(Page page, Locator what) {
            what.click();
        }

        @Override
        void write(Page page, Locator field, String text) {
            field.click();
            field.fill(text);
        }

        @Override
        void choose(Page page, Locator list, String option) {
            list.selectOption(option);
        }
    },

    /** Tab, letters, Enter: no position is ever pointed at. */
    KEYBOARD {
        @Override
        void press(Page page, Locator what) {
            reach(page, what);
            page.keyboard().press("Enter");
        }

        @Override
        void write(Page page, Locator field, String text) {
            reach(page, field);
            page.keyboard().press("Control+A");
            page.keyboard().type(text);
        }

        @Override
        void choose(Page page, Locator list, String option) {
            reach(page, list);
            page.keyboard().type(option);
        }
    };

    private static final int MOST_TABS = 300;

    /** What has the focus without an outline; a date shows it at its parts, which a page cannot ask. */
    private static final String UNSEEN = """
            () => {
              const it = document.activeElement;
              const seen = it === document.body || it.type === 'date' || getComputedStyle(it).outlineStyle !== 'none';
              return seen ? null : it.outerHTML;
            }""";

    abstract void press(Page page, Locator what);

    abstract void write(Page page, Locator field, String text);

    abstract void choose(Page page, Locator list, String option);

    private static void reach(Page page, Locator what) {
        what.waitFor();
        for (int i = 0; i < MOST_TABS; i++) {
            if ((Boolean) what.evaluate("element => element === document.activeElement")) {
                return;
            }
            page.keyboard().press("Tab");
            assertThat(page.evaluate(UNSEEN))
                    .as("what has the focus and does not show it")
                    .isNull();
        }
        throw new AssertionError("Tab does not reach " + what);
    }
}
