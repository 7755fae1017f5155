package shootdown.engine;

/** New values for some bits of a block. Threads: any number. */
final class Patch {

    private final BlockTable block;
    private final int length;
    private final long[] change;
    private final IdMap patched;

    /**
     * @param change the mask of the bits that get new values; these values, 0 outside of the mask
     * @param remembered the memory for what is remembered
     */
    Patch(BlockTable block, long[] change, MemoryBudget remembered) {
        this.block = block;
        this.change = change;
        length = block.length();
        patched = new IdMap(remembered);
    }

    /** Returns what becomes of an id. */
    int of(int id) {
        int known = patched.get(id);
        return known != 0 ? known : patch(id);
    }

    private int patch(int id) {
        long[] content = new long[length];
        block.read(id, content, 0);
        for (int w = 0; w < length; w++) {
            content[w] = (content[w] & ~change[w]) | change[length + w];
        }
        int to = block.intern(content, 0);
        patched.put(id, to);
        return to;
    }
}
