package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class CheckCommandTest {
    @TempDir Path folder;

    /** Sizes change with the model; the rest of the table must not. */
    private static String withoutSizes(String text) {
        return text.replaceAll("(?m)^(exhaustive: ).*", "$1");
    }

    @Test
    void tableByFamilyOfUniverses() throws IOException {
        Run run = Run.of("check", "none", "draft", "final", "--universe", "u2", "--universe", "u5");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        Golden.check("check-families.txt", withoutSizes(run.unmeasured()));
    }

    @Test
    void onePolicyIsToldUniverseByUniverse() throws IOException {
        Run run = Run.of("check", "in-use-only", "--universe", "u5", "--universe", "u2");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsPattern("u5-recursive-smp +P3 ")
                .contains("exhaustive: ")
                .contains("Nothing was at stake under any policy");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void allPoliciesAreComparedWithWhatIsExpected() {
        Run run = Run.of("check", "--universe", "u2");
        assertThat(run.exit()).as(run.out()).isEqualTo(Exit.OK);
        assertThat(run.out()).contains("Different from what is expected: nothing");
    }

    @Test
    void safePolicyIsExitZeroBrokenOneExitOne() {
        assertThat(Run.of("check", "final", "--universe", "u2").exit()).isEqualTo(Exit.OK);
        assertThat(Run.of("check", "final", "draft", "--universe", "u2").exit())
                .isEqualTo(Exit.BROKEN);
    }

    @Test
    void otherPropertiesDoNotCountIfOneIsAskedFor() {
        assertThat(Run.of("check", "draft", "--universe", "u2", "--property", "P1").exit())
                .isEqualTo(Exit.OK);
        assertThat(Run.of("check", "draft", "--universe", "u2", "--property", "progress").exit())
                .isEqualTo(Exit.BROKEN);
    }

    @Test
    void machineThatIsNotXensCountsOnlyIfNamedInFull() {
        Run family = Run.of("check", "final", "--universe", "u1-linear-uvm-g*");
        assertThat(family.exit()).as(family.out()).isEqualTo(Exit.OK);
        assertThat(family.out()).contains("P3*");
        assertThat(Run.of("check", "final", "--universe", "u1-linear-uvm-g-spares").exit())
                .isEqualTo(Exit.BROKEN);
    }

    @Test
    void limitMakesACellInconclusiveAndNeverSafe() {
        Run run = Run.of("check", "final", "--universe", "u4-smp-linear", "--max-states", "10");
        assertThat(run.exit()).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(run.out())
                .contains("1 inconclusive", "partial: 10 states")
                .doesNotContainPattern("(?m)^u4-smp-linear +safe");
        Run all = Run.of("check", "--universe", "u4-smp-linear", "--max-states", "2");
        assertThat(all.exit()).isEqualTo(Exit.INCONCLUSIVE);
    }

    @Test
    void brokenOutranksInconclusive() {
        Run run =
                Run.of(
                        "check",
                        "none",
                        "final",
                        "--universe",
                        "u4-smp-linear",
                        "--max-states",
                        "60");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).contains("1 inconclusive");
    }

    @Test
    void littleMemoryIsInconclusiveAndTooLittleIsAMessage() {
        Run.of("check", "final", "--memory", "1000").complains(Exit.USAGE, "at least 1.0 MiB");
        Run.of("check", "final", "--memory", "lots").complains(Exit.USAGE, "512M", "lots");
        Run.of("check", "final", "--memory", "900T").complains(Exit.USAGE, "heap");
        Run run =
                Run.of(
                        "check",
                        "none",
                        "--universe",
                        "u1-linear-uvm-xpti-pcid-self",
                        "--memory",
                        "1M");
        assertThat(run.exit()).as(run.out() + run.err()).isIn(Exit.BROKEN, Exit.INCONCLUSIVE);
        assertThat(run.out()).contains("partial: ");
    }

    @Test
    void numberOfThreadsChangesNothing() {
        List<String> question = List.of("check", "none", "v2", "final", "--universe", "u3");
        Run one = Run.of(with(question, "--threads", "1"));
        Run two = Run.of(with(question, "--threads", "2"));
        Run many = Run.of(with(question, "--threads", "7"));
        assertThat(two.unmeasured()).isEqualTo(one.unmeasured());
        assertThat(many.unmeasured()).isEqualTo(one.unmeasured());
        String json = Run.of(with(question, "--json", "--threads", "1")).out();
        assertThat(beforeMeasured(Run.of(with(question, "--json", "--threads", "2")).out()))
                .isEqualTo(beforeMeasured(json));
    }

    private static String[] with(List<String> question, String... more) {
        return Stream.concat(question.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private static String beforeMeasured(String json) {
        int from = json.indexOf("\"measured\"");
        assertThat(from).isPositive();
        return json.substring(0, from);
    }

    @Test
    void explicitCachesGiveTheSameVerdict() {
        Run run = Run.of("check", "final", "none", "--universe", "u5-recursive", "--explicit");
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).contains("explicit caches", "cache fills");
    }

    @Test
    void unknownNamesAreAnsweredWithTheNearest() {
        Run.of("check", "finale").complains(Exit.USAGE, "finale", "'final'");
        Run.of("check", "--universe", "u4-smp-linaer").complains(Exit.USAGE, "'u4-smp-linear'");
        Run.of("check", "--property", "P10").complains(Exit.USAGE, "unknown property 'P10'");
        Run.of("chekc").complains(Exit.USAGE, "'check'");
        Run.of("check", "--universes", "u1").complains(Exit.USAGE, "--universe");
        Run.of("check", "--threads", "0").complains(Exit.USAGE, "--threads");
        Run.of("check", "--threads", "257").complains(Exit.USAGE, "at most 256, not 257");
        Run.of("check", "--threads", "two").complains(Exit.USAGE, "--threads");
        Run.of("check", "--max-states", "0").complains(Exit.USAGE, "--max-states");
        Run.of().complains(Exit.USAGE, "a command is missing");
    }

    @Test
    void interruptedCheckShowsWhatDidNotRun() {
        Interruption interruption = new Interruption();
        interruption.request();
        Run run = Run.of(interruption, "check", "final", "--universe", "u2");
        assertThat(run.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.out()).contains("not run", "interrupted", "3 not run");
    }

    @Test
    void storiesAreWrittenOneAFile() throws IOException {
        Run run =
                Run.of(
                        "check",
                        "draft",
                        "--universe",
                        "u2-xpti-boot",
                        "--stories",
                        folder.toString());
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.BROKEN);
        assertThat(files())
                .containsExactly(
                        "draft.u2-xpti-boot.P2.scn",
                        "draft.u2-xpti-boot.P2.txt",
                        "draft.u2-xpti-boot.P5.scn",
                        "draft.u2-xpti-boot.P5.txt");
        assertThat(Files.readString(folder.resolve("draft.u2-xpti-boot.P2.txt")))
                .startsWith("draft in u2-xpti-boot breaks P2 root-copy")
                .contains("Wrong: ", "Remedy: ");
    }

    @Test
    void folderThatCannotBeWrittenIsOneMessage() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Run.of("check", "draft", "--stories", file.toString())
                .complains(Exit.USAGE, "not a folder");
        Run.of("check", "draft", "--stories", "/proc")
                .complains(Exit.USAGE, "cannot write to /proc");
    }

    @Test
    void missingFolderIsMadeForTheFirstStory() {
        Path outer = folder.resolve("outer");
        String inner = outer.resolve("inner").toString();
        String[] safe = {"check", "final", "--universe", "u2-xpti-boot", "--stories", inner};
        assertThat(Run.of(safe).exit()).isEqualTo(Exit.OK);
        assertThat(outer).doesNotExist();
        String[] broken = {"check", "draft", "--universe", "u2-xpti-boot", "--stories", inner};
        assertThat(Run.of(broken).exit()).isEqualTo(Exit.BROKEN);
        assertThat(outer.resolve("inner/draft.u2-xpti-boot.P2.txt")).exists();
    }

    @Test
    void pagesAreAnIndexAndAStoryForEachBreak() throws IOException {
        Path pages = folder.resolve("pages");
        String[] check = {"check", "draft", "--universe", "u2-xpti-boot", "--html", pages + ""};
        Run run = Run.of(check);
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.BROKEN);
        assertThat(run.err()).contains("index.html and stories: 2").hasLineCount(1);
        assertThat(Files.readString(pages.resolve("index.html")))
                .contains("href=\"stories/draft.u2-xpti-boot.P2.html\">P2 in 4 steps");
        assertThat(pages.resolve("stories/draft.u2-xpti-boot.P2.html")).isNotEmptyFile();
        assertThat(pages.resolve("stories/draft.u2-xpti-boot.P5.html")).isNotEmptyFile();
    }

    @Test
    void pagesAreTheSameForAnyNumberOfThreads() throws IOException {
        List<byte[]> pages = new ArrayList<>();
        for (String threads : List.of("1", "3")) {
            Path path = folder.resolve(threads);
            Run.of("check", "none", "--universe", "u2", "--threads", threads, "--html", path + "");
            pages.add(Files.readAllBytes(path.resolve("index.html")));
            pages.add(Files.readAllBytes(path.resolve("stories/none.u2-xpti-boot.P5.html")));
        }
        assertThat(pages.get(0)).isEqualTo(pages.get(2));
        assertThat(pages.get(1)).isEqualTo(pages.get(3));
    }

    @Test
    void theSameCommandReplacesItsPagesAndRemovesOldStories() {
        Path pages = folder.resolve("pages");
        Run.of("check", "draft", "--universe", "u2-xpti-boot", "--html", pages + "");
        Run.of("check", "none", "--universe", "u2-xpti-boot", "--html", pages + "");
        assertThat(pages.resolve("stories/draft.u2-xpti-boot.P2.html")).doesNotExist();
        assertThat(pages.resolve("stories/none.u2-xpti-boot.P2.html")).exists();
    }

    @Test
    void aFolderThatSomebodyElseFilledIsLeftAlone() throws IOException {
        Files.createFile(folder.resolve("mine"));
        Run.of("check", "draft", "--html", folder.toString())
                .complains(Exit.USAGE, "not empty, and not made by 'shootdown check --html'");
        Run.of("check", "draft", "--html", folder.resolve("mine").toString())
                .complains(Exit.USAGE, "--html: not a folder");
        Run.of("check", "draft", "--html", "/proc/pages")
                .complains(Exit.USAGE, "--html: cannot write to /proc/pages");
        assertThat(files()).containsExactly("mine");
    }

    @Test
    void interruptedPagesSayWhatDidNotRun() throws IOException {
        Interruption interruption = new Interruption();
        interruption.request();
        Path pages = folder.resolve("pages");
        Run run = Run.of(interruption, "check", "final", "--universe", "u2", "--html", pages + "");
        assertThat(run.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.err()).contains("interrupted, so only what had ended");
        assertThat(Files.readString(pages.resolve("index.html")))
                .contains("shown as not run", "3 not run");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void helpShowsExamplesAndExitCodes() {
        for (String command :
                List.of("check", "explain", "explore", "diff", "list", "policy-template")) {
            Run run = Run.of(command, "--help");
            assertThat(run.exit()).isEqualTo(Exit.OK);
            assertThat(run.out()).contains("Examples:").contains("shootdown " + command);
            assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
        }
        assertThat(Run.of("--help").out()).contains("Exit codes: 0 safe");
        assertThat(Run.of("--version").out()).startsWith("shootdown ");
        assertThat(Run.of("generate-completion").out()).contains("complete -F");
    }

    @Test
    void explicitCachesOfStoreBuffersAreRefused() {
        Run.of("check", "final", "--universe", "u13-types-tso", "--explicit")
                .complains(Exit.USAGE, "u13-types-tso has store buffers");
    }
}
