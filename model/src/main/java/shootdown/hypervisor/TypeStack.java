package shootdown.hypervisor;

/**
 * The type changes in progress on each CPU, the outermost first: a frame, the type wanted, whether
 * it has been taken, and the tracked slot that validation has reached. One word each, in the CPU's
 * block.
 */
final class TypeStack {
    static final int PHASE_GET = 0;
    static final int PHASE_VALIDATE = 1;

    private static final int TYPE_SHIFT = 32;
    private static final int PHASE_SHIFT = 36;
    private static final int INDEX_SHIFT = 40;

    private final CpuState cpus;

    TypeStack(CpuState cpus) {
        this.cpus = cpus;
    }

    /** Number of the innermost one, -1 if there is none. */
    int top(long[] s, int cpu) {
        return cpus.stackDepth(s, cpu) - 1;
    }

    void push(long[] s, int cpu, int mfn, int type) {
        int depth = cpus.stackDepth(s, cpu);
        cpus.setStackWord(s, cpu, depth, mfn | ((long) type << TYPE_SHIFT));
        cpus.setStackDepth(s, cpu, depth + 1);
    }

    /** Removes the innermost; returns {@code rc}. */
    int pop(long[] s, int cpu, int rc) {
        int depth = cpus.stackDepth(s, cpu) - 1;
        cpus.setStackWord(s, cpu, depth, 0);
        cpus.setStackDepth(s, cpu, depth);
        return rc;
    }

    void setPhase(long[] s, int cpu, int top, int phase, int index) {
        long word = cpus.stackWord(s, cpu, top) & ((1L << PHASE_SHIFT) - 1);
        word |= ((long) phase << PHASE_SHIFT) | ((long) index << INDEX_SHIFT);
        cpus.setStackWord(s, cpu, top, word);
    }

    int mfn(long[] s, int cpu, int top) {
        return (int) cpus.stackWord(s, cpu, top);
    }

    int type(long[] s, int cpu, int top) {
        return (int) (cpus.stackWord(s, cpu, top) >>> TYPE_SHIFT) & 7;
    }

    int phase(long[] s, int cpu, int top) {
        return (int) (cpus.stackWord(s, cpu, top) >>> PHASE_SHIFT) & 0xF;
    }

    int index(long[] s, int cpu, int top) {
        return (int) (cpus.stackWord(s, cpu, top) >>> INDEX_SHIFT) & 0xFFFF;
    }
}
