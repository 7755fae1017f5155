package shootdown.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;

import shootdown.scenario.Backend;
import shootdown.scenario.RunResult;
import shootdown.scenario.RunResult.Judged;
import shootdown.scenario.RunResult.Verdict;
import shootdown.scenario.Runner;
import shootdown.scenario.Scenario;
import shootdown.scenario.Scenarios;
import shootdown.xen.Components;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Scenarios on real Xen. */
@EnabledIf(
        value = "shootdown.xen.Components#areInstalled",
        disabledReason = Components.NOT_INSTALLED)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class XenBackendTest {
    private Backend xen;

    @BeforeAll
    void start() {
        xen = Backend.open(null, "");
    }

    @AfterAll
    void end() {
        xen.close();
    }

    /** The number of each scenario of the library that real Xen cannot run, and why. */
    private static final Map<String, String> NOT_RUN =
            Map.ofEntries(
                    Map.entry("102", "the agent has no array that ends early"),
                    Map.entry("106", "on this machine domain unborn would be a PV one"),
                    Map.entry("114", "on this machine domain hvm would be a PV one"),
                    Map.entry("300", "the agent has no array that ends early"),
                    Map.entry("302", "on this machine domain hvm would be a PV one"),
                    Map.entry("402", "the agent has no array that ends early"),
                    Map.entry("403", "its list of calls is where the agent cannot write"),
                    Map.entry("463", "this machine does not have pv32 on"),
                    Map.entry("503", "this machine does not have pcid on"),
                    Map.entry("506", "this machine does not have forced_continuation off"),
                    Map.entry("518", "this machine does not have pv32 on"),
                    Map.entry("519", "this machine does not have flush_tlb_spares_global on"),
                    Map.entry("609", "this machine does not have pcid on"),
                    Map.entry("621", "this machine does not have pcid on"),
                    Map.entry("706", "this machine does not have pcid on"),
                    Map.entry("711", "this machine does not have forced_continuation off"),
                    Map.entry("713", "must_do is hypothetical"),
                    Map.entry("714", "this machine does not have pcid on"));

    private RunResult run(String text) {
        return Runner.run((Scenario) Scenarios.parse(text, "test.scn"), Runner.USUAL_POLICY, xen);
    }

    private static final String TREE =
            """
            frames {
              L4: l4 [0] -> L3
              L3: l3 [0] -> L2
              L2: l2 [0] -> L1
              L1: l1 [0] -> page
              page: [0] -> 0x10
            }

            pin l4 L4
            load cpu0 L4

            """;

    private void failsIn(String text, String... failing) {
        RunResult result = run(text);
        assertThat(result.problem()).isEmpty();
        assertThat(result.judged())
                .filteredOn(judged -> judged.verdict() == Verdict.FAILS)
                .extracting(Judged::text)
                .containsExactly(failing);
    }

    @Test
    void everyScenarioOfTheLibraryAgreesOrSaysWhyItCannotRun() throws IOException {
        Path library = Path.of("").toAbsolutePath().resolveSibling("scenarios");
        List<Path> files;
        try (Stream<Path> all = Files.walk(library)) {
            files = all.filter(file -> file.toString().endsWith(".scn")).sorted().toList();
        }
        List<String> wrong = new ArrayList<>();
        Map<String, String> notRun = new TreeMap<>();
        for (Path file : files) {
            Scenario scenario = (Scenario) Scenarios.read(file);
            RunResult result = Runner.run(scenario, Runner.USUAL_POLICY, xen);
            if (result.isNotRun()) {
                String name = String.valueOf(file.getFileName());
                notRun.put(name.substring(0, name.indexOf('-')), result.problem());
            }
            if (result.failed()) {
                wrong.add(file.getFileName() + ": " + result.problem() + result.judged());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(notRun).isEqualTo(NOT_RUN);
    }

    @Test
    void whatRealXenDoesOtherwiseIsAFailure() {
        failsIn(
                "scenario \"wrong\"\n"
                        + TREE
                        + """
                        cpu0 {
                          mmu_update L1[0] := none returns -EINVAL
                        }

                        expect {
                          always L1[0] -> page
                          always page count 1 and page type_count 0
                          always L4 pinned and cpu0 baseptr L4
                        }
                        """,
                "always cpu0.1 returns -EINVAL",
                "always L1[0] -> page");
    }

    @Test
    void crashEndsTheProgramAndWhatWasBeforeIsKnown() {
        failsIn(
                "scenario \"crash\"\n"
                        + TREE
                        + """
                        cpu0 {
                          mmu_update L1[0] := none returns 0
                          user read va(0, 0, 0, 0)[0] crashes
                        }

                        expect {
                          always L1[0] = none
                        }
                        """);
    }

    @Test
    void frameBelowTheLastSlotOfABaseIsTheAgents() {
        failsIn(
                """
                scenario "kernel"

                frames {
                  L4: l4 [511] -> kernel
                  kernel: l3
                }

                load cpu0 L4

                cpu0 {
                  pin l4 L4 returns 0
                }

                expect {
                  always L4[511] -> kernel and kernel type l3
                }
                """);
    }

    @Test
    void programsWithoutAnOrderRunOneAfterTheOther() {
        RunResult result =
                run(
                        "scenario \"two\"\nmachine {\n  cpus 2\n}\n"
                                + TREE
                                + """
                                load cpu1 L4

                                cpu0 {
                                  mmu_update L1[0] := none returns 0
                                }

                                cpu1 {
                                  unpin L4 returns 0
                                }
                                """);
        assertThat(result.failed()).isFalse();
        assertThat(result.policy()).endsWith("cpu0 first");
    }

    @Test
    void whatRealXenCannotDoIsNotRun() {
        RunResult result =
                run(
                        "scenario \"p\"\nmachine {\n  pcid on\n}\n"
                                + TREE
                                + "cpu0 {\n  tlb_flush local\n}");
        assertThat(result.isNotRun()).isTrue();
        assertThat(result.failed()).isFalse();
        assertThat(result.problem()).contains("pcid on");
    }
}
