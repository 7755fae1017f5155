package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import shootdown.workload.trace.TraceReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ImportCommandTest {
    private static final String LINE =
            "  sh-1 [000] d..1. 100: xen_mmu_set_pte: ptep ffff888000001008 pteval 5 (raw 25)\n";

    @TempDir Path folder;

    private Path linux(String text) throws IOException {
        return Files.writeString(folder.resolve("trace.txt"), text);
    }

    private Run run(Path linux, String... more) {
        String[] words = new String[5 + more.length];
        words[0] = "import";
        words[1] = "--linux";
        words[2] = linux.toString();
        words[3] = "--out";
        words[4] = folder.resolve("mine.csv.gz").toString();
        System.arraycopy(more, 0, words, 5, more.length);
        return Run.of(words);
    }

    @Test
    void countsAreToldAndTheFileIsARecording() throws IOException {
        Run run = run(linux(LINE));
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out())
                .contains("mine.csv.gz: 2 events\n")
                .containsPattern("mmu_update +1 +1 +- +-\n")
                .contains("entries of L1 to L4          1, 0, 0, 0\n")
                .contains("1 entries without their kprobe: old values not known");
        try (TraceReader reader = TraceReader.open(folder.resolve("mine.csv.gz"))) {
            assertThat(reader.name()).isEqualTo("mine");
            assertThat(reader.next()).isNotNull();
        }
    }

    @Test
    void jsonHasTheSameCounts() throws IOException {
        assertThat(run(linux(LINE), "--json").out())
                .startsWith("{\n  \"schema\" : \"shootdown/recordings/1\"")
                .contains("\"code\" : null")
                .containsPattern("\"call\" : \"mmu_update\",\\s+\"linux\" : .\\s+\"calls\" : 1,")
                .contains("\"xen\" : null")
                .containsPattern("\"level\" : 1,\\s+\"entries\" : 1,\\s+\"none\" : 0,")
                .contains("\"withoutProbe\" : 1");
    }

    @Test
    void badLineIsNamedOrSkipped() throws IOException {
        Path linux = linux(LINE + "nonsense\n");
        Run strict = run(linux);
        assertThat(strict.exit()).isEqualTo(Exit.USAGE);
        assertThat(strict.err()).contains("trace.txt: line 2: no CPU in [ ]");
        assertThat(folder.resolve("mine.csv.gz")).doesNotExist();
        Run lenient = run(linux, "--lenient");
        assertThat(lenient.exit()).isEqualTo(Exit.OK);
        assertThat(lenient.out()).contains("1 lines or records skipped; first: ");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        Run run = run(folder.resolve("none"));
        assertThat(run.exit()).isEqualTo(Exit.USAGE);
        assertThat(run.err()).contains("none: there is no such file");
        Run other = run(linux(LINE), "--xentrace", folder.toString());
        assertThat(other.exit()).isEqualTo(Exit.USAGE);
        assertThat(other.err()).contains("it is a folder");
    }
}
