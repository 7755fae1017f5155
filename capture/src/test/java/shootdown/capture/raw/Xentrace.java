package shootdown.capture.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes xentrace's format, window by window. */
final class Xentrace {
    private static final int STAMPED = 1 << 31;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final ByteArrayOutputStream window = new ByteArrayOutputStream();
    private int cpu;

    static Xentrace onCpu(int cpu) {
        Xentrace trace = new Xentrace();
        trace.cpu = cpu;
        return trace;
    }

    /** A window of another CPU begins. */
    Xentrace thenCpu(int next) {
        endWindow();
        cpu = next;
        return this;
    }

    /** A record with a time. */
    Xentrace at(long time, int event, int... words) {
        put(window, event | words.length << 28 | STAMPED, (int) time, (int) (time >>> 32));
        put(window, words);
        return this;
    }

    /** A record without. */
    Xentrace soon(int event, int... words) {
        put(window, event | words.length << 28);
        put(window, words);
        return this;
    }

    Xentrace trappedWrite(long time, long kva, long value) {
        return at(
                time,
                XenRecord.TRAPPED_WRITE,
                (int) value,
                (int) (value >>> 32),
                (int) kva,
                (int) (kva >>> 32),
                0x81000000,
                0xffffffff);
    }

    /** A hypercall whose second argument is recorded. */
    Xentrace call(long time, int number, int requests) {
        return at(time, XenRecord.HYPERCALL, number | 1 << 22, requests);
    }

    private void endWindow() {
        put(file, XenRecord.CPU_CHANGE | 2 << 28, cpu, window.size());
        file.writeBytes(window.toByteArray());
        window.reset();
    }

    byte[] toBytes() {
        endWindow();
        return file.toByteArray();
    }

    Path in(Path folder) throws IOException {
        return Files.write(folder.resolve("trace.bin"), toBytes());
    }

    private static void put(ByteArrayOutputStream out, int... words) {
        for (int word : words) {
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                out.write(word >>> shift);
            }
        }
    }
}
