package shootdown.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is found wrong with pages, each time in a repository of one or two. */
class LibraryTest {
    @TempDir Path root;

    private List<String> problems(String entry) throws IOException {
        write("docs/README.md", entry);
        return Library.read(root).problems();
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void linksToPagesHeadingsAndOtherFilesAreFine() throws IOException {
        write("docs/other.md", "# Other\n\n## A heading\n");
        write("LICENSE", "free");
        assertThat(
                        problems(
                                """
                                # Entry

                                [other](other.md), [its heading](other.md#a-heading), [here](#entry),
                                [the licence](../LICENSE), [elsewhere](https://example.org/a#b).
                                """))
                .isEmpty();
    }

    @Test
    void aLinkToNoFileIsToldWithItsLine() throws IOException {
        assertThat(problems("# Entry\n\ntext\n[gone](gone.md)\n"))
                .containsExactly("docs/README.md:4: there is no docs/gone.md");
    }

    @Test
    void aLinkToNoHeadingIsTold() throws IOException {
        write("docs/other.md", "# Other\n");
        assertThat(problems("# Entry\n\n[a](other.md#gone), [b](#gone)\n"))
                .containsExactly(
                        "docs/README.md:3: docs/other.md has no heading #gone",
                        "docs/README.md:3: docs/README.md has no heading #gone");
    }

    @Test
    void aLinkOutOfTheRepositoryIsNotFollowed() throws IOException {
        assertThat(problems("# Entry\n\n[a](../../../../../../../../../etc/passwd)\n")).hasSize(1);
    }

    @Test
    void linksWithAnotherSchemeThanHttpsAreRefused() throws IOException {
        assertThat(problems("# Entry\n\n[a](javascript:alert(1)), [b](http://example.org)\n"))
                .containsExactly(
                        "docs/README.md:3: javascript:alert(1) is not https",
                        "docs/README.md:3: http://example.org is not https");
    }

    @Test
    void aPageThatNobodyLinksToIsTold() throws IOException {
        write("docs/alone.md", "# Alone\n");
        assertThat(problems("# Entry\n"))
                .containsExactly("docs/alone.md: no way leads here from docs/README.md");
    }

    @Test
    void headingsGoDownOneLevelAtATime() throws IOException {
        assertThat(problems("## Entry\n")).hasSize(1);
        assertThat(problems("# Entry\n\n### Deep\n")).hasSize(1);
        assertThat(problems("# Entry\n\n# Again\n")).hasSize(1);
        assertThat(problems("# Entry\n\n## A\n\n### B\n\n## C\n")).isEmpty();
        assertThat(problems("text\n")).containsExactly("docs/README.md: no heading");
    }

    @Test
    void aLinkedFileThatIsNoTextIsRefused() throws IOException {
        Files.write(root.resolve("picture"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> problems("# Entry\n\n[a](../picture)\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is linked to, and is no text");
    }

    @Test
    void whatIsBuiltOrHiddenIsNoPage() throws IOException {
        write("target/site/a.md", "no heading");
        write("cli/target/a.md", "no heading");
        write(".git/a.md", "no heading");
        assertThat(problems("# Entry\n")).isEmpty();
    }
}
