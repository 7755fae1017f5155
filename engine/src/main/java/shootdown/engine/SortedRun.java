package shootdown.engine;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * Visited states on disk, in the order of their hashes: the difference to the last hash in as many
 * bytes as it needs, and the words of the key after the first.
 *
 * @param file holds them
 */
record SortedRun(DataFile file) {

    /** Writes a run. Used by one thread. */
    static final class Writer {

        private final DataFile file;
        private final int restWords;
        private long last;

        Writer(Path folder, String name, int restWords) {
            file = DataFile.create(folder, name);
            this.restWords = restWords;
        }

        void append(long hash, long[] key, int rest) {
            file.appendShort(hash - last);
            file.append(key, rest, restWords);
            last = hash;
        }

        SortedRun finish() {
            file.force();
            return new SortedRun(file);
        }
    }

    /** Reads a run. Used by one thread. */
    static final class Reader {

        private final DataReader data;
        private long hash;
        private boolean hasEntry;

        /** The words of the entry's key after the first. */
        final long[] rest;

        Reader(SortedRun run, int restWords) {
            data = new DataReader(run.file());
            rest = new long[restWords];
            next();
        }

        boolean hasEntry() {
            return hasEntry;
        }

        long hash() {
            return hash;
        }

        void next() {
            hasEntry = data.hasMore();
            if (hasEntry) {
                hash += data.readShort();
                data.read(rest, 0, rest.length);
            }
        }

        boolean isBefore(Reader other) {
            int order = Long.compareUnsigned(hash, other.hash);
            return order < 0 || (order == 0 && Arrays.compare(rest, other.rest) < 0);
        }
    }
}
