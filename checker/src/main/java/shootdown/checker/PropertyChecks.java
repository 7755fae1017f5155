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

    /** A property that one state shows to hold or not. */
    interface StateProperty {
        Judgement judge(long[] s);
    }

    private record Check(Property property, StateProperty check) {}

    private final LinearFreshness linear;
    private final Check[] checks;
    private final long[] atStake = new long[Property.values().length];

    PropertyChecks(Hypervisor xen) {
        linear = new LinearFreshness(xen, new LegalWalk(xen));
        checks =
                new Check[] {
                    new Check(Property.P1, new TypeSafety(xen)),
                    new Check(Property.P2, new RootCopy(xen)),
                    new Check(Property.P3, linear),
                    new Check(Property.P5, new RootProgress(xen)),
                    new Check(Property.P6, new DirtyMasks(xen)),
                    new Check(Property.P7, new Accounting(xen)),
                    new Check(Property.P8, new Ownership(xen)),
                };
    }

    /** The properties that {@code s} violates, bit for bit. */
    long violations(long[] s) {
        long violated = 0;
        for (Check check : checks) {
            Judgement judgement = check.check.judge(s);
            if (judgement != Judgement.NOTHING_AT_STAKE) {
                atStake(check.property);
            }
            if (judgement == Judgement.VIOLATED) {
                violated |= check.property.bit();
            }
        }
        return violated;
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
