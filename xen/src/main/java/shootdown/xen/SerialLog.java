package shootdown.xen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** What the hypervisor says on its serial line, and whether it has given up. */
final class SerialLog implements Closeable {
    /**
     * How the hypervisor begins to say that it is over, in the order in which they are looked for.
     */
    enum Alarm {
        HYPERVISOR_PANIC("Panic on CPU"),
        DOMAIN_CRASH("Domain 0 (vcpu#"),
        DOMAIN_SHUTDOWN("Hardware Dom0 ");

        private final String words;

        Alarm(String words) {
            this.words = words;
        }
    }

    private static final int FIRST_LINES = 12;
    private static final int LAST_LINES = 24;
    private static final int LAST_WORDS = 5;
    private static final int LIMIT = 1 << 20;

    private final FileChannel file;

    /** Where the part begins that belongs to the present. */
    private long start;

    private SerialLog(FileChannel file) {
        this.file = file;
    }

    static SerialLog open(Path file) throws IOException {
        return new SerialLog(
                FileChannel.open(
                        file,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE));
    }

    /** Forgets all that was said until now. */
    void forget() {
        start = size();
    }

    /** Whether anything was said; costs one system call. */
    boolean hasNews() {
        return size() > start;
    }

    Optional<Alarm> alarm() {
        if (!hasNews()) {
            return Optional.empty();
        }
        String text = text();
        for (Alarm alarm : Alarm.values()) {
            if (text.contains(alarm.words)) {
                return Optional.of(alarm);
            }
        }
        return Optional.empty();
    }

    /** For messages: the first lines, where a crash says what it is, and the last ones. */
    String excerpt() {
        List<String> lines = text().replace("\r", "").strip().lines().toList();
        int hidden = lines.size() - FIRST_LINES - LAST_LINES;
        if (hidden <= 0) {
            return String.join("\n", lines);
        }
        return String.join("\n", lines.subList(0, FIRST_LINES))
                + "\n… "
                + hidden
                + " lines …\n"
                + String.join("\n", lines.subList(FIRST_LINES + hidden, lines.size()));
    }

    /** For messages of machines that do not come up: why is what they say last. */
    String lastWords() {
        List<String> lines = text().replace("\r", "").strip().lines().toList();
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
    }

    private String text() {
        long size = size();
        long from = Math.max(start, size - LIMIT);
        ByteBuffer bytes = ByteBuffer.allocate((int) (size - from));
        try {
            while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) {
                // The rest of it.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String(bytes.array(), 0, bytes.position(), ISO_8859_1);
    }

    private long size() {
        try {
            return file.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
