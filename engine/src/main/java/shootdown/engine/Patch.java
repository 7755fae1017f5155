package shootdown.engine;

/** New values for some bits of a block. Threads: any number. */
final class Patch {

    private final BlockTable block;
    private final long[] mask;
    private final long[] values;
    private final IdMap patched = new IdMap();

    /**
     * @param mask the bits that get new values
     * @param values these values; 0 outside of the mask
     */
    Patch(BlockTable block, long[] mask, long[] values) {
        this.block = block;
        this.mask = mask;
        this.values = values;
    }

    /** Returns what becomes of an id. */
    int of(int id) {
        int known = patched.get(id);
        return known != 0 ? known : patch(id);
    }

    private int patch(int id) {
        long[] content = new long[mask.length];
        block.read(id, content, 0);
        for (int w = 0; w < mask.length; w++) {
            content[w] = (content[w] & ~mask[w]) | values[w];
        }
        int to = block.intern(content, 0);
        patched.put(id, to);
        return to;
    }
}
