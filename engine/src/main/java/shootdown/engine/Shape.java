package shootdown.engine;

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

    /** Adds what is seen of each block. */
    void addTo(long[][] masks) {
        for (int i = 0; i < blocks.length; i++) {
            seen[i].addTo(masks[blocks[i]]);
        }
    }
}
