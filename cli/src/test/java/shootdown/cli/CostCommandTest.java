package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Recordings of a few lines, whose costs are computed here by hand. */
class CostCommandTest {
    /**
     * CPU 1 writes an L1 entry; CPU 0 links an L1 table into an L2 table, and takes it out again.
     * Both CPUs run the domain, so each edit of the L2 table flushes both.
     */
    private static final String TINY =
            """
            # shootdown-trace 1 %s
            1,1,idle-2,BB,1,1,1,11,0,1,k
            1,1,,PT,1,M,1,20000,0,30167,0,1,1,3
            1,1,,BE,1,1,1,0,0
            1,0,init-1,BB,2,1,1,10,0,0,k
            1,0,,PT,2,M,2,12000,0,20067,0,1,0,2
            1,0,,FL,100,0,do_mmu_update
            1,0,,FR,100,2,0,do_mmu_update
            1,1,,FL,100,0,invalidate_interrupt
            1,0,,BE,2,1,1,0,1
            1,0,,BB,3,1,1,10,0,0,k
            1,0,,PT,3,M,2,12000,20067,0,0,1,0,2
            1,0,,FL,100,0,do_mmu_update
            1,0,,FR,100,2,0,do_mmu_update
            1,1,,FL,100,0,invalidate_interrupt
            1,0,,BE,3,1,1,0,1
            """;

    /** Exact, but for the refills: a flush loses nothing, 8 translations or all that a TLB has. */
    private static final String COSTS =
            """
            # shootdown-costs 1
            machine        desk          the machine under the desk
            local-flush    100
            range-flush    50
            ipi-initiator  900 1000 1100 measured with perf
            ipi-further    10
            ipi-target     500
            refill         10            # hot
            working-set    0 8 16
            root-copy      400
            """;

    @TempDir private Path folder;
    private String tiny = "";
    private String costs = "";

    @BeforeEach
    void write() throws IOException {
        tiny = file("tiny.csv", TINY.formatted("tiny"));
        costs = file("desk.txt", COSTS);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private Run cost(String... more) {
        return Run.of(
                Stream.concat(
                                Stream.of("cost", tiny, "--no-check", "--costs", costs),
                                Arrays.stream(more))
                        .toArray(String[]::new));
    }

    /**
     * final: two calls, four flushes, two interrupts, 4 x 8 translations: 4 x 100 + 2 x 1000 + 2 x
     * 500 + 32 x 10 = 3720; the least 4 x 100 + 2 x 900 + 2 x 500 + 10 = 3210 (the translation that
     * CPU 1 made is certainly lost), the most 4 x 100 + 2 x 1100 + 2 x 500 + 64 x 10 = 4240.
     * skip-not-present: half of it. local-only: 2 x 100 + 16 x 10.
     */
    @Test
    void theTableHoldsWhatIsComputedByHand() throws IOException {
        Run run =
                cost(
                        "--policy",
                        "skip-not-present",
                        "--policy",
                        "local-only",
                        "--policy",
                        "none",
                        "--split",
                        "level",
                        "--split",
                        "transition",
                        "--split",
                        "phase");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "unchecked none 0 0 0 0 0 0 0.0 %",
                        "unchecked local-only 2 2 0 0..3.07k 360 200..520 9.7 %",
                        "unchecked skip-not-present 1 2 1 1..3.07k 1.86k 1.61k..2.12k 50.0 %",
                        "unchecked final 2 4 2 1..6.14k 3.72k 3.21k..4.24k 100.0 %");
        Golden.check("cost.txt", run.unmeasured());
    }

    @Test
    void verdictsAreThoseOfCheck() {
        Run run = Run.of("cost", tiny, "--policy", "none", "--max-states", "1");
        assertThat(run.out()).containsPattern("(?m)^\\?.* none ").containsPattern("\\?.* final ");
    }

    @Test
    void policiesOfTheUserAndWeakenedOnesAreTaken() throws IOException {
        String mine =
                file(
                        "Never.java",
                        """
                        import shootdown.policy.*;
                        public class Never implements Policy {
                            public int updated(Update u, Flusher f, int a) { return a; }
                            public void finished(Invocation i, Flusher f, int a) {}
                        }
                        """);
        Run run = cost("--policy", "final~no-new", "--policy-file", mine);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("unchecked  never", "unchecked  final~no-new", "unchecked  final ");
        cost("--policy", "finel").complains(Exit.USAGE, "did you mean 'final'?");
    }

