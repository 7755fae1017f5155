package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;

import java.util.List;

/** What spoils a page for eyes: a line that runs out of it, labels that are cut or overlap. */
final class Layout {
    /** The page is no wider than its window; what is wide scrolls in a box of its own. */
    private static final String TOO_WIDE =
            """
            () => {
              const root = document.documentElement;
              if (root.scrollWidth <= root.clientWidth) return [];
              return [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
                .map(e => e.tagName + '.' + e.className + ' ends at ' + e.getBoundingClientRect().right)
                .concat(['page: ' + root.scrollWidth + ' in ' + root.clientWidth]).slice(-8);
            }
            """;

    /** Labels of a picture stand in it and apart from each other; a pixel or two is no matter. */
    private static final String LABELS =
            """
            () => [...document.querySelectorAll('svg')].flatMap((svg, i) => {
              const all = svg.getBoundingClientRect();
              const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim())
                .map(t => ({ text: t.textContent, at: t.getBoundingClientRect() }));
              const cut = texts.filter(t => t.at.left < all.left - 1 || t.at.right > all.right + 1
                  || t.at.top < all.top - 1 || t.at.bottom > all.bottom + 1)
                .map(t => 'picture ' + i + ': cut: ' + t.text);
              const over = texts.flatMap((a, n) => texts.slice(n + 1).filter(b =>
                  Math.min(a.at.right, b.at.right) - Math.max(a.at.left, b.at.left) > 2
                  && Math.min(a.at.bottom, b.at.bottom) - Math.max(a.at.top, b.at.top) > 4)
                .map(b => 'picture ' + i + ': overlap: ' + a.text + ' and ' + b.text));
              return cut.concat(over);
            })
            """;

    private Layout() {}

    static void isTidy(Page page, Tab.Form form) {
        assertThat((List<?>) page.evaluate(TOO_WIDE)).as("too wide, %s", form).isEmpty();
        assertThat((List<?>) page.evaluate(LABELS)).as("labels, %s", form).isEmpty();
    }
}
