package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Universes;

import java.io.IOException;
import java.util.List;

/** The command, and the page that is made from it. */
class EconomyCommandTest {
    private static final List<String> FINAL = List.of("economy", "final", "--threads", "2");

    @Test
    void aUniverseIsToldInFull() throws IOException {
        Run run = Run.of("economy", "final", "--universe", "u1-linear-uvm");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        Golden.check("economy.txt", run.unmeasured());
    }

    @Test
    void manyPoliciesGetALineEachAndBrokenOnesLoseNothing() {
        Run run = Run.of("economy", "final", "v1", "prepare", "--universe", "u2-xpti-boot");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out())
                .contains("What can be taken away from final", "What can be taken away from v1")
                .contains("no-root-store")
                .doesNotContain("universe  ");
        Run broken = Run.of("economy", "prepare", "--universe", "u1-linear-uvm");
        assertThat(broken.exit()).isEqualTo(Exit.OK);
        assertThat(broken.out())
                .contains("prepare is broken as it is")
                .doesNotContain("taken away from");
    }

    @Test
    void noLineIsWiderThanATerminal() {
        Run run = Run.of("economy", "v1", "--universe", "u4");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void jsonSaysTheSameForAnyNumberOfThreads() {
        String one = json("1");
        assertThat(one).contains("\"schema\" : \"shootdown/economy/1\"", "\"effect\" : \"broken\"");
        assertThat(json("3")).isEqualTo(one);
    }

    private static String json(String threads) {
        String out =
                Run.of("economy", "--json", "--universe", "u5-recursive", "--threads", threads)
                        .out();
        return out.substring(0, out.indexOf("\"measured\""));
    }

    @Test
    void aLimitLeavesThingsOpen() {
        Run run = Run.of("economy", "--universe", "u1-linear-uvm", "--max-states", "20");
        assertThat(run.exit()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(run.out())
                .contains("not all states: final in u1-linear-uvm, state-limit")
                .doesNotContain("can go  ");
    }

    @Test
    void unknownNamesSuggestTheNearest() {
        Run.of("economy", "finel").complains(Exit.USAGE, "unknown policy 'finel'", "'final'");
        Run.of("economy", "--universe", "u44").complains(Exit.USAGE, "unknown universe");
        Run.of("check", "final~no-locl").complains(Exit.USAGE, "weakening", "'no-local'");
        Run.of("check", "finel~no-l2").complains(Exit.USAGE, "unknown policy 'finel~no-l2'");
    }

    @Test
    void anInterruptionTellsNothingThatIsNotCertain() {
        Interruption interruption = new Interruption();
        interruption.request();
        Run run = Run.of(interruption, "economy", "--universe", "u1");
        assertThat(run.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.out()).contains("interrupted").doesNotContain("can go  ");
    }

    @Test
    void weakenedPoliciesAreCheckedAndExplainedByName() {
        Run check = Run.of("check", "final~no-new~no-same-frame", "--universe", "u4-smp-linear");
        assertThat(check.exit()).isEqualTo(Exit.OK);
        Run explain = Run.of("explain", "final~no-l2", "u1-linear-uvm");
        assertThat(explain.exit()).isEqualTo(Exit.BROKEN);
        assertThat(explain.out()).contains("linear L1 of 0x0");
    }

    @Test
    void strictPropertiesAreJudgedWhenAskedFor() {
        Run plain = Run.of("check", "remote-only", "--universe", "u10-ptwr-ldt-smp");
        assertThat(plain.out()).doesNotContain("S1");
        Run strict = Run.of("check", "remote-only", "--universe", "u10-ptwr-ldt-smp", "--strict");
        assertThat(strict.exit()).isEqualTo(Exit.BROKEN);
        assertThat(strict.out()).contains("S1");
        Run.of("explain", "remote-only", "u10-ptwr-ldt-smp", "--property", "S1", "--scenario", "x")
                .complains(Exit.USAGE, "a scenario cannot ask for S1");
    }

    /** All of the page's tables come from one run, in every default universe. */
    @Test
    void thePageIsMadeFromARun() throws IOException {
        Run run = Run.of(FINAL.toArray(new String[0]));
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out()).contains(Universes.byDefault().getLast().name());
        String text = "```text\n" + run.unmeasured().strip() + "\n```\n";
        GeneratedPart.check("docs/economy.md", "final", text);
    }
}
