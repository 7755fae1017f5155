package shootdown.engine;

/** Some bits of a block: contents that agree in them have the same number. Threads: any number. */
final class Projection {

    private final BlockTable block;
    private final long[] mask;
    private final boolean all;
    private final BlockTable contents;
    private final IdMap numbers;

    /**
     * @param budget of the contents
     * @param remembered of what is remembered
     */
    Projection(BlockTable block, long[] mask, MemoryBudget budget, MemoryBudget remembered) {
        this.block = block;
        this.mask = mask;
        boolean every = true;
        for (long word : mask) {
            every &= word == -1;
        }
        all = every;
        contents = new BlockTable(mask.length, budget);
        numbers = new IdMap(remembered);
    }

    /** Returns the number of what an id has in these bits. */
    int of(int id) {
        if (all) {
            return id;
        }
        int known = numbers.get(id);
        return known != 0 ? known : number(id);
    }

    /** Adds its bits to others of the same block. */
    void addTo(long[] bits, int from) {
        for (int w = 0; w < mask.length; w++) {
            bits[from + w] |= mask[w];
        }
    }

    /** Returns whether it has all these bits. */
    boolean covers(long[] bits) {
        for (int w = 0; w < mask.length; w++) {
            if ((bits[w] & ~mask[w]) != 0) {
                return false;
            }
        }
        return true;
    }

    private int number(int id) {
        long[] content = new long[mask.length];
        block.read(id, content, 0);
        for (int w = 0; w < mask.length; w++) {
            content[w] &= mask[w];
        }
        int number = contents.intern(content, 0);
        numbers.put(id, number);
        return number;
    }
}
