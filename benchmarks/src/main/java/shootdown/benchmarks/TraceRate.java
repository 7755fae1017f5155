package shootdown.benchmarks;

import com.sun.management.OperatingSystemMXBean;

import shootdown.workload.trace.OrderCheck;
import shootdown.workload.trace.TraceReader;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.GZIPInputStream;

/**
 * Measures how fast a recording is read: events a second, of wall time and of CPU time, from gzip
 * and as plain text, and with the check of the order of events.
 *
 * <p>{@code TraceRate FILE ROUNDS [COPIES]}. With copies, the text is read so often in one stream:
 * 300 of compile are 80 million events. Run with a small {@code -Xmx} to see that memory does not
 * grow.
 */
public final class TraceRate {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private TraceRate() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        int copies = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        byte[] text;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            text = in.readAllBytes();
        }
        for (int round = Integer.parseInt(args[1]); round > 0; round--) {
            if (copies == 1) {
                measure("gzip", TraceReader.open(file), false);
                measure("order", TraceReader.open(file), true);
            }
            measure("plain", TraceReader.of(args[0], repeated(text, copies), false), false);
        }
    }

    private static InputStream repeated(byte[] text, int copies) {
        return new SequenceInputStream(
                Collections.enumeration(
                        Collections.nCopies(copies, text).stream()
                                .map(ByteArrayInputStream::new)
                                .toList()));
    }

    private static void measure(String source, TraceReader opened, boolean inOrder) {
        long cpu = SYSTEM.getProcessCpuTime();
        long wall = System.nanoTime();
        long events = 0;
        try (TraceReader reader = opened) {
            OrderCheck check = new OrderCheck(reader);
            while ((inOrder ? check.next() : reader.next()) != null) {
                events++;
            }
        }
        double seconds = (System.nanoTime() - wall) / 1e9;
        double cpuSeconds = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
        System.out.printf(
                "%-5s %,d events, %.3f s, %.3f s CPU: %,.0f events/s, %,.0f events/CPU s%n",
                source, events, seconds, cpuSeconds, events / seconds, events / cpuSeconds);
    }
}
