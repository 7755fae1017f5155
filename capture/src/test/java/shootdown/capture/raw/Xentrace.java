package shootdown.capture.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes xentrace's format, window by window. */
final class Xentrace {
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
        ByteBuffer bytes = bytes(12 + 4 * words.length);
        bytes.putInt(event | words.length << 28 | 1 << 31).putLong(time);
        return add(bytes, words);
    }

    /** A record without. */
    Xentrace soon(int event, int... words) {
        ByteBuffer bytes = bytes(4 + 4 * words.length);
        bytes.putInt(event | words.length << 28);
        return add(bytes, words);
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

    private Xentrace add(ByteBuffer bytes, int... words) {
        for (int word : words) {
            bytes.putInt(word);
        }
        window.writeBytes(bytes.array());
        return this;
    }

    private void endWindow() {
        ByteBuffer header = bytes(12);
        header.putInt(XenRecord.CPU_CHANGE | 2 << 28).putInt(cpu).putInt(window.size());
        file.writeBytes(header.array());
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

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
