package shootdown.xen;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The machine's memory, mapped: an offset is a machine address. */
final class SharedRam implements AutoCloseable {
    private final FileChannel file;
    private final ByteBuffer bytes;

    SharedRam(Path path, long size) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        bytes = file.map(MapMode.READ_WRITE, 0, size);
    }

    Mailbox mailbox(long mfn) {
        return new Mailbox(bytes, mfn << 12);
    }

    /**
     * Gives the memory back at once; a mapping would hold it until the garbage collector comes by.
     * Nobody may touch a mailbox any more, and QEMU is gone.
     */
    @Override
    public void close() {
        try (file) {
            file.truncate(0);
        } catch (IOException e) {
            // Then the garbage collector gives it back.
        }
    }
}