    @Test
    void csvHasALineForEachRecordingAndPolicy() {
        Run run = cost("--policy", "local-only", "--csv", "-");
        assertThat(run.out())
                .isEqualTo(
                        String.join(
                                "\r\n",
                                "recording,what_if,machine,policy,ideal,verdict,invocations,calls,local,requests,targets,full,partial,root_requests,root_copies,lost_used,lost_most,all_flushes,cycles_low,cycles,cycles_high,of_reference",
                                "tiny,,desk,local-only,false,,3,2,2,0,0,2,0,0,0,0,3072,2,200,360,520,0.096774",
                                "tiny,,desk,final,false,,3,2,2,2,2,4,0,0,0,1,6144,4,3210,3720,4240,1.000000",
                                ""));
    }

    @Test
    void csvQuotesNamesAndDisarmsFormulas() throws IOException {
        tiny = file("tiny.csv", TINY.formatted("=1+1,\"x\""));
        assertThat(cost("--policy", "final", "--csv", "-").out())
                .contains("\n\"'=1+1,\"\"x\"\"\",,desk,final,");
    }

    @Test
    void whatIfIsMarkedInEveryOutput() throws IOException {
        Path html = folder.resolve("a.html");
        Path csv = folder.resolve("a.csv");
        Path json = folder.resolve("a.json");
        String[] files = {"--html", html + "", "--csv", csv + "", "--json", json + ""};
        Run run =
                cost(
                        Stream.concat(Stream.of("--xpti", "--pcid"), Arrays.stream(files))
                                .toArray(String[]::new));
        assertThat(run.out())
                .contains("WHAT IF: a machine with XPTI and PCID; the recording was made without")
                .contains("no comparison with what Xen did");
        assertThat(Files.readString(html))
                .contains("<strong>What if:</strong> a machine with XPTI");
        assertThat(Files.readAllLines(csv).subList(1, 3))
                .allMatch(line -> line.contains(",xpti+pcid,"));
        assertThat(Files.readString(json)).contains("\"whatIf\" : [ \"xpti\", \"pcid\" ]");
    }

    @Test
    void severalRecordingsHaveASummary() throws IOException {
        String other = file("other.csv", TINY.formatted("other"));
        Run run = cost(other, "--policy", "skip-not-present");
        assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains("verdict policy tiny other all")
                .contains("unchecked skip-not-present 50.0 % 50.0 % 50.0 %");
    }

    @Test
    void agreementWithTheRecordingIsTold() throws IOException {
        assertThat(cost().out())
                .contains("replay of final agrees with Xen's recorded decision in 3 of 3 calls");
        tiny = file("tiny.csv", TINY.formatted("tiny").replace("BE,3,1,1,0,1", "BE,3,1,1,0,0"));
        assertThat(cost().out())
                .contains("replay of final agrees with Xen's recorded decision in 2 of 3 calls");
    }

    @Test
    void namesOfFilesCannotCommandATerminalOrAPage() throws IOException {
        Path html = folder.resolve("a.html");
        tiny = file("tiny.csv", TINY.formatted("\033[2J</script><b>"));
        Run run = cost("--html", html.toString());
        assertThat(run.out()).doesNotContain("\033").contains("What policies cost in \\u001b[2J<");
        String page = Files.readString(html);
        assertThat(page).doesNotContain("<b>").doesNotContain("\033");
        assertThat(page).contains("&lt;/script&gt;&lt;b&gt;");
        assertThat(page.split("</script>", -1)).hasSize(4);
    }

    @Test
    void thePageNeedsNoNetworkAndStaysSmall() throws IOException {
        Path html = folder.resolve("a.html");
        cost("--html", html.toString());
        String page = Files.readString(html);
        assertThat(page)
                .contains("default-src 'none'")
                .doesNotContainPattern("(?:src|href)=\"http");
        assertThat(page.length()).isLessThan(1_000_000);
        assertThat(page.split("role=\"img\" aria-label=\"[^\"]", -1)).hasSize(5);
        assertThat(page.split("<details>", -1)).hasSize(6);
    }

    @Test
    void ctrlCShowsWhatIsKnown() {
        Interruption interruption = new Interruption();
        interruption.request();
        Run run = Run.of(interruption, "cost", tiny);
        assertThat(run.exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.err()).contains("interrupted, nothing was found so far");
    }

