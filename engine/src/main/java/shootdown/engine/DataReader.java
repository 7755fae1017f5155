package shootdown.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads a {@link DataFile} from the beginning to the end. Used by one thread. */
final class DataReader {

    private static final int BUFFER = 1 << 16;

    private final DataFile file;
    private final long end;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private long next;

    DataReader(DataFile file) {
        this.file = file;
        end = file.length();
        buffer.limit(0);
    }

    boolean hasMore() {
        return buffer.hasRemaining() || next < end;
    }

    long read() {
        need(Long.BYTES);
        return buffer.getLong();
    }

    void read(long[] words, int from, int count) {
        for (int w = from; w < from + count; w++) {
            words[w] = read();
        }
    }

    /** Reads what {@link DataFile#appendShort} wrote. */
    long readShort() {
        need(10);
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte part = buffer.get();
            number |= (part & 0x7FL) << shift;
            if (part >= 0) {
                return number;
            }
        }
    }

    /** Has so many bytes in the buffer, or all that there are. */
    private void need(int bytes) {
        if (buffer.remaining() < bytes && next < end) {
            buffer.compact();
            int kept = buffer.position();
            int part = (int) Math.min(buffer.capacity() - kept, end - next);
            byte[] fresh = new byte[part];
            file.read(next, fresh, part);
            next += part;
            buffer.put(fresh);
            buffer.flip();
        }
    }
}
