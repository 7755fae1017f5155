package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import shootdown.fuzz.Notes;
import shootdown.fuzz.Shard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
        String noted = Files.readString(notes);
        assertRefused(notes, noted.replaceAll("checksum .*", ""), "cut short");
        assertRefused(notes, noted.replace("work final ", "work final 1"), "damaged");
        assertRefused(
                notes,
                new Notes("9.9 fedcba", 1, List.of("final"), 0, Shard.none(0)).text(),
                "is of 9.9 fedcba");
    }

    private static void assertRefused(Path notes, String text, String why) throws IOException {
        Files.writeString(notes, text);
        Run run = Run.of("fuzz", "final", "--rounds", "3", "--resume", notes.toString());
        assertThat(run.exit()).isEqualTo(Exit.USAGE);
        assertThat(run.err()).contains(why);
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
