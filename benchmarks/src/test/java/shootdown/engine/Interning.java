package shootdown.engine;

import java.util.Arrays;

/** What one thread of a race does: interns a content and reads it back. */
final class Interning {
    static final int LENGTH = 2;

    /** In place of an id: another content came back, or none. */
    private static final int WRONG = -1;

    private final BlockTable table;

    Interning(BlockTable table) {
        this.table = table;
    }

    static BlockTable table() {
        return new BlockTable(LENGTH, new MemoryBudget(Long.MAX_VALUE));
    }

    /** The id of content {@code n}, or {@link #WRONG}. */
    int intern(int n) {
        long[] content = {n, -n};
        long[] read = new long[LENGTH];
        try {
            int id = table.intern(content, 0);
            table.read(id, read, 0);
            return Arrays.equals(content, read) ? id : WRONG;
        } catch (NullPointerException noContent) {
            return WRONG;
        }
    }
}
