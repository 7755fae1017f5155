package shootdown.cluster;

import java.util.Arrays;

/** States with a key each, in the order of keys: what one member sends to another in a round. */
final class Found {
    private final int width;
    final Longs keys = new Longs();
    private int[] ids;

    Found(int width) {
        this.width = width;
        ids = new int[64 * width];
    }

    void add(long key, int[] from, int at) {
        int end = (keys.size() + 1) * width;
        if (end > ids.length) {
            ids = Arrays.copyOf(ids, ids.length * 2);
        }
        System.arraycopy(from, at, ids, end - width, width);
        keys.add(key);
    }

    int[] ids() {
        return ids;
    }
}
