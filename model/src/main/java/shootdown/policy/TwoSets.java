package shootdown.policy;

/**
 * Two sets of flush flags in one accumulator: one for the local CPU, one for the rest.
 *
 * <p>A flag lies in bits 8..18 for the local CPU and in bits 19..29 for the rest. The low byte,
 * which Xen uses for the order of a range, is left to a policy's own marks.
 */
final class TwoSets {
    private static final int FLAGS = 0x7ff00;
    private static final int REST_SHIFT = 11;

    private TwoSets() {}

    static int local(int flags) {
        return flags;
    }

    static int rest(int flags) {
        return flags << REST_SHIFT;
    }

    static int both(int flags) {
        return local(flags) | rest(flags);
    }

    static int localOf(int sets) {
        return sets & FLAGS;
    }

    static int restOf(int sets) {
        return sets >>> REST_SHIFT & FLAGS;
    }

    /** Gives the local CPU its set and the other CPUs theirs; an empty set flushes nothing. */
    static void flush(Flusher flusher, int sets) {
        if (localOf(sets) != 0) {
            flusher.local(localOf(sets));
        }
        if (restOf(sets) != 0) {
            flusher.others(restOf(sets));
        }
    }
}
