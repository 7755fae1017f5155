package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class FuzzCommandTest {
    @TempDir Path folder;

    @Test
    void brokenPolicyHasAStoryAndExitCode1() {
        Run run = Run.of("fuzz", "none", "--rounds", "1");
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.BROKEN);
        assertThat(run.out())
                .contains("none in fuzz-0 breaks P3", "nothing can be taken out", "1 of 1 broken");
    }

    @Test
    void nothingFoundIsNotSafe() {
        Run run = Run.of("fuzz", "final", "--rounds", "1");
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(run.out()).contains("nothing found for final: that is not safe");
    }

    @Test
    void goesOnWithWhatIsNoted() throws IOException {
        Path notes = folder.resolve("notes.fuzz");
        String[] first = {"fuzz", "final", "--rounds", "1", "--resume", notes.toString()};
        assertThat(Run.of(first).exit()).isEqualTo(Exit.INCONCLUSIVE);
        Run again = Run.of("fuzz", "final", "--rounds", "2", "--resume", notes.toString());
        assertThat(again.out()).contains("2 rounds");
        Run other = Run.of("fuzz", "v1", "--rounds", "2", "--resume", notes.toString());
        assertThat(other.exit()).isEqualTo(Exit.USAGE);
        assertThat(other.err()).contains("has other targets: final");
        Run seed =
                Run.of(
                        "fuzz",
                        "final",
                        "--seed",
                        "2",
                        "--rounds",
                        "2",
                        "--resume",
                        notes.toString());
        assertThat(seed.err()).contains("has seed 1, not 2");
        Files.writeString(notes, Files.readString(notes).replace("complete", ""));
        Run cut = Run.of("fuzz", "final", "--rounds", "3", "--resume", notes.toString());
        assertThat(cut.exit()).isEqualTo(Exit.USAGE);
        assertThat(cut.err()).contains("cut short");
    }

    @Test
    void wordsThatAreWrongAreToldSo() {
        assertThat(Run.of("fuzz").err()).contains("name a policy or an exhibit");
        assertThat(Run.of("fuzz", "finel").err()).contains("did you mean 'final'");
        assertThat(Run.of("fuzz", "lazy-sync").err()).contains("breaks nothing");
        assertThat(Run.of("fuzz", "final", "--time", "soon").err()).contains("such as 90s");
        assertThat(Run.of("fuzz", "final", "--all").err()).contains("name some, or say --all");
        assertThat(Run.of("fuzz", "final", "--rounds", "0x").exit()).isEqualTo(Exit.USAGE);
    }
}
