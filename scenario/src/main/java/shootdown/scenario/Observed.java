package shootdown.scenario;

import java.util.List;

/**
 * One outcome of a scenario: what the calls gave back, and the state of the frames at the end.
 * Frames and the entries that name them are numbered as in the scenario.
 */
public interface Observed {
    /** All that a call gave back; nothing if it was not done. */
    List<Answer> answers(Place place);

    /** An entry of a table, or eight bytes of a page. */
    long entry(int mfn, int slot);

    /** PageInfo.TYPE_*. */
    int type(int mfn);

    int typeCount(int mfn);

    /** General references of count_info. */
    int count(int mfn);

    int linearCount(int mfn);

    boolean isPinned(int mfn);

    boolean isValidated(int mfn);

    boolean isPartial(int mfn);

    /** A domain's id, or {@link Condition#NOBODY}. */
    int owner(int mfn);

    /** The frame that the vCPU of a CPU has loaded as its kernel or user base, or -1. */
    int base(int cpu, boolean user);
}
