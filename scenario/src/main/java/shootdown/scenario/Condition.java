package shootdown.scenario;

/** Something that is true or false of an outcome: of what calls returned and of the last state. */
public sealed interface Condition {
    record And(Condition left, Condition right) implements Condition {}

    record Or(Condition left, Condition right) implements Condition {}

    record Not(Condition condition) implements Condition {}

    /** What a call gave back. */
    record Answered(Place place, Answer answer) implements Condition {}

    /** A present entry names this frame, with whatever flags. */
    record EntryNames(int table, int slot, int mfn) implements Condition {}

    /** An entry, or eight bytes of a page; of a present entry A and D are not compared. */
    record EntryIs(int table, int slot, long value) implements Condition {}

    /**
     * A frame's type.
     *
     * @param type PageInfo.TYPE_*
     */
    record TypeIs(int mfn, int type) implements Condition {}

    /** Which count of a frame. */
    enum Figure {
        /** General references, of count_info. */
        COUNT,
        TYPE_COUNT,
        LINEAR_COUNT
    }

    record FigureIs(int mfn, Figure what, int value) implements Condition {}

    /** Which mark of a frame. */
    enum Mark {
        PINNED,
        VALIDATED,
        PARTIAL
    }

    record IsMarked(int mfn, Mark mark) implements Condition {}

    /** Whose a frame is; {@link #NOBODY} for one that went back to the heap. */
    record OwnerIs(int mfn, int domid) implements Condition {}

    /** What a vCPU has loaded; -1 for none. */
    record BaseIs(int cpu, boolean user, int mfn) implements Condition {}

    /** No owner. */
    int NOBODY = -1;
}
