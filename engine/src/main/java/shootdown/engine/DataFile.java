package shootdown.engine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A file that only ever grows, with a running checksum. What is appended is in the file after
 * {@link #flush()} and survives a power failure after {@link #force()}. Used by one thread.
 */
final class DataFile implements AutoCloseable {

    /**
     * A file as a checkpoint knows it: later bytes do not belong to it.
     *
     * @param checksum CRC-32C of the first {@code length} bytes
     */
    record Extent(String name, long length, long checksum) {}

    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final RandomAccessFile file;
    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private long length;

    private DataFile(Path path) {
        this.path = path;
        try {
            file = new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException failure) {
            throw new DiskFailure(name(), failure);
        }
    }

    /** Makes an empty file, in place of one that is there. */
    static DataFile create(Path folder, String name) {
        DataFile made = new DataFile(folder.resolve(name));
        made.truncate();
        return made;
    }

    /** Opens what a checkpoint knows of a file, after comparing it with its checksum. */
    static DataFile open(Path folder, Extent known) {
        DataFile opened = new DataFile(folder.resolve(known.name()));
        opened.recover(known);
        return opened;
    }

    private void recover(Extent known) {
        try {
            if (file.length() < known.length()) {
                throw damaged("is truncated");
            }
            byte[] bytes = buffer.array();
            file.seek(0);
            while (length < known.length()) {
                int part = (int) Math.min(bytes.length, known.length() - length);
                file.readFully(bytes, 0, part);
                checksum.update(bytes, 0, part);
                length += part;
            }
        } catch (IOException failure) {
            throw new DiskFailure(name(), failure);
        }
        if (checksum.getValue() != known.checksum()) {
            throw damaged("is damaged: its checksum is wrong");
        }
        truncate();
    }

    private UnusableFolder damaged(String how) {
        close();
        return new UnusableFolder("%s %s; delete the folder and begin anew".formatted(path, how));
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    Path path() {
        return path;
    }

    /** The bytes appended so far. */
    long length() {
        return length + buffer.position();
    }

    /** What a checkpoint must know of the file; to be called after {@link #force()}. */
    Extent extent() {
        return new Extent(name(), length, checksum.getValue());
    }

    void append(long word) {
        if (buffer.remaining() < Long.BYTES) {
            flush();
        }
        buffer.putLong(word);
    }

    void append(long[] words, int from, int count) {
        for (int w = from; w < from + count; w++) {
            append(words[w]);
        }
    }

    /** Appends a number in as many bytes as it needs, seven bits each. */
    void appendShort(long number) {
        if (buffer.remaining() < 10) {
            flush();
        }
        long left = number;
        while ((left & ~0x7FL) != 0) {
            buffer.put((byte) (left | 0x80));
            left >>>= 7;
        }
        buffer.put((byte) left);
    }

    void flush() {
        try {
            file.seek(length);
            file.write(buffer.array(), 0, buffer.position());
        } catch (IOException failure) {
            throw new DiskFailure(name(), failure);
        }
        checksum.update(buffer.array(), 0, buffer.position());
        length += buffer.position();
        buffer.clear();
    }

    /** Flushes, and waits until the disk has all. */
    void force() {
        flush();
        try {
            file.getFD().sync();
        } catch (IOException failure) {
            throw new DiskFailure(name(), failure);
        }
    }

    /** Reads bytes that were flushed. */
    void read(long position, byte[] bytes, int count) {
        try {
            file.seek(position);
            file.readFully(bytes, 0, count);
        } catch (IOException failure) {
            throw new DiskFailure(name(), failure);
        }
    }

    /** Reads {@code count} words that were flushed. */
    void read(long position, long[] words, int count) {
        byte[] bytes = new byte[count * Long.BYTES];
        read(position, bytes, bytes.length);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words, 0, count);
    }

    private void truncate() {
        try {
            file.setLength(length);
        } catch (IOException failure) {
            throw new DiskFailure(name(), failure);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException failure) {
            throw new DiskFailure(name(), failure);
        }
    }
}
