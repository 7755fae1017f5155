package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ExplainCommandTest {
    @Test
    void withoutArgumentsItTellsXsa286() throws IOException {
        Run run = Run.of("explain");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        Golden.check("explain.txt", run.out());
    }

    @Test
    void twoCpusHaveAColumnEach() throws IOException {
        Run run = Run.of("explain", "local-only", "u4-smp-linear");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        Golden.check("explain-two-cpus.txt", run.out());
    }

    @Test
    void mailHas72ColumnsOfPlainAscii() throws IOException {
        Run run = Run.of("explain", "local-only", "u4-smp-linear", "--mail");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        Golden.check("explain-mail.txt", run.out());
        Run safe = Run.of("explain", "final", "u5", "--mail");
        assertThat(safe.exit()).isEqualTo(Exit.OK);
        assertThat(safe.out()).startsWith("final is safe in ").contains("The policy holds");
        Run partial = Run.of("explain", "final", "u4-smp-linear", "--max-states", "5", "--mail");
        assertThat(partial.exit()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(partial.out()).startsWith("Inconclusive: ").endsWith("final u4-smp-linear\n");
        for (Run mail : List.of(run, safe, partial)) {
            assertThat(mail.out()).matches("[\\n -~]*");
            assertThat(mail.out().lines()).allMatch(line -> line.length() <= 72);
        }
    }

    @Test
    void mailEndsWithTheCommandThatTellsTheSame() {
        Run mail = Run.of("explain", "draft", "u2", "--property", "P5", "--mail");
        String command = mail.out().replace("\\\n", "").replaceFirst("(?s).*\\$ shootdown ", "");
        Run again = Run.of((command.strip() + " --mail").split(" +"));
        assertThat(again.exit()).as(again.err()).isEqualTo(Exit.BROKEN);
        assertThat(again.out()).isEqualTo(mail.out());
    }

    @Test
    void mailOfAnOwnPolicyNamesTheFileWithoutItsFolder(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("MyPolicy.java");
        Files.writeString(file, Run.of("policy-template").out());
        Run run = Run.of("explain", "--policy-file", file.toString(), "u4-smp-linear", "--mail");
        assertThat(run.out())
                .as(run.err())
                .contains("explain --policy-file MyPolicy.java")
                .doesNotContain(folder.toString());
    }

    @Test
    void diagramsShowTheFlushThatGetsLost() throws IOException {
        Run mermaid = Run.of("explain", "final", "u4-smp-linear", "--mermaid");
        assertThat(mermaid.exit()).isEqualTo(Exit.OK);
        assertThat(mermaid.out()).startsWith("sequenceDiagram\n").contains("CPU0-xCPU1: lost: TLB");
        Run svg = Run.of("explain", "final", "u4-smp-linear", "--svg");
        assertThat(svg.exit()).isEqualTo(Exit.OK);
        assertThat(svg.out()).startsWith("<svg ").contains("lost: TLB").endsWith("</svg>\n");
    }

    @Test
    void withoutATerminalAllStepsArePrinted() throws IOException {
        Run run = Run.of("explain", "local-only", "u4-smp-linear", "--step");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        Golden.check("explain-step.txt", run.out());
        Run partial = Run.of("explain", "final", "u4-smp-linear", "--max-states", "5", "--step");
        assertThat(partial.exit()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(partial.out()).startsWith("Inconclusive: ");
    }

    @Test
    void withoutAStoryThereIsNothingToDraw() {
        for (String form : List.of("--mermaid", "--svg")) {
            Run run = Run.of("explain", "final", "u4-smp-linear", "--max-states", "5", form);
            run.complains(Exit.INCONCLUSIVE, "no story to draw", "Inconclusive: ");
        }
    }

    @Test
    void formsExcludeEachOther() {
        Run.of("explain", "--mail", "--json").complains(Exit.USAGE, "--json", "--mail");
        Run.of("explain", "--step", "--mail").complains(Exit.USAGE, "--mail", "--step");
        Run.of("explain", "--svg", "--mermaid").complains(Exit.USAGE, "--mermaid", "--svg");
    }

    @Test
    void policyAloneIsToldWhereItFirstBreaks() {
        Run run = Run.of("explain", "draft");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).startsWith("draft in u1-linear-uvm-xpti breaks P2");
        assertThat(Run.of("explain", "v1-no-explicit-root").out()).isEqualTo(run.out());
    }

    @Test
    void familyIsToldWhereItFirstBreaks() {
        Run run = Run.of("explain", "local-only", "u4");
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).startsWith("local-only in u4-");
        Run safe = Run.of("explain", "final", "U5");
        assertThat(safe.exit()).as(safe.err()).isEqualTo(Exit.OK);
        assertThat(safe.out()).startsWith("final is safe in ").contains("A near miss");
    }

    @Test
    void propertyIsChosen() {
        Run run = Run.of("explain", "draft", "u2-xpti-boot", "--property", "p5");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).startsWith("draft in u2-xpti-boot breaks P5 progress");
        Run other = Run.of("explain", "draft", "u2-xpti-boot", "--property", "P1");
        assertThat(other.exit()).isEqualTo(Exit.OK);
        assertThat(other.out()).contains("safe for P1", "Something else is broken");
    }

    @Test
    void safeCellTellsANearMiss() throws IOException {
        Run run = Run.of("explain", "final", "u4-smp-linear");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out())
                .startsWith("final is safe in u4-smp-linear: all ")
                .contains("A near miss of final", "gets lost");
    }

    @Test
    void safePolicyTellsANearMissOfSomeUniverse() {
        Run run = Run.of("explain", "final");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out()).contains("default universes whose machine is Xen's", "A near miss");
    }

    @Test
    void partialSearchIsNotSafe() {
        Run run = Run.of("explain", "final", "u4-smp-linear", "--max-states", "5");
        assertThat(run.exit()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(run.out()).startsWith("Inconclusive: ").doesNotContain("is safe");
    }

    @Test
    void numberOfThreadsChangesNothing() {
        String[] one = {"explain", "at-exit", "u9-batches-smp", "--threads", "1"};
        String[] two = {"explain", "at-exit", "u9-batches-smp", "--threads", "2"};
        assertThat(Run.of(two).out()).isEqualTo(Run.of(one).out());
    }

    @Test
    void interruptedSearchTellsNothing() {
        Interruption interruption = new Interruption();
        interruption.request();
        Run.of(interruption, "explain").complains(Exit.INTERRUPTED, "interrupted");
        Run.of(interruption, "diff", "v1", "final").complains(Exit.INTERRUPTED, "interrupted");
    }

    @Test
    void unknownNamesAreAnsweredWithTheNearest() {
        Run.of("explain", "sync-gest").complains(Exit.USAGE, "'sync-guest'");
        Run.of("explain", "final", "u1-linear-uvm-xptj")
                .complains(Exit.USAGE, "'u1-linear-uvm-xpti'");
        Run suggested = Run.of("explain", "none", "u99");
        suggested.complains(Exit.USAGE, "did you mean 'u9'?");
        assertThat(Run.of("explain", "none", "u9").exit()).isEqualTo(Exit.BROKEN);
        Run.of("explain", "final", "u1", "more").complains(Exit.USAGE, "more");
    }

    @Test
    void diffShowsTheFirstDifferenceAndWhetherItMatters() {
        Run run = Run.of("diff", "final", "in-use-only", "--universe", "u5-recursive");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.out())
                .contains("first differ in u5-recursive")
                .contains("It matters here: final is safe, in-use-only is broken (P3).");
        Run same = Run.of("diff", "final", "v1-nonglobal", "--universe", "u4-smp-linear");
        assertThat(same.exit()).isEqualTo(Exit.OK);
        assertThat(same.out()).isEqualTo("final and v1-nonglobal decide alike in 1 universe.\n");
        assertThat(run.out()).startsWith("On Xen's machines they differ, and it matters.\n");
        Run harmless = Run.of("diff", "v1", "final", "--universe", "u4-smp-linear");
        assertThat(harmless.exit()).as(harmless.out()).isEqualTo(Exit.OK);
        assertThat(harmless.out())
                .startsWith(
                        "On Xen's machines they differ in 1 of 1 universe, but it does not matter.")
                .contains("It does not matter here");
        Run.of("diff", "final").complains(Exit.USAGE, "two policies");
    }
}
