package shootdown.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Map;

class RenderingTest {
    private static final Path ENTRY = Path.of("docs/README.md");

    private static Library library(String markdown) {
        Page entry = Page.of(ENTRY, markdown);
        Path other = Path.of("docs/claims/1.md");
        return new Library(
                ENTRY,
                Map.of(ENTRY, entry, other, Page.of(other, "# One\n")),
                Map.of(Path.of("scenarios/a b.scn"), "scenario \"<b>\""));
    }

    private static String html(String markdown) {
        Library library = library(markdown);
        return Rendering.of(library, library.page(ENTRY).orElseThrow());
    }

    @Test
    void linksLeadToPagesOfTheSite() {
        assertThat(html("# A\n\n[one](claims/1.md#one)"))
                .contains("<a href=\"claims/1.html#one\">one</a>");
        assertThat(html("# A\n\n[s](<../scenarios/a b.scn>)"))
                .contains("href=\"scenarios/a%20b.scn.html\"");
    }

    @Test
    void pagesBelowLinkUpwards() {
        Library library = library("# A\n");
        assertThat(library.way(Path.of("docs/claims/1.md"), ENTRY)).isEqualTo("../index.html");
    }

    @Test
    void headingsHaveAnchors() {
        assertThat(html("# A\n\n## The `cost` page\n")).contains("<h2 id=\"the-cost-page\">");
    }

    @Test
    void htmlInMarkdownIsShownAsText() {
        assertThat(html("# <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n`<b>`"))
                .doesNotContain("<script", "<img", "<b>")
                .contains("&lt;script&gt;", "&lt;img src=x");
    }

    @Test
    void linksThatRunCodeLoseTheirTarget() {
        assertThat(html("# A\n\n[x](javascript:alert(1))")).doesNotContain("href=\"javascript");
    }

    @Test
    void aLinkCannotBreakOutOfItsAttribute() {
        assertThat(html("# A\n\n[x](<https://e.org/\"onclick=\"alert(1)>)"))
                .doesNotContain("\"onclick");
    }

    @Test
    void commentsAreLeftOutAndLineBreaksStay() {
        assertThat(html("# A\n\n<!-- generated: x -->\n\n| a |\n|---|\n| b<br>c |\n"))
                .doesNotContain("generated")
                .contains("b<br>c");
    }

    @Test
    void commandsOfASessionAreMarked() {
        assertThat(html("# A\n\n```console\n$ ./shootdown list <x>\nout & put\n```\n"))
                .contains("<kbd>./shootdown list &lt;x&gt;</kbd>\nout &amp; put\n");
    }

    @Test
    void theIndexHoldsNoMarkup() {
        String index = SearchIndex.of(library("# A\n\n## B <i>\n\ntext </script> \u2028 more\n"));
        assertThat(index).doesNotContain("<", "\u2028").contains("text \\u003c/script>");
        assertThat(index).contains("[\"b-i\",\"B \\u003ci>\"");
    }

    @Test
    void aSourceIsShownEscaped() {
        Map<Path, String> files = Site.files(library("# A\n\n[s](<../scenarios/a b.scn>)"));
        assertThat(files.get(Path.of("scenarios/a b.scn.html")))
                .contains("scenario &quot;&lt;b&gt;&quot;")
                .doesNotContain("<b>");
    }
}
