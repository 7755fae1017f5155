package shootdown.engine;

import java.util.function.BooleanSupplier;

/**
 * Expands states and turns what comes out into candidates.
 *
 * <p>A successor is compared with its parent block by block, so that only blocks that the step
 * changed are hashed and interned. Used by one thread at a time.
 */
final class Worker implements Successors {

    private static final int POLL_MASK = 15;

    private final Blocks blocks;
    private final Expander expander;
    private final BooleanSupplier cancelled;
    private final Canonical canonical;
    private final long[] state;
    private final int[] ids;
    private Chunk chunk;
    private int place;

    Worker(TransitionSystem system, SearchOptions options, Blocks blocks, Chunk first) {
        this.blocks = blocks;
        canonical = new Canonical(system, options.symmetry(), blocks.stateLength());
        cancelled = options.cancelled();
        expander = system.expander();
        state = new long[blocks.stateLength()];
        ids = new int[blocks.count()];
        chunk = first;
    }

    Expander expander() {
        return expander;
    }

    /** Expands all states of a chunk; leaves it incomplete when cancelled. */
    void expand(Chunk into, StateLog log, KeyLayout layout) {
        chunk = into;
        for (place = 0; place < into.states; place++) {
            if ((place & POLL_MASK) == 0 && cancelled.getAsBoolean()) {
                return;
            }
            read(into.firstState + place, log, layout);
            into.violations.addState(expander.check(state), place);
            expander.expand(state, this);
            assert blocks.holds(ids, state) : "the expander changed the state";
            into.ends[place] = into.size;
        }
        into.complete = true;
    }

    /** Adds an initial state to a chunk. */
    void addInitial(Chunk into, long[] initial) {
        long[] least = canonical.of(initial);
        int at = into.reserve();
        for (int b = 0; b < ids.length; b++) {
            into.ids[at + b] = blocks.table(b).intern(least, blocks.offset(b));
        }
        into.size++;
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
        int[] target = chunk.ids;
        int b = 0;
        int changed = blocks.nextChanged(state, next, 0);
        boolean differs = changed < ids.length;
        while (changed < ids.length) {
            for (; b < changed; b++) {
                target[at + b] = ids[b];
            }
            target[at + b] = blocks.table(b).intern(next, blocks.offset(b));
            b++;
            changed = blocks.nextChanged(state, next, b);
        }
        for (; b < ids.length; b++) {
            target[at + b] = ids[b];
        }
        return differs;
    }

    /** Reads a state; blocks that equal those of the last one are in place already. */
    private void read(int number, StateLog log, KeyLayout layout) {
        long[] keys = log.keyArray(number);
        int at = log.keyOffset(number);
        for (int b = 0; b < ids.length; b++) {
            int id = layout.id(keys, at, b);
            if (id != ids[b]) {
                ids[b] = id;
                blocks.table(b).read(id, state, blocks.offset(b));
            }
        }
    }
}
