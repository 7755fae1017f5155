package shootdown.engine;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * One member's part of a search that several members share: the states that it owns, in the order
 * in which they were added, and what it takes to expand and to compare them.
 *
 * <p>A state is a tuple of block ids, and ids are this part's own: whoever sends a state elsewhere
 * sends the contents of its blocks. {@link #owner} says whose a state is, by contents alone.
 *
 * <p>Threads: one. Every method that stores something may throw {@link MemoryExhausted}.
 */
public final class Partition {

    /** Hears what comes out of the states that are expanded, in canonical order. */
    public interface Candidates {
        /**
         * A successor that differs from its parent.
         *
         * @param place of the parent in this part
         * @param index of this successor among those of its parent that differ from it
         * @param ids the array in which its block ids begin at {@code from}; read it at once
         */
        void candidate(int place, int index, int[] ids, int from);

        /**
         * A state that violates properties, or a step that does.
         *
         * @param properties bit i for property i
         * @param place of the state, or of the one that the step leaves
         * @param step the step at fault or {@link Violation#NO_STEP}
         * @param before how many candidates of the same parent precede the step
         */
        void violation(long properties, int place, int step, int before);
    }

    /** The most states that are expanded at once. */
    private static final int CHUNK = 256;

    private final TransitionSystem system;
    private final MemoryBudget budget;
    private final Store store;
    private final StateLog log;
    private final Blocks blocks;
    private final Worker worker;
    private final Chunk expanded;
    private final Chunk[] incoming;
    private final Share all;
    private final int owning;
    private final long[][] hashes;
    private final long[][] multipliers;
    private final long[] content;
    private long transitions;

    /**
     * A part of a search of {@code system} that owns nothing yet.
     *
     * @param budget takes what it allocates; closed by whoever made it
     */
    public Partition(TransitionSystem system, SearchOptions options, MemoryBudget budget) {
        this.system = system;
        this.budget = budget;
        store = new Store(system, options.covering(), budget);
        log = store.log();
        blocks = store.blocks();
        int[] lengths = system.blockLengths();
        expanded = new Chunk(lengths.length, CHUNK, budget);
        incoming = new Chunk[] {new Chunk(lengths.length, 1, budget)};
        all = new Share(0, 1, budget);
        worker = new Worker(system, options, blocks, Answers.of(system, blocks, budget), budget);
        owning = options.covering() ? system.firstSetBlock() : lengths.length;
        hashes = new long[lengths.length][];
        multipliers = new long[lengths.length][];
        int longest = 0;
        for (int b = 0; b < lengths.length; b++) {
            hashes[b] = budget.longs(16);
            multipliers[b] = Hashing.multipliers(lengths[b]);
            longest = Math.max(longest, lengths[b]);
        }
        content = new long[longest];
    }

    /** Returns the number of blocks of a state. */
    public int blocks() {
        return blocks.count();
    }

    /** Returns the length of a block in longs. */
    public int length(int block) {
        return blocks.offset(block + 1) - blocks.offset(block);
    }

    /** Returns the id of a block's content. */
    public int intern(int block, long[] words, int from) {
        return blocks.table(block).intern(words, from);
    }

    /** Copies the content of a block id. */
    public void read(int block, int id, long[] words, int from) {
        blocks.table(block).read(id, words, from);
    }

    /**
     * Returns which of {@code members} owns a state. By the contents of all blocks; or, if states
     * cover one another, of those that are no sets, so that states that may are in one part.
     */
    public int owner(int[] ids, int from, int members) {
        long hash = 0;
        for (int b = 0; b < owning; b++) {
            hash = (hash ^ hash(b, ids[from + b])) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return (int) (((hash & 0xFFFF_FFFFL) * members) >>> 32);
    }

    /** Gives the block ids of all initial states to {@code sink}, in canonical order. */
    public void initialStates(Consumer<int[]> sink) {
        system.initialStates(
                state -> {
                    expanded.reset(StateLog.NO_PARENT, 0);
                    worker.addInitial(expanded, state);
                    sink.accept(Arrays.copyOf(expanded.ids, blocks.count()));
                });
    }

    /** Returns the number of states of this part. */
    public int size() {
        return log.size();
    }

    /** Copies the block ids of the state at a place. */
    public void ids(int place, int[] ids) {
        store.layout().unpack(log.keyArray(place), log.keyOffset(place), ids, 0);
    }

    /** Returns a new array with the content of the state at a place. */
    public long[] state(int place) {
        return store.state(place);
    }

    /**
     * Expands {@code count} states from place {@code first} on.
     *
     * @return whether all were; false if cancelled
     */
    public boolean expand(int first, int count, Candidates out) {
        for (int done = 0; done < count; done += CHUNK) {
            int from = first + done;
            int some = Math.min(CHUNK, count - done);
            expanded.reset(from, some);
            worker.expand(expanded, log, store.layout());
            if (!expanded.complete) {
                return false;
            }
            transitions += expanded.transitions;
            tell(out);
        }
        return true;
    }

    private void tell(Candidates out) {
        for (ChunkViolations.Entry entry : expanded.violations.entries()) {
            int before = entry.candidates() - begin(entry.state());
            out.violation(
                    entry.properties(),
                    expanded.firstState + entry.state(),
                    entry.step(),
                    entry.step() == Violation.NO_STEP ? 0 : before);
        }
        int count = blocks.count();
        for (int s = 0; s < expanded.states; s++) {
            int begin = begin(s);
            for (int c = begin; c < expanded.ends[s]; c++) {
                out.candidate(expanded.firstState + s, c - begin, expanded.ids, c * count);
            }
        }
    }

    /** Returns how many candidates precede those of the chunk's state {@code s}. */
    private int begin(int s) {
        return s == 0 ? 0 : expanded.ends[s - 1];
    }

    /** Returns the number of successors generated so far. */
    public long transitions() {
        return transitions;
    }

    /** Returns what the expander counted so far. */
    public long[] counters() {
        long[] counters = new long[system.counters()];
        worker.addCounters(counters);
        return counters;
    }

    /**
     * Adds those of {@code count} states that were not added before, and are not covered by one
     * that was. They get the next places, in their order.
     *
     * @param ids block ids, state after state
     * @param fresh is told which were added
     */
    public void add(int[] ids, int count, boolean[] fresh) {
        Chunk chunk = incoming[0];
        chunk.reset(StateLog.NO_PARENT, 0);
        int width = blocks.count();
        for (int c = 0; c < count; c++) {
            int at = chunk.reserve(); // chunk.ids may be another array now
            System.arraycopy(ids, c * width, chunk.ids, at, width);
            chunk.size++;
        }
        store.ready(incoming, 0, 1);
        store.merge(chunk, all);
        int words = store.layout().words();
        for (int c = 0; c < count; c++) {
            fresh[c] = chunk.marks[c] == Chunk.NEW;
            if (fresh[c]) {
                log.append(chunk.keys, c * words, StateLog.NO_PARENT);
            }
        }
    }

    /** Returns the hash of a content, from memory once it was asked for. */
    private long hash(int block, int id) {
        if (id >= hashes[block].length) {
            hashes[block] = budget.grow(hashes[block], Math.max(id + 1L, id * 2L));
        }
        long known = hashes[block][id];
        if (known == 0) {
            blocks.table(block).read(id, content, 0);
            known = Hashing.block(content, 0, multipliers[block]) | 1;
            hashes[block][id] = known;
        }
        return known;
    }
}
