package shootdown.engine;

import org.jspecify.annotations.Nullable;

/**
 * A system that consists of parts, each of which takes its steps by itself and looks at little else
 * than some blocks of its own: the engine keeps what a part has answered, and asks it again only
 * where it would see something else.
 *
 * <p>A part looks at its {@linkplain #home home} in every step. What else it looks at, it tells bit
 * by bit ({@link #looked}), and the answer counts for every state in which these bits are the same.
 * So telling too much costs speed, telling too little costs the truth: with assertions on, every
 * answer that is recalled is compared with a new one.
 *
 * <p>Used by one thread at a time. All answers together must be those of the {@link Expander} that
 * has the parts: what {@link #judge} finds, the union of it over the parts; the successors, those
 * of the parts in order.
 */
public interface Parts {

    /** Returns the number of parts. */
    int count();

    /**
     * Returns the blocks that are always looked at to answer a question: that of a part, which has
     * the part's number, or one that follows up a step.
     */
    int[] home(int question);

    /** Forgets what was looked at. */
    void forget();

    /**
     * Returns the properties that a state violates as far as this part sees: bit i for property i.
     */
    long judge(long[] state, int part);

    /**
     * Returns the counters that the last {@link #judge} raises: bit i for counter i. Each is raised
     * by one for the state, whether one part says so or several. {@link #judge} itself raises none.
     */
    long raised();

    /** Emits the successors by steps of this part in canonical order, as an expander does. */
    void expand(long[] state, int part, Successors out);

    /**
     * Writes to {@code out} the questions that follow up the successor which is just being emitted,
     * or the last {@link #followUp}, in the order in which they are to be asked; numbers from
     * {@link #count} on, the same in all threads. Only what they leave is the successor.
     *
     * @return how many
     */
    int followUps(int[] out);

    /**
     * Takes a further stage of a step, in place.
     *
     * @return the properties that it breaks
     */
    long followUp(long[] state, int question);

    /**
     * Returns the bits of a block that were looked at or written since {@link #forget}, or null if
     * none were. Blocks at home need not be told.
     */
    long @Nullable [] looked(int block);
}
