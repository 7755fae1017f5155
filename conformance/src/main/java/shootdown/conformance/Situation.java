package shootdown.conformance;

/** How things stand in a program, as far as choosing the next step looks at it. */
interface Situation {
    long entry(int frame, int slot);

    /** PageInfo.TYPE_*. */
    int type(int frame);

    long typeCount(int frame);

    boolean pinned(int frame);

    int kernelBase(int cpu);

    /** -1 for none. */
    int userBase(int cpu);

    /** Whether the frame is in use as what {@link #type} says. */
    default boolean inUse(int frame) {
        return typeCount(frame) > 0;
    }
}
