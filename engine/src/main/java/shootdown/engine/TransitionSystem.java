package shootdown.engine;

import java.util.function.Consumer;

/**
 * A finite transition system over flat {@code long[]} states that are cut into blocks.
 *
 * <p>Blocks are what the engine shares between states: cut where parts of a state change
 * independently of one another. The answers of all methods must be the same throughout a search.
 */
public interface TransitionSystem {

    /** Returns the lengths of the blocks, in longs and in order. Their sum is a state's length. */
    int[] blockLengths();

    /**
     * Returns how many bits the content of a block has, if it is a single long whose higher bits
     * are all 0. Blocks of few bits cost nothing to look up.
     */
    default int blockBits(int block) {
        return Long.SIZE;
    }

    /**
     * Returns the index of the first block that is a <em>set</em>: a bitset that only ever allows
     * more behaviour when it has more bits. All later blocks are sets too. Returns {@code
     * blockLengths().length} if there are none.
     *
     * <p>{@linkplain SearchOptions#covering() Covering} is sound if the system is monotone: a state
     * whose set blocks are supersets, the other blocks being equal, violates at least as much and
     * has a successor by the same steps with, again, equal other blocks and supersets.
     */
    int firstSetBlock();

    /** Gives all initial states to {@code sink}, in canonical order. The sink copies them. */
    void initialStates(Consumer<long[]> sink);

    /** Returns a new expander. Each worker thread asks for one of its own. */
    Expander expander();

    /** Returns whether its expanders have {@linkplain Expander#parts() parts}. */
    default boolean hasParts() {
        return false;
    }

    /**
     * Returns the number of permutations under which the system is symmetric, identity included.
     */
    default int permutations() {
        return 1;
    }

    /**
     * Writes the image of {@code state} under a permutation to {@code out}. Permutation 0 is the
     * identity. May be called by several threads at once.
     */
    default void permute(long[] state, int permutation, long[] out) {
        if (permutation != 0) {
            throw new IllegalArgumentException("no permutation " + permutation);
        }
        System.arraycopy(state, 0, out, 0, state.length);
    }

    /** Returns the number of properties, at most {@link #MAX_PROPERTIES}. */
    int properties();

    /** Returns the number of counters that each {@link Expander} keeps. */
    int counters();

    /** The most properties that one search can judge: the bits of a mask. */
    int MAX_PROPERTIES = 63;
}
