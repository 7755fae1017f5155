package shootdown.capture.raw;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import shootdown.workload.trace.OrderCheck;
import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Via;
import shootdown.workload.trace.TraceForm;
import shootdown.workload.trace.TraceReader;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Three idle seconds of a real machine, recorded with {@code shootdown capture idle --raw}. What
 * Linux says and what Xen saw are independent, so their counts are held against each other.
 */
class RealRecordingTest {
    @TempDir Path folder;

    private Path out = Path.of("");
    private Path linux = Path.of("");
    private Path xentrace = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        out = folder.resolve("idle.csv.gz");
        linux = unpacked("idle.trace.txt");
        xentrace = unpacked("idle.trace.bin");
    }

    private Path unpacked(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = RealRecordingTest.class.getResourceAsStream(name + ".gz")) {
            assertThat(in).as(name).isNotNull();
            Files.copy(new GZIPInputStream(in), file);
        }
        return file;
    }

    private ImportReport run() throws IOException {
        return RawImport.run(linux, xentrace, false, "idle", out);
    }

    @Test
    void xenSawTheCallsThatLinuxMade() throws IOException {
        ImportReport report = run();
        for (Hypercall call : Hypercall.values()) {
            long lastOne = call == Hypercall.MMU_UPDATE ? 1 : 0; // behind Linux's last line
            assertThat(report.xen().calls(call)).isEqualTo(report.linux().calls(call) - lastOne);
            assertThat(report.xen().requests(call))
                    .isEqualTo(report.linux().requests(call) - lastOne);
        }
        assertThat(report.linux().calls(Hypercall.MMU_UPDATE)).isGreaterThan(500);
    }

    @Test
    void everyLineIsUnderstood() throws IOException {
        ImportReport report = run();
        assertThat(report.withoutProbe()).isZero();
        assertThat(report.leftOut()).isZero();
        assertThat(report.unknownRequests()).isZero();
        assertThat(report.notIssued()).isZero();
        assertThat(report.outOfStep()).isZero();
        assertThat(report.lostByLinux() + report.lostByXen()).isZero();
        assertThat(report.wentBack()).isZero();
    }

    @Test
    void recordingIsInOrderAndHasWhatWasCounted() throws IOException {
        ImportReport report = run();
        Map<String, Integer> kinds = new HashMap<>();
        long trapped = 0;
        try (TraceReader reader = TraceReader.open(out)) {
            assertThat(reader.form()).isEqualTo(TraceForm.STOCK);
            OrderCheck events = new OrderCheck(reader);
            for (TraceEvent event = events.next(); event != null; event = events.next()) {
                kinds.merge(event.getClass().getSimpleName(), 1, Integer::sum);
                trapped += event instanceof LinuxWrite w && w.via() == Via.TRAPPED ? 1 : 0;
            }
        }
        assertThat(kinds.values().stream().mapToLong(Integer::longValue).sum())
                .isEqualTo(report.events());
        assertThat(trapped).isEqualTo(report.trappedWrites()).isPositive();
        assertThat((long) kinds.getOrDefault("LinuxBatch", 0))
                .isEqualTo(report.linux().calls(Hypercall.MMU_UPDATE));
        assertThat((long) kinds.getOrDefault("VaMapping", 0))
                .isEqualTo(report.linux().requests(Hypercall.UPDATE_VA_MAPPING));
        assertThat(kinds).containsKeys("Mmuext", "DirectWrite", "Multicall");
    }
}
