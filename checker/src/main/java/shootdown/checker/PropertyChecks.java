package shootdown.checker;

import shootdown.hypervisor.Hypervisor;

/**
 * Judges states by all properties of states, and counts how often something was at stake. One for
 * each thread.
 */
final class PropertyChecks {
    /** What a property says of a state. */
    enum Judgement {
        NOTHING_AT_STAKE,
        HOLDS,
        VIOLATED;

        static Judgement of(boolean holds) {
            return holds ? HOLDS : VIOLATED;
        }
    }

    /** What a property says of the machine as a whole. */
    interface StateProperty {
        Judgement judge(long[] s);
    }

    /** What a property says of one CPU: it holds if it holds for all of them. */
    interface CpuProperty {
        Judgement judge(long[] s, int cpu);
    }

    private record WholeCheck(Property property, StateProperty check) {}

    private record CpuCheck(Property property, CpuProperty check) {}

    private final int cpus;
    private final LinearFreshness linear;
    private final WholeCheck[] wholeChecks;
    private final CpuCheck[] cpuChecks;
    private final long[] atStake = new long[Property.values().length];
    private long violated;
    private long stakes;

    PropertyChecks(Hypervisor xen) {
        cpus = xen.layout().machine().cpus();
        linear = new LinearFreshness(xen, new LegalWalk(xen));
        wholeChecks =
                new WholeCheck[] {
                    new WholeCheck(Property.P1, new DescriptorPages(xen)),
                    new WholeCheck(Property.P6, new DirtyMasks(xen)),
                    new WholeCheck(Property.P7, new Accounting(xen)),
                };
        cpuChecks =
                new CpuCheck[] {
                    new CpuCheck(Property.P1, new TypeSafety(xen)),
                    new CpuCheck(Property.P2, new RootCopy(xen)),
                    new CpuCheck(Property.P3, linear),
                    new CpuCheck(Property.P5, new RootProgress(xen)),
                    new CpuCheck(Property.P8, new Ownership(xen)),
                };
    }

    /** The properties that {@code s} violates, bit for bit; counts what is at stake. */
    long violations(long[] s) {
        violated = 0;
        stakes = 0;
        judgeWhole(s);
        for (int cpu = 0; cpu < cpus; cpu++) {
            judgeCpu(s, cpu);
        }
        for (long left = stakes; left != 0; left &= left - 1) {
            atStake[Long.numberOfTrailingZeros(left)]++;
        }
        return violated;
    }

    /** The properties that the machine as a whole violates; counts nothing. */
    long wholeViolations(long[] s) {
        violated = 0;
        stakes = 0;
        judgeWhole(s);
        return violated;
    }

    /** The properties that one CPU violates; counts nothing. */
    long cpuViolations(long[] s, int cpu) {
        violated = 0;
        stakes = 0;
        judgeCpu(s, cpu);
        return violated;
    }

    /** The properties for which something was at stake in the last judgement, bit for bit. */
    long stakes() {
        return stakes;
    }

    private void judgeWhole(long[] s) {
        for (WholeCheck check : wholeChecks) {
            note(check.property, check.check.judge(s));
        }
    }

    private void judgeCpu(long[] s, int cpu) {
        for (CpuCheck check : cpuChecks) {
            note(check.property, check.check.judge(s, cpu));
        }
    }

    private void note(Property property, Judgement judgement) {
        stakes |= judgement == Judgement.NOTHING_AT_STAKE ? 0 : property.bit();
        violated |= judgement == Judgement.VIOLATED ? property.bit() : 0;
    }

    /** Whether a read through the linear map has rightly found this frame, or a fault (-1). */
    boolean isLegalRead(long[] s, int cpu, int window, int mfn) {
        if (!linear.isOwnEvent(s, cpu, window)) {
            return true; // the state before was judged
        }
        atStake(Property.P3);
        return linear.isLegal(s, cpu, window, mfn);
    }

    void atStake(Property property) {
        atStake[property.index()]++;
    }

    /** How often something was at stake for each property. */
    long[] atStake() {
        return atStake;
    }
}
