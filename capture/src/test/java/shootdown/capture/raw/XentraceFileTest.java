package shootdown.capture.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class XentraceFileTest {
    @TempDir Path folder;

    private List<XenRecord> read(Path file, Skipped skipped) throws IOException {
        List<XenRecord> records = new ArrayList<>();
        try (XentraceFile trace = XentraceFile.open(file, skipped)) {
            for (XenRecord record = trace.next(); record != null; record = trace.next()) {
                records.add(record);
            }
        }
        return records;
    }

    private List<String> timesAndCpus(Path file) throws IOException {
        return read(file, new Skipped(false)).stream()
                .map(record -> record.time() + " on " + record.cpu())
                .toList();
    }

    @Test
    void windowsOfTwoCpusComeInOneOrder() throws IOException {
        Path file =
                Xentrace.onCpu(0)
                        .at(10, 1)
                        .at(40, 1)
                        .thenCpu(1)
                        .at(20, 1)
                        .at(30, 1)
                        .thenCpu(0)
                        .at(50, 1)
                        .in(folder);
        assertThat(timesAndCpus(file))
                .containsExactly("10 on 0", "20 on 1", "30 on 1", "40 on 0", "50 on 0");
    }

    @Test
    void recordWithoutTimeHasThatOfTheOneBeforeOnItsCpu() throws IOException {
        Path file = Xentrace.onCpu(0).at(10, 1).soon(2, 7).thenCpu(1).at(20, 1).in(folder);
        assertThat(timesAndCpus(file)).containsExactly("10 on 0", "10 on 0", "20 on 1");
    }

    @Test
    void recordThatFillsUpABufferIsNone() throws IOException {
        Path file = Xentrace.onCpu(0).at(10, 1).soon(XenRecord.WRAP_BUFFER, 0).in(folder);
        assertThat(timesAndCpus(file)).containsExactly("10 on 0");
    }

    @Test
    void recordsAreReadAcrossManyBuffers() throws IOException {
        Xentrace trace = Xentrace.onCpu(0);
        for (int i = 0; i < 20_000; i++) {
            trace.at(i, 5, i, 1, 2);
        }
        List<XenRecord> records = read(trace.in(folder), new Skipped(false));
        assertThat(records).hasSize(20_000);
        assertThat(records.getLast().words()).containsExactly(19_999, 1, 2);
    }

    @Test
    void truncatedRecordIsNamedByItsByte() throws IOException {
        byte[] bytes = Xentrace.onCpu(0).at(10, 1).at(20, 1, 1, 2, 3).toBytes();
        bytes[8] = (byte) (bytes[8] - 4); // the window's length
        Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 4));
        assertThatThrownBy(() -> read(file, new Skipped(false)))
                .isInstanceOf(BadRecording.class)
                .hasMessage(
                        file
                                + ": byte 0x18: a record of 24 bytes (event 1), but 20 bytes are"
                                + " left in its window");
        Skipped skipped = new Skipped(true);
        assertThat(read(file, skipped)).hasSize(1);
        assertThat(skipped.count()).isEqualTo(1);
    }

    @Test
    void fileThatWasCutOffIsNamedByItsWindow() throws IOException {
        byte[] bytes = Xentrace.onCpu(0).at(10, 1).at(20, 1).toBytes();
        Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 12));
        assertThatThrownBy(() -> read(file, new Skipped(false)))
                .hasMessage(
                        file
                                + ": byte 0x0: a window of 24 bytes, of which the file has 12; it"
                                + " was cut off");
        assertThat(read(file, new Skipped(true))).hasSize(1);
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "# tracer: nop, and more");
        assertThatThrownBy(() -> read(text, new Skipped(true)))
                .hasMessageContaining("byte 0x0: expected a record that begins a CPU's window");
        Path packed =
                Files.write(
                        folder.resolve("gz"),
                        new byte[] {0x1f, (byte) 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertThatThrownBy(() -> read(packed, new Skipped(true)))
                .hasMessageEndingWith("unpack it first, it is gzip");
        assertThatThrownBy(() -> read(folder, new Skipped(true)))
                .hasMessageEndingWith("it is a folder");
        assertThatThrownBy(() -> read(folder.resolve("none"), new Skipped(true)))
                .hasMessageEndingWith("there is no such file");
    }

    @Test
    void tooManyCpusAreRefused() throws IOException {
        Path file = Xentrace.onCpu(99).at(10, 1).in(folder);
        assertThatThrownBy(() -> read(file, new Skipped(false)))
                .hasMessageEndingWith("byte 0x4: CPU 99; more than 64 CPUs");
    }

    @Test
    void countOfACallIsItsSecondArgument() {
        XenRecord call = new XenRecord(1, 0, XenRecord.HYPERCALL, new int[] {1 | 1 << 22, 3});
        assertThat(call.requests()).isEqualTo(3);
        assertThat(call.continues()).isFalse();
    }

    @Test
    void countBehindAWideArgumentIsFound() {
        int both = 26 | 2 << 20 | 1 << 22;
        XenRecord call = new XenRecord(1, 0, XenRecord.SUBCALL, new int[] {both, 8, 9, 5});
        assertThat(call.requests()).isEqualTo(5);
    }

    @Test
    void preemptedCallContinues() {
        int[] words = {1 | 1 << 22, 0x80000002};
        XenRecord call = new XenRecord(1, 0, XenRecord.HYPERCALL, words);
        assertThat(call.continues()).isTrue();
        assertThat(call.requests()).isEqualTo(2);
    }
}
