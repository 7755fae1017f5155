package shootdown.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Story.Event;
import shootdown.engine.End;
import shootdown.policy.CatalogueEntry;
import shootdown.report.MailText.Repeat;

import java.io.IOException;
import java.util.List;
import java.util.Set;

class MailTextTest {
    private static final Repeat REPEAT =
            new Repeat("1.2.3", List.of("shootdown", "explain", "local-only", "u4-smp-linear"));

    private static Explained explained(Story story) {
        End end = End.EXHAUSTED;
        var cell = HandMade.cell("local-only", "u4-smp-linear", end, 1, Set.of(Property.P3));
        return new Explained(List.of(cell), cell, "u4-smp-linear", Property.P3, story);
    }

    private static Story hostile(String name) {
        CatalogueEntry known = HandMade.policy("local-only");
        Story story = StoryTextTest.twoCpus();
        return new Story(
                new CatalogueEntry(name, List.of(), known.policy(), name, name, false, List.of()),
                story.universe(),
                story.property(),
                false,
                story.opening(),
                List.of(),
                List.of(
                        new Event(
                                1,
                                0,
                                name,
                                name,
                                List.of(name),
                                List.of(),
                                List.of(),
                                story.events().getFirst().after())),
                name,
                name);
    }

    private static void isFitForAMail(Page page) {
        assertThat(page.text()).matches("[\\n -~]*");
        assertThat(page.text().lines()).allMatch(line -> line.length() <= MailText.WIDTH);
        assertThat(page.text()).doesNotContain("\nFrom ");
    }

    @Test
    void mailSaysWhatWhereHowAndWhatMakesItAgain() throws IOException {
        Page mail = MailText.page(explained(StoryTextTest.twoCpus()), REPEAT);
        isFitForAMail(mail);
        Golden.check("mail-two-cpus.txt", mail);
    }

    @Test
    void hostileNameIsReplacedAndCut() {
        List<String> names =
                List.of(
                        "x".repeat(10_000),
                        "a\tb\r\nFrom me\u0000",
                        "\u202egnp.exe\u200b \ud83d\ude00",
                        "<script>alert('1')</script>",
                        "From Größe\u001b[31m",
                        "\ud800",
                        "",
                        "  ");
        for (String name : names) {
            isFitForAMail(MailText.page(explained(hostile(name)), REPEAT));
        }
        assertThat(MailText.page(explained(hostile("Größe")), REPEAT).text())
                .startsWith("Gro?e breaks P3");
    }

    @Test
    void commandIsBrokenAsAShellWantsIt() {
        List<String> words = List.of("shootdown", "explain", "--policy-file", "A".repeat(45));
        Repeat repeat = new Repeat("1", words);
        String mail = MailText.page(explained(StoryTextTest.twoCpus()), repeat).text();
        assertThat(mail).endsWith(" \\\n          " + "A".repeat(45) + "\n");
    }

    @Test
    void fileThatAMailCannotNameGetsAnother() {
        List<String> words = List.of("shootdown", "explain", "--policy-file", "My own; rm.java");
        Repeat repeat = new Repeat("1", words);
        String mail = MailText.page(explained(StoryTextTest.twoCpus()), repeat).text();
        assertThat(mail).contains("--policy-file POLICY.java", "Words in capitals");
        assertThat(mail).doesNotContain("rm.java");
    }
}
