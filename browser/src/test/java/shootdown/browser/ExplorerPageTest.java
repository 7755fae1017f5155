package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The page that {@code explore} serves. */
@InBrowser
class ExplorerPageTest {
    private static final Pattern LINK = Pattern.compile("(http://127\\.0\\.0\\.1:[0-9]+/)\\S*");

    @TempDir private static Path folder;
    private static @Nullable Process explorer;
    private static String origin = "";
    private static String link = "";

    @RegisterExtension final Tab tab = new Tab();

    @BeforeAll
    static void start() throws IOException {
        Process process =
                Command.start("explore", "u1-linear-uvm", "sync-guest")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        explorer = process;
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        String line = out.readLine();
        MatchResult found = LINK.matcher(line).results().findFirst().orElseThrow();
        link = found.group();
        origin = found.group(1);
    }

    @AfterAll
    static void end() {
        if (explorer != null) {
            explorer.destroy();
        }
    }

    private Page open(String place) {
        Page page = tab.openAt(origin, link + place);
        page.locator("#next .choice").first().waitFor();
        return page;
    }

    private static void waitForPath(Page page, String path) {
        page.waitForCondition(() -> page.locator("#path").inputValue().equals(path));
    }

    @Test
    void stepIsTakenAndTakenBackByKeysAlone() {
        Page page = open("");
        page.keyboard().press("n");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        waitForPath(page, "1");
        assertThat(page.url()).endsWith("#path=1");
        page.keyboard().press("b");
        waitForPath(page, "");
    }

    @Test
    void addressOfAPlaceLeadsThere() {
        Page page = open("#path=0.0");
        waitForPath(page, "0.0");
    }

    @Test
    void searchLeadsToAStateWhereSomethingIsBrokenWhichRunFindsBrokenToo() {
        Page page = open("");
        page.keyboard().press("/");
        page.keyboard().type("broken");
        page.keyboard().press("Enter");
        Locator broken = page.locator(".property.broken").first();
        broken.waitFor();
        Download saved = page.waitForDownload(page.locator("#export")::click);
        Path scenario = folder.resolve("found.scn");
        saved.saveAs(scenario);
        Command run = Command.run("run", scenario.toString());
        assertThat(run.out()).contains(broken.innerText().substring(0, 2));
        run.exitsWith(0);
    }

    @Test
    void whatIsNoExpressionIsShownAsTextAndToldWhere() {
        Page page = open("");
        page.locator("#expression").fill("<img src=x onerror=alert(1)>");
        page.keyboard().press("Enter");
        Locator status = page.locator("#search-status.problem");
        status.waitFor();
        assertThat(status.innerText()).contains("column");
        assertThat(page.locator("img").count()).isZero();
        assertThat(tab.forgive("console: Failed to load resource")).isTrue();
    }

    @Test
    void axeFindsNothingToMend() {
        Page page = open("#path=0.0");
        Axe.findsNothing(page);
        Tab.Form.DARK.apply(page);
        Axe.findsNothing(page);
    }

    @Test
    void nothingIsCutOrOverlaps() {
        Page page = open("#path=0.0");
        tab.inEachForm("explorer", form -> Layout.isTidy(page, form));
    }
}
