package shootdown.hypervisor;

import shootdown.hardware.Models;

import java.util.Arrays;

/**
 * How far the program of each CPU has come, and what its calls have given the guest so far.
 *
 * <p>Calls are numbered from 0 in the order of the program, depth first: a multicall, its entries,
 * the next call. A word for the position and three for each call; on machines without programs
 * there are none, and all setters do nothing.
 */
@Models(
        value = "what a guest sees of its hypercalls: RAX, *pdone, the result of a multicall entry",
        simplified = "none")
@SuppressWarnings("EnumOrdinal") // an outcome is stored as its number, inside this class only
public final class Results {
    /** How a call ended. */
    public enum Outcome {
        /** It has not, or the guest cannot see how. */
        NONE,
        /** With a result in RAX, or in the multicall's entry. */
        RETURNED,
        /** With an exception for the guest. */
        FAULTED,
        /** The domain was crashed. */
        CRASHED
    }

    /** Longs for the position of a program. */
    static final int POSITION_WORDS = 1;

    /** Longs for each call. */
    static final int WORDS = 3;

    private static final int CODE = 0;
    private static final int DONE = 1;
    private static final int VALUE = 2;
    private static final int OUTCOME_SHIFT = 32;
    private static final int VECTOR_SHIFT = 16;
    private static final int REQUEST_SHIFT = 16;
    private static final long CALL_MASK = 0xFFFF;
    private static final long REQUEST_MASK = 0xFFFF_FFFFL;
    private static final long LEAVING = 1L << 48;
    private static final Outcome[] OUTCOMES = Outcome.values();

    private final Layout layout;
    private final Machine machine;

    Results(Layout layout) {
        this.layout = layout;
        this.machine = layout.machine();
    }

    private int at(int cpu, int call, int word) {
        return layout.programBase(cpu) + POSITION_WORDS + call * WORDS + word;
    }

    // What the guest has seen.

    public Outcome outcome(long[] s, int cpu, int call) {
        return OUTCOMES[(int) (s[at(cpu, call, CODE)] >>> OUTCOME_SHIFT)];
    }

    /** The result in RAX, or of the multicall's entry; for a call that has returned. */
    public int rc(long[] s, int cpu, int call) {
        return (int) s[at(cpu, call, CODE)];
    }

    /** The vector of the exception; for a call that has faulted. */
    public int vector(long[] s, int cpu, int call) {
        return rc(s, cpu, call) >>> VECTOR_SHIFT;
    }

    /** The error code of the exception, 0 for one without; for a call that has faulted. */
    public int errorCode(long[] s, int cpu, int call) {
        return rc(s, cpu, call) & 0xFFFF;
    }

    /** What {@code *pdone} holds, or -1 if the call has not written it. */
    public long done(long[] s, int cpu, int call) {
        return s[at(cpu, call, DONE)] - 1;
    }

    /**
     * What an access has read, the address of a page fault, or the status that a grant operation
     * has stored; else 0.
     */
    public long value(long[] s, int cpu, int call) {
        return s[at(cpu, call, VALUE)];
    }

    // Of the call in progress.

    /** Ends the call in progress with an exception for the guest. */
    void fault(long[] s, int cpu, int vector, int errorCode) {
        if (machine.runsProgram(cpu)) {
            record(s, cpu, call(s, cpu), Outcome.FAULTED, (vector << VECTOR_SHIFT) | errorCode);
        }
    }

    /** The domain is crashed: nothing of it runs again. */
    void crash(long[] s, int cpu) {
        Domain.setCrashed(s, layout.domain(machine.firstDomain(cpu)));
        if (machine.runsProgram(cpu)) {
            record(s, cpu, call(s, cpu), Outcome.CRASHED, 0);
        }
    }

    void setValue(long[] s, int cpu, long value) {
        if (machine.runsProgram(cpu)) {
            s[at(cpu, call(s, cpu), VALUE)] = value;
        }
    }

    void setDone(long[] s, int cpu, long done) {
        s[at(cpu, call(s, cpu), DONE)] = done + 1;
    }

    /** Ends a call with a result, unless it has ended in another way already. */
    void complete(long[] s, int cpu, int call, int rc) {
        if (outcome(s, cpu, call) == Outcome.NONE) {
            record(s, cpu, call, Outcome.RETURNED, rc);
        }
    }

    private void record(long[] s, int cpu, int call, Outcome outcome, int code) {
        s[at(cpu, call, CODE)] =
                ((long) outcome.ordinal() << OUTCOME_SHIFT) | (code & 0xFFFF_FFFFL);
    }

    // The position.

    /** Number of the call in progress, or of the next one between calls. */
    public int call(long[] s, int cpu) {
        return (int) (s[layout.programBase(cpu)] & CALL_MASK);
    }

    /** Requests of the call in progress that are done. */
    public int request(long[] s, int cpu) {
        return (int) (s[layout.programBase(cpu)] >>> REQUEST_SHIFT & REQUEST_MASK);
    }

    /** Whether the last call has returned to the guest but Xen has not been left yet. */
    boolean isLeaving(long[] s, int cpu) {
        return (s[layout.programBase(cpu)] & LEAVING) != 0;
    }

    void setPosition(long[] s, int cpu, int call, int request, boolean leaving) {
        s[layout.programBase(cpu)] =
                call | ((long) request << REQUEST_SHIFT) | (leaving ? LEAVING : 0);
    }

    /** Begins anew, for a program of so many calls. */
    void clear(long[] s, int cpu, int calls) {
        int from = layout.programBase(cpu);
        Arrays.fill(s, from, from + POSITION_WORDS + calls * WORDS, 0);
    }

    void left(long[] s, int cpu) {
        if (machine.runsProgram(cpu)) {
            s[layout.programBase(cpu)] &= ~LEAVING;
        }
    }
}
