package shootdown.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What is wrong is told in one message with its place; nothing crashes and nothing hangs. */
class BadFilesTest {
    private static final String HEAD =
            "scenario \"t\" machine { cpus 1 domain d0 domain dU } frames { L4: l4 L3: l3 page: }"
                    + " load cpu0 L4\n";

    @TempDir Path folder;

    /** In the second line of a scenario with these frames. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cpu0 { pni l4 L4 }|2:8|did you mean 'pin'?",
                "cpu0 { pin l4 L5 }|2:15|there is no frame 'L5'; did you mean 'L4'?",
                "cpu0 { mmu_update L4[512] := page }|2:22|a slot must be 0..511, not 512",
                "cpu7 { }|2:1|there is no cpu7: this machine has one CPU, cpu0",
                "cpu0 { pin l4 read }|2:15|a word of the language cannot be a name",
                "cpu0 { unpin L4 returns -EINVALID }|2:25|did you mean '-EINVAL'?",
                "cpu0 { unpin L4 reads 5 }|2:17|a call of this kind never has this result",
                "cpu0 { unpin L4 } expect { always cpu0.2 returns 0 }|2:35|there is no call cpu0.2",
                "cpu0 { unpin L4 } expect { always page count -1 }|2:46|never below 0",
                "cpu0 { unpin L4 } expect { keeps P33 }|2:34|there is no property 'P33'",
                "expect for policy finale { keeps P3 }|2:19|did you mean 'final'?",
                "pin l3 L4|2:8|L4 is declared as l4, not l3",
                "cpu0 { unpin L4 } order cpu0 cpu0|2:19|cpu0 has 2 turns",
                "cpu0 { multicall { read va(0,0,0,0) } }|2:20|a multicall has only hypercalls",
                "cpu0 { unpin L4 for|2:17|does not fit here",
                "cpu0 { unpin L4 @ }|2:17|a character that the language does not have",
                "cpu0 { mmuext 0x10000000000000000 }|2:15|more than 64 bits",
                "pin l4 page|2:1|the machine cannot start so",
            })
    void mistakeIsToldWithItsPlace(String line, String place, String words) {
        String text =
                line.startsWith("pin l4 page") ? HEAD.replace("page:", "page: [0] -> L4") : HEAD;
        assertThatThrownBy(() -> Scenarios.parse(text + line, "bad.scn"))
                .isInstanceOf(ScenarioError.class)
                .hasMessageStartingWith("bad.scn:" + place + ": ")
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({"A: l9 }, 1:26", "A: l0 [0] -> A }, 1:26", "A: l4 l5 B: }, 1:29"})
    void levelThatDoesNotExistIsToldWhereItStands(String frames, String place) {
        assertThatThrownBy(() -> Scenarios.parse("scenario \"t\" frames { " + frames, "bad.scn"))
                .hasMessageStartingWith("bad.scn:" + place + ": there is no level 'l")
                .hasMessageEndingWith("there are l1 to l4");
    }

    @Test
    void frameMayBeNamedAsALevelThatDoesNotExist() {
        assertThat(Scenarios.parse("scenario \"t\" frames { l9: l4 } load cpu0 l9", "good.scn"))
                .isNotNull();
    }

    @Test
    void cpuWithoutTablesIsAnError() {
        assertThatThrownBy(
                        () ->
                                Scenarios.parse(
                                        "scenario \"t\" machine { cpus 2 } frames { L4: } load cpu0"
                                                + " L4",
                                        "bad.scn"))
                .hasMessageContaining("'load cpu1 …' is missing");
    }

    @Test
    void deepNestingIsAnErrorAndNoStackOverflow() {
        for (String opening : List.of("multicall { ", "( ", "not ")) {
            String text =
                    opening.startsWith("m")
                            ? HEAD + "cpu0 { " + opening.repeat(50_000)
                            : HEAD + "expect { always " + opening.repeat(50_000);
            assertThatThrownBy(() -> Scenarios.parse(text, "bad.scn"))
                    .isInstanceOf(ScenarioError.class)
                    .hasMessageContaining("nested too deeply");
        }
    }

    @Test
    void hugeFileIsRefusedAtOnce() throws IOException {
        Path huge = folder.resolve("huge.scn");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(100 << 20);
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () ->
                        assertThatThrownBy(() -> Scenarios.read(huge))
                                .isInstanceOf(ScenarioError.class)
                                .hasMessageContaining("larger than 1 MiB"));
    }

    @Test
    void fileThatIsNotTextIsRefused() throws IOException {
        Path binary = folder.resolve("binary.scn");
        Files.write(binary, new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
        assertThatThrownBy(() -> Scenarios.read(binary)).hasMessageContaining("not a text");
        Path zero = folder.resolve("zero.scn");
        Files.write(zero, new byte[100]);
        assertThatThrownBy(() -> Scenarios.read(zero)).hasMessageContaining("not a text");
        assertThatThrownBy(() -> Scenarios.read(folder)).hasMessageContaining("a folder");
        assertThatThrownBy(() -> Scenarios.read(folder.resolve("none")))
                .hasMessageContaining("no such file");
    }

    @Test
    void tenThousandMutatedFilesNeitherCrashNorHang() throws IOException {
        long seed = Long.getLong("scenario.seed", 286);
        Random random = new Random(seed);
        List<String> originals = originals();
        int correct = 0;
        for (int i = 0; i < 10_000; i++) {
            String mutant = mutated(originals.get(random.nextInt(originals.size())), random);
            try {
                Document document =
                        assertTimeoutPreemptively(
                                Duration.ofSeconds(20),
                                () -> Scenarios.parse(mutant, "mutant.scn"));
                assertThat(Scenarios.parse(Scenarios.print(document), "printed"))
                        .isEqualTo(document);
                correct++;
            } catch (ScenarioError e) {
                assertThat(e.says()).startsWith("mutant.scn");
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", mutant " + i + ":\n" + mutant, e);
            }
        }
        assertThat(correct).isBetween(500, 9_500);
    }

    private static List<String> originals() throws IOException {
        List<String> originals = new ArrayList<>();
        originals.add(RoundTripTest.resource("everything.scn"));
        originals.add(RoundTripTest.resource("linear-uvm.scn"));
        try (Stream<Path> library = Files.walk(LibraryTest.ROOT.resolve("scenarios"))) {
            for (Path file : library.filter(f -> f.toString().endsWith(".scn")).sorted().toList()) {
                originals.add(Files.readString(file));
            }
        }
        return originals;
    }

    /** One to three small changes: of a character, a word, a line or a number. */
    private static String mutated(String text, Random random) {
        String mutant = text;
        for (int n = 1 + random.nextInt(3); n > 0 && !mutant.isEmpty(); n--) {
            int at = random.nextInt(mutant.length());
            int end = Math.min(mutant.length(), at + 1 + random.nextInt(12));
            String chunk = mutant.substring(at, end);
            mutant =
                    switch (random.nextInt(6)) {
                        case 0 -> mutant.substring(0, at) + mutant.substring(end);
                        case 1 -> mutant.substring(0, at) + chunk + mutant.substring(at);
                        case 2 ->
                                mutant.substring(0, at)
                                        + (char) (32 + random.nextInt(95))
                                        + mutant.substring(at + 1);
                        case 3 -> {
                            int from = random.nextInt(mutant.length());
                            int to = Math.min(mutant.length(), from + chunk.length());
                            yield mutant.substring(0, at)
                                    + mutant.substring(from, to)
                                    + mutant.substring(end);
                        }
                        case 4 -> mutant.substring(0, at);
                        default ->
                                mutant.replaceFirst(
                                        "[0-9]+", Integer.toString(random.nextInt(600)));
                    };
        }
        return mutant;
    }
}
