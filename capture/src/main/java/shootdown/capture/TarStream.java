package shootdown.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Tar archives, one after the other on a raw disk; two blocks of zeros end each, and two more where
 * the next would begin end them all. Regular files only; folders are passed over.
 */
final class TarStream {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int TYPE_AT = 156;

    /** Zeros at the end of an archive, which is filled up to a multiple of 10 KiB. */
    private static final int MOST_ZERO_BLOCKS = 24;

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private long left;
    private long padding;

    TarStream(InputStream in) {
        this.in = in;
    }

    /** A file in an archive. */
    record Entry(String name, long size) {}

    /** The next file, or null. */
    @Nullable Entry next() throws IOException {
        in.skipNBytes(left + padding);
        left = 0;
        padding = 0;
        int zeros = 0;
        while (zeros <= MOST_ZERO_BLOCKS) {
            if (in.readNBytes(block, 0, BLOCK) < BLOCK) {
                return null;
            }
            if (block[0] == 0) {
                zeros++;
                continue;
            }
            zeros = 0;
            Entry entry = new Entry(text(0, NAME), Long.parseLong(text(SIZE_AT, SIZE_DIGITS), 8));
            left = entry.size;
            padding = -left & BLOCK - 1;
            if (block[TYPE_AT] == '0' || block[TYPE_AT] == 0) {
                return entry;
            }
            in.skipNBytes(left + padding);
            left = 0;
            padding = 0;
        }
        return null;
    }

    /** Copies the content of the file that {@link #next} returned last. */
    void copyTo(OutputStream out) throws IOException {
        byte[] chunk = new byte[1 << 16];
        while (left > 0) {
            int count = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (count < 0) {
                throw new IOException("the disk ends in the middle of a file");
            }
            out.write(chunk, 0, count);
            left -= count;
        }
    }

    private String text(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return new String(block, at, end - at, UTF_8).strip();
    }
}
