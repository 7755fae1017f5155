package shootdown.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Property;
import shootdown.checker.Universes;
import shootdown.engine.End;
import shootdown.policy.Catalogue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The real model against {@code u4.pml}, which was written from the documents: all counts are what
 * Spin counts there. What the models leave to a policy is in the options of the Promela text.
 */
class PeersTest {

    private static final Path MODELS = Path.of("src", "main", "promela");

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "u4-smp-linear, final, 1673, 3924, 14, -1",
        "u4-smp-linear, none, 244, 762, 8, 2",
        "u4-smp-linear, local-only, 1182, 3228, 14, 3",
        "u4-smp-linear, remote-only, 1722, 4572, 15, 3",
        "u4-smp-linear-3cpu, local-only, 52596, 211644, 18, 3",
        "u4-smp-linear-deep, none, 63008, 229904, 19, 2",
        "u4-smp-linear-deep, final, 988980, 2648696, 34, -1",
    })
    void countsAreThoseOfThePromelaModel(
            String universe, String policy, long states, long transitions, int depth, int story) {
        Cell cell =
                Checker.check(
                        Catalogue.find(policy).orElseThrow(),
                        Universes.find(universe).orElseThrow(),
                        CheckOptions.plain());

        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        assertThat(cell.states()).isEqualTo(states);
        assertThat(cell.transitions()).isEqualTo(transitions);
        assertThat(cell.depth()).isEqualTo(depth);
        assertThat(cell.broken()).isEqualTo(story < 0 ? List.of() : List.of(Property.P3));
        assertThat(cell.verdicts().stream().mapToInt(Cell.Verdict::depth).max()).hasValue(story);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "u4 | -DUNJUDGED                     | 1673   | 3924   | 14",
                "u4 | -DUNJUDGED -DLOCAL=0 -DREMOTE=0 | 244    | 762    | 8",
                "u4 | -DUNJUDGED -DREMOTE=0          | 1182   | 3228   | 14",
                "u4 | -DUNJUDGED -DLOCAL=0           | 1722   | 4572   | 15",
                "sd | -DNF=2 -DCAP=1                 | 144577 | 640182 | 11",
            })
    void spinCountsTheSame(String model, String options, long states, long transitions, int depth)
            throws IOException, InterruptedException {
        assumeTrue(has("spin") && has("gcc"), "Spin and gcc are not installed");

        String out = spin(model, options);

        assertThat(figure(out, "(\\d+) states, stored")).isEqualTo(states);
        // Spin counts the way to the first state as well.
        assertThat(figure(out, "(\\d+) transitions \\(")).isEqualTo(transitions + 1);
        assertThat(figure(out, "depth reached (\\d+)")).isEqualTo(depth);
        assertThat(figure(out, "errors: (\\d+)")).isZero();
    }

    @Test
    void spinFindsTheSameShortestStory() throws IOException, InterruptedException {
        assumeTrue(has("spin") && has("gcc"), "Spin and gcc are not installed");

        String out = spin("u4", "-DREMOTE=0");

        assertThat(figure(out, "assertion violated .*depth (\\d+)")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"2, 1, false, 144577, 640182, 0", "2, 1, true, 0, 0, 6"})
    void rumurCountsTheSame(
            int frames, int capacity, boolean bug, long states, long transitions, long steps)
            throws IOException, InterruptedException {
        assumeTrue(has("rumur") && has("gcc"), "Rumur and gcc are not installed");
        String text =
                Files.readString(Path.of("src", "main", "murphi", "sd.m"))
                        .replace("NF : 3;", "NF : " + frames + ";")
                        .replace("CAP : 2;", "CAP : " + capacity + ";")
                        .replace("BUG : false;", "BUG : " + bug + ";");
        Files.writeString(folder.resolve("sd.m"), text);
        run("rumur --threads 1 --symmetry-reduction off --deadlock-detection off -o sd.c sd.m");
        run("gcc -std=c11 -O2 -march=native -w -o sd sd.c -lpthread -latomic");

        String out = run("./sd");

        if (bug) {
            assertThat(out.lines().filter(line -> line.startsWith("Rule ")).count())
                    .isEqualTo(steps);
        } else {
            assertThat(figure(out, "(\\d+) states, \\d+ rules fired in")).isEqualTo(states);
            assertThat(figure(out, "\\d+ states, (\\d+) rules fired in")).isEqualTo(transitions);
        }
    }

    @Test
    void aCountThatDiffersIsTold() {
        String header = "1,sd-3-2,";
        List<PeerFigures> runs =
                Stream.of("shootdown,10,20,3,1,1,1,1,0", "spin-dfs,10,21,9,1,1,1,1,0")
                        .map(line -> PeerFigures.parse(header + line))
                        .toList();

        assertThat(PeersReport.disagreements(runs)).hasSize(1);
        assertThat(PeersReport.disagreements(runs.subList(0, 1))).isEmpty();
    }

    private String spin(String model, String options) throws IOException, InterruptedException {
        Path text = MODELS.resolve(model + ".pml").toAbsolutePath();
        run("spin -o2 " + options + " -a " + text);
        run("gcc -O1 -w -DSAFETY -DBFS -o pan pan.c");
        return run("./pan -w20");
    }

    /** Runs a command in the folder and gives what it prints, whatever its exit code. */
    private String run(String command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Process process =
                new ProcessBuilder(new ArrayList<>(List.of(command.split(" +"))))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(command).isTrue();
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    private static long figure(String out, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(out);
        assertThat(found.find()).as(out).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static boolean has(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(at -> Files.isExecutable(Path.of(at, tool)));
    }
}
