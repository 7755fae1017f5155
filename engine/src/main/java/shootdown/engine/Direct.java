package shootdown.engine;

/**
 * Asks the expander about each state.
 *
 * <p>A successor is compared with its parent block by block, so that only blocks that the step
 * changed are hashed and interned.
 */
final class Direct implements Expansion, Successors {

    private final Blocks blocks;
    private final Expander expander;
    private final Canonical canonical;
    private final long[] state;
    private final int[] ids;
    private Chunk chunk;
    private int place;

    Direct(Expander expander, Blocks blocks, Canonical canonical, Chunk first) {
        this.blocks = blocks;
        this.expander = expander;
        this.canonical = canonical;
        state = new long[blocks.stateLength()];
        ids = new int[blocks.count()];
        chunk = first;
    }

    @Override
    public void expand(int[] of, Chunk into, int at) {
        chunk = into;
        place = at;
        blocks.read(of, 0, state, ids);
        into.violations.addState(expander.check(state), place);
        expander.expand(state, this);
        assert blocks.holds(ids, state) : "the expander changed the state";
    }

    @Override
    public void addCounters(long[] sums) {
        long[] counters = expander.counters();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += counters[i];
        }
    }

    @Override
    public void add(long[] next, int step, long violations) {
        chunk.transitions++;
        if (violations != 0) {
            chunk.violations.addStep(violations, place, step, chunk.size);
        }
        if (intern(canonical.of(next))) {
            chunk.size++;
        }
    }

    /** Writes the ids of {@code next} to the chunk; returns whether it differs from the parent. */
    private boolean intern(long[] next) {
        int at = chunk.reserve();
        System.arraycopy(ids, 0, chunk.ids, at, ids.length);
        int first = blocks.nextChanged(state, next, 0);
        for (int b = first; b < ids.length; b = blocks.nextChanged(state, next, b + 1)) {
            chunk.ids[at + b] = blocks.table(b).intern(next, blocks.offset(b));
        }
        return first < ids.length;
    }
}
