package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.site.Site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The site that is made of the documents. */
@InBrowser
class DocumentsTest {
    @TempDir private static Path folder;

    @RegisterExtension final Tab tab = new Tab();

    @BeforeAll
    static void make() throws IOException {
        Site.main(new String[] {Command.ROOT.toString(), folder.toString()});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "index",
                "tutorial",
                "policies/index",
                "policies/final",
                "claims/index",
                "museum/index",
                "universes",
                "scenarios/index",
                "performance",
                "xen-map"
            })
    void axeFindsNothingToMendOnAKindOfPage(String name) {
        Page page = tab.openIn(folder, name + ".html");
        for (Tab.Form form : List.of(Tab.Form.LIGHT, Tab.Form.DARK, Tab.Form.NARROW)) {
            form.apply(page);
            Axe.findsNothing(page);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"index", "tutorial"})
    void nothingIsCutOrOverlaps(String name) {
        Page page = tab.openIn(folder, name + ".html");
        tab.inEachForm("docs-" + name, form -> Layout.isTidy(page, form));
    }

    @Test
    void noPageIsWiderThanAPhone() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> pages = files.filter(DocumentsTest::isNoScenario).toList();
            assertThat(pages).hasSizeGreaterThan(80);
            tab.openIn(folder, "index.html");
            Tab.Form.NARROW.apply(tab.page());
            for (Path file : pages) {
                Page page = tab.openIn(folder, folder.relativize(file).toString());
                Layout.isTidy(page, Tab.Form.NARROW);
            }
        }
    }

    /** The pages of scenarios are alike. */
    private static boolean isNoScenario(Path file) {
        return file.toString().endsWith(".html") && !file.toString().endsWith(".scn.html");
    }

    @Test
    void searchIsReachedByOneKeyAndLeadsToThePlaceByKeysAlone() {
        Page page = tab.openIn(folder, "tutorial.html");
        page.keyboard().press("/");
        page.keyboard().type("linear-range");
        Locator results = page.locator(".results a");
        results.first().waitFor();
        assertThat(page.locator("#found").innerText()).containsPattern("[0-9]+ places?");
        Axe.findsNothing(page);
        page.keyboard().press("ArrowDown");
        String chosen = results.first().getAttribute("href").substring("./".length());
        page.keyboard().press("Enter");
        page.waitForCondition(() -> page.url().endsWith(chosen));
        assertThat(page.locator("main").innerText()).contains("linear-range");
    }

    @Test
    void whatIsSearchedForIsTextWhateverItIs() {
        Page page = tab.openIn(folder, "index.html");
        page.locator("#query").fill("<img src=x onerror=alert(1)> \u202e \"'");
        page.getByText("Nothing has all of these words.").waitFor();
        page.locator("#query").fill("x".repeat(10_000));
        page.getByText("Nothing has this word.").waitFor();
        page.locator("#query").fill("<script>");
        page.locator("#found").waitFor();
        assertThat(page.locator(".results script, .results img").count()).isZero();
    }

    @Test
    void firstKeyOffersToSkipTheNavigation() {
        Page page = tab.openIn(folder, "index.html");
        page.keyboard().press("Tab");
        assertThat(page.evaluate("document.activeElement.textContent"))
                .isEqualTo("Skip to the text");
        page.keyboard().press("Enter");
        assertThat(page.evaluate("document.activeElement.id")).isEqualTo("main");
    }
}