    @Test
    void costsThatAreWrongAreToldWithLineAndColumn() throws IOException {
        costs("local-flush ", "locl-flush ", ":3:1: unknown key 'locl-flush'", "'local-flush'");
        costs("refill         10 ", "refill  ten ", ":8:9: expected a number of cycles", "'ten'");
        costs("900 1000 1100", "900 800 1100", ":5:20: low, typical and high must ascend");
        costs("900 1000 1100", "900 1000", ":5:25: expected a number of cycles", "'measured'");
        costs("900 1000 1100 measured with perf", "", ":5:14: expected a number of cycles");
        costs("root-copy ", "refill ", ":10:1: 'refill' is given twice");
        costs("root-copy      400", "", "no root-copy; give them", "based-on skylake");
        costs("machine        desk", "based-on  skylak", ":2:11: unknown machine", "'skylake'?");
        costs("costs 1", "costs 2", ":1:19: version '2' is not known");
        costs("# shootdown-costs 1", "", ":1:1: expected the line '# shootdown-costs 1'");
    }

    private void costs(String right, String wrong, String... says) throws IOException {
        assertThat(COSTS).contains(right);
        costs = file("desk.txt", COSTS.replace(right, wrong));
        cost().complains(Exit.USAGE, says);
    }

    @Test
    void costsBasedOnAMachineNameOnlyWhatDiffers() throws IOException {
        costs =
                file(
                        "desk.txt",
                        "# shootdown-costs 1\nbased-on virtual\nlocal-flush 1 2 3 my own\n");
        assertThat(cost().out()).contains("costs: desk.txt, desk.txt", "local-flush 2,");
    }

    @Test
    void badInputEndsWithOneMessage() throws IOException {
        Run.of("cost", folder.resolve("none.csv").toString()).complains(Exit.USAGE, "none.csv");
        Run.of("cost", folder.toString()).complains(Exit.USAGE, folder.toString());
        Run.of("cost").complains(Exit.USAGE, "TRACE");
        cost("--machine", "virtual").complains(Exit.USAGE, "only one of them");
        cost("--split", "levels").complains(Exit.USAGE, "did you mean 'level'?");
        cost("--tlb", "0").complains(Exit.USAGE, "--tlb must be 1..");
        cost("--json", "-", "--csv", "-").complains(Exit.USAGE, "would mix");
        Run.of("cost", tiny, "--machine", "skylark").complains(Exit.USAGE, "'skylake'?");
        cost("--html", "-", "--csv", "-").complains(Exit.USAGE, "would mix");
        cost("--html", folder.resolve("no/a.html").toString())
                .complains(Exit.USAGE, "--html: there is no folder");
        cost("--csv", folder.toString()).complains(Exit.USAGE, "--csv: ", "is a folder");
    }

    @Test
    void aStockRecordingSaysThatItTellsNothingOfXen() throws IOException {
        tiny =
                file(
                        "stock.csv",
                        "# shootdown-trace 1 x (stock)\n1,0,a-1,EX,0,NEW_BASEPTR,105be000,0\n");
        assertThat(cost().out())
                .contains("a stock recording: what Linux asked for")
                .doesNotContain("Xen's recorded decision");
        assertThat(cost("--json", "-").out()).contains("\"form\" : \"stock\"");
    }

    @Test
    void lenientSaysWhatItLeftOut() throws IOException {
        tiny = file("tiny.csv", TINY.formatted("tiny") + "1,0,,XX,1\n");
        cost().complains(Exit.USAGE, "tiny.csv: line 17");
        assertThat(cost("--lenient").out()).contains("left out as unusable: 1 line\n", "line 17");
    }

    @Test
    void aRecordingWithoutEventsIsRefused() throws IOException {
        tiny = file("tiny.csv", "# shootdown-trace 1 tiny\n");
        cost().complains(Exit.USAGE, "tiny.csv: line 1: the recording ends here");
        tiny = file("tiny.csv", "# shootdown-trace 1 tiny\n1,0,,XX,1\n");
        cost("--lenient").complains(Exit.USAGE, "without an event that can be used");
    }

    @Test
    void aStockRecordingStandsBesideTheFullOneOfItsName() throws IOException {
        String stock =
                file(
                        "stock.csv",
                        "# shootdown-trace 1 tiny (stock)\n1,0,a-1,EX,0,NEW_BASEPTR,105be000,0\n");
        Run run = cost(stock, "--policy", "final");
        assertThat(run.out())
                .contains("What policies cost in tiny (stock)\n")
                .containsPattern("verdict +policy +tiny +tiny \\(stock\\) +all");
        assertThat(cost(stock, "--csv", "-").out()).contains("\ntiny (stock),");
    }

    @Test
    void thePageTellsWhatDecidesTheOrder() {
        assertThat(cost("--policy", "skip-not-present", "--html", "-").out())
                .contains("<li>skip-not-present, then final: ", "<li>final: the dearest</li>");
    }
}
