package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** The page of {@code cost --html}, of two recordings. */
@InBrowser
class CostPageTest {
    @TempDir private static Path folder;
    private static Path cost = Path.of("");

    @RegisterExtension final Tab tab = new Tab();

    @BeforeAll
    static void make() {
        cost = folder.resolve("cost.html");
        String fork = Command.ROOT.resolve("traces/full/fork.csv.gz").toString();
        String mt = Command.ROOT.resolve("traces/full/mt.csv.gz").toString();
        Command.run("cost", "--no-check", "--html", cost.toString(), fork, mt).exitsWith(0);
    }

    @Test
    void everyPlotIsDrawnWithShapesBesideColours() {
        Page page = tab.open(cost);
        int plots = page.locator(".chart").count();
        assertThat(plots).isEqualTo(2 + 2 * page.locator("section:has(.chart)").count());
        assertThat(page.locator("html").getAttribute("data-drawn")).isEqualTo(plots + "");
        assertThat(page.locator(".chart svg").count()).isEqualTo(plots);
        assertThat(page.content()).contains("<pattern", "stroke-dasharray");
    }

    @Test
    void everyPlotHasATextAndATableOfTheSame() {
        Page page = tab.open(cost);
        for (Locator figure : page.locator("figure").all()) {
            assertThat(figure.locator(".chart").getAttribute("role")).isEqualTo("img");
            assertThat(figure.locator(".chart").getAttribute("aria-label")).isNotBlank();
            figure.locator("summary").click();
            assertThat(figure.locator("tbody tr").first().isVisible()).isTrue();
        }
    }

    @Test
    void pointingAtABarTellsItsNumbers() {
        Page page = tab.open(cost);
        Locator chart = page.locator("[data-chart=bars]").first();
        chart.scrollIntoViewIfNeeded();
        var box = chart.boundingBox();
        page.mouse().move(box.x + box.width / 2, box.y + box.height / 2);
        Locator tip = chart.locator(".tip");
        tip.waitFor();
        assertThat(tip.innerText()).containsPattern("[0-9]+ calls flush; [0-9,]+ IPIs");
    }

    @Test
    void everyTableOpensByTheKeyboardAlone() {
        Page page = tab.open(cost);
        int summaries = page.locator("summary").count();
        for (int i = 0; i < summaries; i++) {
            while (!(boolean) page.evaluate("document.activeElement.tagName === 'SUMMARY'")) {
                page.keyboard().press("Tab");
            }
            assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                    .as("the focus is seen")
                    .isNotEqualTo("none");
            page.keyboard().press("Enter");
            page.keyboard().press("Tab");
        }
        assertThat(page.locator("details[open]").count()).isEqualTo(summaries);
    }

    @Test
    void axeFindsNothingToMend() {
        Page page = tab.open(cost);
        tab.inEachForm("cost-axe", form -> Axe.findsNothing(page));
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
        Axe.findsNothing(page);
    }

    @Test
    void nothingIsCutOrOverlaps() {
        Page page = tab.open(cost);
        tab.inEachForm("cost", form -> Layout.isTidy(page, form));
    }
}
