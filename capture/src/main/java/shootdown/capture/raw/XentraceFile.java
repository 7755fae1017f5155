package shootdown.capture.raw;

import static java.util.Comparator.comparingLong;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file of xentrace, all CPUs in one order of time.
 *
 * <p>The file is a chain of windows, each a record that names a CPU and a number of bytes, and so
 * many bytes of that CPU's records. One CPU's records are in order; those of two CPUs in different
 * windows are not. So there is one cursor for each CPU, which jumps from window to window, and the
 * records are taken from whichever is behind: nothing is kept but one buffer a CPU.
 */
final class XentraceFile implements Closeable {
    private static final int WINDOW_HEADER = 12;
    private static final int LONGEST_RECORD = 4 + 8 + 7 * 4;
    private static final int CHUNK = 1 << 16;
    private static final byte GZIP = 0x1f;

    private final Path file;
    private final FileChannel channel;
    private final Skipped skipped;
    private final PriorityQueue<Cursor> cursors =
            new PriorityQueue<>(comparingLong((Cursor cursor) -> cursor.head().time()));

    private record Window(long offset, int bytes) {
        long end() {
            return offset + bytes;
        }
    }

    private XentraceFile(Path file, FileChannel channel, Skipped skipped) {
        this.file = file;
        this.channel = channel;
        this.skipped = skipped;
    }

    static XentraceFile open(Path file, Skipped skipped) throws IOException {
        if (Files.isDirectory(file)) {
            throw new BadRecording(file, "it is a folder");
        }
        if (!Files.exists(file)) {
            throw new BadRecording(file, "there is no such file");
        }
        XentraceFile trace =
                new XentraceFile(file, FileChannel.open(file, StandardOpenOption.READ), skipped);
        try {
            for (var cpu : trace.windows().entrySet()) {
                Cursor cursor = trace.new Cursor(cpu.getKey(), cpu.getValue());
                if (cursor.advance()) {
                    trace.cursors.add(cursor);
                }
            }
            return trace;
        } catch (IOException | RuntimeException e) {
            trace.close();
            throw e;
        }
    }

    /** The next record of all CPUs, or null. */
    @Nullable XenRecord next() throws IOException {
        Cursor behind = cursors.poll();
        if (behind == null) {
            return null;
        }
        XenRecord record = behind.head();
        if (behind.advance()) {
            cursors.add(behind);
        }
        return record;
    }

    /** Follows the chain. */
    private SortedMap<Integer, List<Window>> windows() throws IOException {
        SortedMap<Integer, List<Window>> windows = new TreeMap<>();
        ByteBuffer header = ByteBuffer.allocate(WINDOW_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        long size = channel.size();
        long at = 0;
        while (at < size) {
            read(header, at);
            if (header.remaining() < WINDOW_HEADER) {
                skipped.line(BadRecording.atByte(file, at, "the file ends in a window's header"));
                return windows;
            }
            Window window = window(header, at);
            int cpu = header.getInt(4);
            if (window.end() > size) {
                skipped.line(
                        BadRecording.atByte(
                                file,
                                at,
                                "a window of %d bytes, of which the file has %d; it was cut off"
                                        .formatted(window.bytes, size - window.offset)));
                window = new Window(window.offset, (int) (size - window.offset));
            }
            windows.computeIfAbsent(cpu, key -> new ArrayList<>()).add(window);
            at = window.end();
        }
        return windows;
    }

    private Window window(ByteBuffer header, long at) {
        int word = header.getInt(0);
        if ((word & 0xfffffff) != XenRecord.CPU_CHANGE || word >>> 28 != 2) {
            String packed = at == 0 && header.get(0) == GZIP ? "; unpack it first, it is gzip" : "";
            throw BadRecording.atByte(
                    file,
                    at,
                    "expected a record that begins a CPU's window (1f003 with two words), not %x%s"
                            .formatted(word, packed));
        }
        int cpu = header.getInt(4);
        int bytes = header.getInt(8);
        if (cpu < 0 || cpu >= RawImport.CPUS) {
            throw BadRecording.atByte(
                    file, at + 4, "CPU %d; more than %d CPUs".formatted(cpu, RawImport.CPUS));
        }
        if (bytes < 0) {
            throw BadRecording.atByte(file, at + 8, "a window of %d bytes".formatted(bytes));
        }
        return new Window(at + WINDOW_HEADER, bytes);
    }

    private void read(ByteBuffer into, long at) throws IOException {
        into.clear();
        while (into.hasRemaining() && channel.read(into, at + into.position()) > 0) {
            // The rest of it.
        }
        into.flip();
    }

    /** Where the records of one CPU have been read to. */
    private final class Cursor {
        private final int cpu;
        private final List<Window> windows;
        private final ByteBuffer buffer =
                ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN).limit(0);

        private int window = -1;
        private long position;
        private long end;
        private long time;
        private @Nullable XenRecord head;

        Cursor(int cpu, List<Window> windows) {
            this.cpu = cpu;
            this.windows = windows;
        }

        XenRecord head() {
            if (head == null) {
                throw new IllegalStateException("at the end");
            }
            return head;
        }

        /** Goes to the next record; false at the end. */
        boolean advance() throws IOException {
            do {
                if (!findRecord()) {
                    return false;
                }
                head = record();
            } while (head == null || head.event() == XenRecord.WRAP_BUFFER);
            return true;
        }

        private boolean findRecord() throws IOException {
            while (position == end) {
                window++;
                if (window == windows.size()) {
                    return false;
                }
                position = windows.get(window).offset();
                end = windows.get(window).end();
                buffer.limit(0);
            }
            if (buffer.remaining() < Math.min(LONGEST_RECORD, end - position)) {
                read(buffer, position);
            }
            return true;
        }

        /** Null if the rest of the window cannot be read. */
        private @Nullable XenRecord record() {
            long left = end - position;
            int word = left < 4 ? 0 : buffer.getInt(buffer.position());
            boolean stamped = word < 0;
            int count = word >>> 28 & 7;
            int bytes = 4 + (stamped ? 8 : 0) + 4 * count;
            if (left < bytes) {
                skipped.line(
                        BadRecording.atByte(
                                file,
                                position,
                                "a record of %d bytes (event %x), but %d bytes are left in its window"
                                        .formatted(bytes, word & 0xfffffff, left)));
                position = end;
                return null;
            }
            buffer.getInt();
            if (stamped) {
                time = buffer.getLong();
            }
            int[] words = new int[count];
            for (int i = 0; i < count; i++) {
                words[i] = buffer.getInt();
            }
            position += bytes;
            return new XenRecord(time, cpu, word & 0xfffffff, words);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
