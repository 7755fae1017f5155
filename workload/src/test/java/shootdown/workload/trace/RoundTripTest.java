package shootdown.workload.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
}
