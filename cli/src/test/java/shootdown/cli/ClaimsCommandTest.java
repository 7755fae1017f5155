package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ClaimsCommandTest {
    @Test
    void oneClaimInFullWithItsStory() throws IOException {
        Run run = Run.of("claims", "15");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.err()).isEmpty();
        Golden.check("claim-15.txt", run.unmeasured());
    }

    @Test
    void claimThatHoldsUnderAConditionShowsThatItIsNeeded() throws IOException {
        Run run = Run.of("claims", "42", "--max-states", "100000");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out())
                .contains("  verdict    holds if\n")
                .contains("What it predicts without its condition\n")
                .contains("local-may-skip~no-root-store in u2-xpti-boot breaks P2");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void claimBeyondTheModelSaysWhy() {
        Run run = Run.of("claims", "34");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out()).contains("not a model question", "because");
    }

    @Test
    void limitMakesAClaimUndecidedAndNeverTrue() {
        Run run = Run.of("claims", "17", "--max-states", "5");
        assertThat(run.exit()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(run.out()).contains("verdict    undecided").contains("a limit was reached");
    }

    @Test
    void unknownClaimIsAnsweredWithTheNearest() {
        Run.of("claims", "58").complains(Exit.USAGE, "no claim '58'", "did you mean 57?");
        Run.of("claims", "54").complains(Exit.USAGE, "did you mean 5");
        Run.of("claims", "4x").complains(Exit.USAGE, "did you mean 4?");
        Run.of("claims", "99999999999").complains(Exit.USAGE, "no claim");
    }

    @Test
    void numberOfThreadsChangesNothing() {
        Run one = Run.of("claims", "15", "17", "39", "--threads", "1");
        Run two = Run.of("claims", "15", "17", "39", "--threads", "2");
        assertThat(one.unmeasured()).isEqualTo(two.unmeasured());
        assertThat(one.exit()).isEqualTo(two.exit());
    }

    @Test
    void interruptedTellsWhatIsKnown() {
        Interruption interruption = new Interruption();
        interruption.request();
        Run run = Run.of(interruption, "claims", "15", "34");
        assertThat(run.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.out()).contains("verdict    undecided").contains("not a model question");
    }

    @Test
    void interruptedCountsTheSearchesThatEnded() {
        Interruption interruption = new Interruption();
        interruption.request();
        Run run = Run.of(interruption, "claims");
        assertThat(run.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.out()).contains("interrupted after 0 searches, 0 states");
    }

    @Test
    void pagesHaveEachClaimInFullAndItsStory(@TempDir Path folder) throws IOException {
        Run run = Run.of("claims", "15", "--html", folder.toString());

        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.OK);
        assertThat(Files.readString(folder.resolve("index.html")))
                .contains("<article id=\"claim-15\"", "refuted", "stories/claim-15.html");
        assertThat(folder.resolve("stories/claim-15.html")).isNotEmptyFile();
    }
}
