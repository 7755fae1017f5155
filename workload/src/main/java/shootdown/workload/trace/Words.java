package shootdown.workload.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/**
 * Each word that occurs in a recording as one string: names of tasks and functions repeat
 * endlessly.
 *
 * <p>An open hash table of at most {@value #MOST} words; those beyond it are made anew each time,
 * so memory is bounded whatever the recording has. A byte is a character, so that every name comes
 * back as it was.
 */
final class Words {
    private static final int MOST = 1 << 14;

    private @Nullable String[] table = new String[1 << 8];
    private int size;

    /** The word that these bytes are. */
    String of(byte[] bytes, int from, int to) {
        int mask = table.length - 1;
        int slot = hash(bytes, from, to) & mask;
        while (true) {
            String word = table[slot];
            if (word == null) {
                break;
            }
            if (equal(word, bytes, from, to)) {
                return word;
            }
            slot = (slot + 1) & mask;
        }
        String word = new String(bytes, from, to - from, ISO_8859_1);
        if (size < MOST) {
            table[slot] = word;
            size++;
            growIfHalfFull();
        }
        return word;
    }

    private void growIfHalfFull() {
        if (2 * size <= table.length) {
            return;
        }
        @Nullable String[] old = table;
        table = new String[2 * old.length];
        int mask = table.length - 1;
        for (String word : old) {
            if (word != null) {
                byte[] bytes = word.getBytes(ISO_8859_1);
                int slot = hash(bytes, 0, bytes.length) & mask;
                while (table[slot] != null) {
                    slot = (slot + 1) & mask;
                }
                table[slot] = word;
            }
        }
    }

    private static boolean equal(String word, byte[] bytes, int from, int to) {
        if (word.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (word.charAt(i - from) != (bytes[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 15;
    }
}
