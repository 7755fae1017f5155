package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** The pages of {@code check --html}: the table, and the stories that it leads to. */
@InBrowser
class TablePageTest {
    @TempDir private static Path temporary;
    private static Path folder = Path.of("");

    @RegisterExtension final Tab tab = new Tab();

    @BeforeAll
    static void make() {
        folder = temporary.resolve("table");
        Command check =
                Command.run(
                        "check",
                        "sync-guest",
                        "final",
                        "--universe",
                        "u1-linear-uvm",
                        "--universe",
                        "u2-xpti-boot",
                        "--html",
                        folder.toString());
        assertThat(check.out()).contains("sync-guest");
    }

    private Page open(String place) {
        return tab.openIn(folder, "index.html" + place);
    }

    private static int shown(Page page) {
        return page.locator("table.rows tbody tr:visible").count();
    }

    @Test
    void brokenCellsAreShownFirstAndAllOnRequest() {
        Page page = open("");
        assertThat(shown(page)).isOne();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show all")).click();
        page.locator("select[name=verdict]").selectOption("all");
        assertThat(shown(page)).isEqualTo(4);
        page.locator("select[name=policy]").selectOption("final");
        assertThat(shown(page)).isEqualTo(2);
        assertThat(page.locator("#count").innerText()).contains("2 of 4");
    }

    @Test
    void textThatIsSoughtIsTextWhateverItIs() {
        Page page = open("");
        page.locator("input[name=text]").fill("<img src=x onerror=alert(1)> \u202e \"'");
        page.waitForCondition(() -> shown(page) == 0);
        page.reload();
        assertThat(page.locator("img").count()).isZero();
        assertThat(shown(page)).isLessThanOrEqualTo(1);
    }

    @Test
    void verdictLeadsToItsStoryByKeysAlone() {
        Page page = open("");
        page.locator("table.rows tbody a:visible").first().focus();
        page.keyboard().press("Enter");
        page.waitForCondition(() -> page.url().contains("/stories/"));
        page.locator("#steps a.step").first().waitFor();
        page.keyboard().press("End");
        assertThat(page.locator("#banner").innerText()).contains("Wrong:");
    }

    @Test
    void axeFindsNothingToMend() {
        Page page = open("");
        Axe.findsNothing(page);
        Tab.Form.DARK.apply(page);
        Axe.findsNothing(page);
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
        Tab.Form.NARROW.apply(page);
        Axe.findsNothing(page);
    }

    /** The same pages of other results: quick ones of them. */
    @ParameterizedTest
    @ValueSource(strings = {"museum", "claims 45"})
    void otherIndexesAreLikeTheTable(String command) {
        Path index = temporary.resolve(command.replace(' ', '-'));
        Command.run((command + " --html " + index).split(" ")).exitsWith(0);
        Page page = tab.openIn(index, "index.html");
        Axe.findsNothing(page);
        tab.inEachForm(command.replace(' ', '-'), form -> Layout.isTidy(page, form));
        page.locator("a[href*='stories/']:visible").first().click();
        page.locator("#steps a.step").first().waitFor();
    }

    @Test
    void nothingIsCutOrOverlaps() {
        Page page = open("");
        tab.inEachForm("table", form -> Layout.isTidy(page, form));
    }
}
