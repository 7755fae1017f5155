package shootdown.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.xen.ComponentMissing;
import shootdown.xen.Components;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real machine, recorded. */
@EnabledIf(value = "canRun", disabledReason = CaptureTest.NOT_THERE)
class CaptureTest {
    static final String NOT_THERE =
            "a capture needs qemu-system-x86 and Debian 12's packages: ./shootdown capture idle"
                    + " --out FOLDER fetches them once";

    @TempDir Path folder;

    private final List<String> stages = new ArrayList<>();

    /** In CI what is missing is fetched; elsewhere a test fetches nothing. */
    static boolean canRun() {
        boolean fetched = Packages.find(Path.of("/"), null).missing().isEmpty();
        boolean mustRun = "1".equals(System.getenv("SHOOTDOWN_REQUIRE_XEN"));
        return Components.program("qemu-system-x86_64").isPresent() && (fetched || mustRun);
    }

    private CaptureOptions options(List<Workload> workloads, @Nullable StaticProgram program) {
        return new CaptureOptions(
                workloads,
                program,
                List.of("7"),
                folder,
                false,
                Duration.ofMinutes(3),
                Path.of("/"),
                null);
    }

    private StaticProgram script(String text) throws IOException {
        return StaticProgram.read(Files.writeString(folder.resolve("mine.sh"), text));
    }

    @Test
    void ownProgramIsRecordedAndBothSidesCountTheSame() throws IOException {
        StaticProgram program = script("#!/bin/sh\n/bin/ls / >/tmp/list\nexit $1\n");
        List<Capture.Recorded> all =
                Capture.plan(options(List.of(), program)).run(() -> false, stages::add);
        assertThat(all).hasSize(1);
        Capture.Recorded recorded = all.getFirst();
        assertThat(recorded.workload()).isEqualTo("mine.sh");
        assertThat(recorded.code()).isEqualTo(7);
        assertThat(recorded.file()).isEqualTo(folder.resolve("mine.sh.csv.gz")).isNotEmptyFile();
        for (Hypercall call : Hypercall.values()) {
            assertThat(recorded.report().linux().calls(call)).isPositive();
            assertThat(recorded.report().xen().calls(call))
                    .isBetween(
                            recorded.report().linux().calls(call) - 1,
                            recorded.report().linux().calls(call));
        }
        assertThat(recorded.report().unknownRequests()).isZero();
        assertThat(recorded.report().lostByLinux() + recorded.report().lostByXen()).isZero();
        assertThat(stages).contains("booting", "recording mine.sh (1 of 1)");
        assertThat(folder.resolve(Capture.LOG)).content().contains("shootdown: done");
    }

    @Test
    void interruptionLeavesNoProcessAndNoFile() throws IOException {
        Capture capture = Capture.plan(options(List.of(Workload.IDLE), null));
        long before = children();
        assertThatThrownBy(() -> capture.run(() -> stages.contains("booting"), stages::add))
                .isInstanceOf(Interrupted.class);
        assertThat(children()).isEqualTo(before);
        assertThat(folder.toFile().list()).containsExactly(Capture.LOG);
    }

    private static long children() {
        return ProcessHandle.current().descendants().count();
    }

    @Test
    void missingProgramsAreNamed() {
        ComponentMissing missing =
                new ComponentMissing(List.of("gcc"), List.of("gcc", "libc6-dev"));
        assertThat(missing.says()).contains("apt-get install").endsWith("gcc libc6-dev");
    }
}
