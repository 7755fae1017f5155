package shootdown.engine;

/**
 * What one worker knows of a transition system: which properties a state breaks, and what follows.
 *
 * <p>Used by one thread at a time. Results must depend on the given state alone.
 */
public interface Expander {

    /**
     * Returns the properties that {@code state} violates: bit i for property i. Called exactly once
     * for each state that is explored, just before it is expanded.
     */
    long check(long[] state);

    /** Emits all successors of {@code state} in canonical order, and leaves the state as it is. */
    void expand(long[] state, Successors out);

    /**
     * Returns this expander's counters. They are summed over all workers at the end of a search,
     * and do not depend on threads if each state adds the same whoever expands it.
     */
    long[] counters();

    /**
     * Returns the parts of which this is made, with the same counters; only of a system that
     * {@linkplain TransitionSystem#hasParts() has parts}.
     */
    default Parts parts() {
        throw new UnsupportedOperationException("a system without parts");
    }
}
