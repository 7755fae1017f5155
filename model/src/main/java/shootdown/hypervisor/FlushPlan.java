package shootdown.hypervisor;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;

import shootdown.policy.FlushFlags;
import shootdown.policy.Flusher;

/** Collects what a policy asks for during a hook; one for each thread. */
final class FlushPlan implements Flusher {
    private int cpu;
    private long dirty;
    private int local;
    private int others;
    private long targets;
    private boolean rootStored;

    void begin(int initiator, long dirtyMask) {
        cpu = initiator;
        dirty = dirtyMask;
        local = 0;
        others = 0;
        targets = 0;
        rootStored = false;
    }

    @Override
    public void local(int flags) {
        local |= (dirty >>> cpu & 1) != 0 ? known(flags) : 0;
    }

    @Override
    public void othersBut(long spared, int flags) {
        long reached = dirty & ~(1L << cpu) & ~spared;
        if (known(flags) != 0 && reached != 0) {
            others |= flags;
            targets |= reached;
        }
    }

    private static int known(int flags) {
        if (!FlushFlags.isKnown(flags)) {
            throw new IllegalArgumentException(
                    "unknown flush flags 0x" + Integer.toHexString(flags));
        }
        return flags;
    }

    @Override
    public void rootPgtChanged() {
        rootStored = true;
    }

    int localFlags() {
        return local;
    }

    int othersFlags() {
        return others;
    }

    long targets() {
        return targets;
    }

    boolean isRootStored() {
        return rootStored;
    }

    boolean isEmpty() {
        return local == 0 && others == 0;
    }

    /** The same CPUs would execute the same; how the local root copy is asked for is no matter. */
    boolean doesTheSameAs(FlushPlan other) {
        return effectiveLocal() == other.effectiveLocal()
                && others == other.others
                && targets == other.targets;
    }

    private int effectiveLocal() {
        return rootStored ? local | FLUSH_ROOT_PGTBL : local;
    }

    Observer.Decision decision() {
        return new Observer.Decision(effectiveLocal(), others);
    }
}
