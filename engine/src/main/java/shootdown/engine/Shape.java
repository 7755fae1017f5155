package shootdown.engine;

import org.jspecify.annotations.Nullable;

/**
 * What an answer has looked at beyond its home.
 *
 * @param blocks the blocks, ascending
 * @param seen what was looked at of each
 */
record Shape(int[] blocks, Projection[] seen) {

    /** Writes the numbers of what is seen of a state to {@code out}. */
    int see(int[] ids, int from, int[] out, int to) {
        int at = to;
        for (int i = 0; i < blocks.length; i++) {
            out[at++] = seen[i].of(ids[from + blocks[i]]);
        }
        return at;
    }

    /** Adds what is seen of each block to the masks of a whole state. */
    void addTo(long[] masks, Blocks of) {
        for (int i = 0; i < blocks.length; i++) {
            seen[i].addTo(masks, of.offset(blocks[i]));
        }
    }

    /** Returns whether all of this is seen: for each block some bits, or null for none. */
    boolean covers(long[] @Nullable [] other) {
        int next = 0;
        for (int b = 0; b < other.length; b++) {
            boolean here = next < blocks.length && blocks[next] == b;
            if (other[b] != null && !(here && seen[next].covers(other[b]))) {
                return false;
            }
            next += here ? 1 : 0;
        }
        return true;
    }
}
