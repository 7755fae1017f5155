package shootdown.workload.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.TableDropped;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reader and writer are inverse. */
final class RoundTripTest {
    @ParameterizedTest
    @MethodSource("shootdown.workload.trace.Recordings#all")
    void everyRecordingIsWrittenBackByteByByte(Path file) throws IOException {
        byte[] text;
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            text = in.readAllBytes();
        }
        ByteArrayOutputStream copy = new ByteArrayOutputStream(text.length);
        try (TraceReader reader = TraceReader.open(file);
                TraceWriter writer = TraceWriter.to(copy, reader.name(), reader.form())) {
            for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
                writer.write(event);
            }
        }
        assertThat(copy.toByteArray()).isEqualTo(text);
    }

    @Test
    void sameEventsGiveTheSameFile(@TempDir Path folder) throws IOException {
        Path source = Recordings.stock("idle");
        Path one = copy(source, folder.resolve("one.csv.gz"));
        Path other = copy(source, folder.resolve("other.csv.gz"));
        assertThat(one).hasSameBinaryContentAs(other);
        assertThat(copy(one, folder.resolve("again.csv.gz"))).hasSameBinaryContentAs(one);
        assertThat(Files.size(one)).isLessThan(Files.size(source) * 11 / 10);
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (TraceReader reader = TraceReader.open(from);
                TraceWriter writer = TraceWriter.create(to, reader.name(), reader.form())) {
            for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
                writer.write(event);
            }
        }
        return to;
    }

    @Test
    void eventOfTheOtherFormIsRefusedAndLeavesNothingBehind() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TraceWriter writer = TraceWriter.to(out, "x", TraceForm.STOCK)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.write(new TableDropped(1, 0, "a-1", 0x40, 1)))
                    .withMessageStartingWith("not in a STOCK recording: TableDropped[");
            writer.write(new Multicall(1, 0, "a-1", 2));
        }
        assertThat(out.toString(ISO_8859_1))
                .isEqualTo("# shootdown-trace 1 x (stock)\n1,0,a-1,MC,2\n");
    }

    @Test
    void timeThatGoesBackIsNotWritten() throws IOException {
        try (TraceWriter writer =
                TraceWriter.to(new ByteArrayOutputStream(), "x", TraceForm.FULL)) {
            writer.write(new Multicall(5, 0, "a-1", 2));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.write(new Multicall(4, 1, "b-2", 2)));
        }
    }
}
