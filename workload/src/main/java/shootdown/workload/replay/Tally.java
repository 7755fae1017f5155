package shootdown.workload.replay;

import shootdown.hypervisor.Observer.FlushSource;

import java.util.Arrays;

/**
 * What one policy has done in one recording, counted.
 *
 * <p>The flushes of the policy are split by what it flushed for: if an invocation of do_mmu_update
 * has several edits, that of the highest level, and the first of these.
 */
public final class Tally {
    /** Parts of equal numbers of events into which a recording is cut. */
    public static final int SLICES = 40;

    private final Flushes[] levels = new Flushes[5];
    private final Flushes[] slices = new Flushes[SLICES];
    private final PerKind<Transition, Flushes> transitions =
            new PerKind<>(Transition.class, Flushes::new);
    private final PerKind<FlushSource, Flushes> sources =
            new PerKind<>(FlushSource.class, Flushes::new);
    long invocations;
    long rootRequests;
    long rootCopies;
    long lostUsed;
    long lostMost;
    long fullFlushes;
    long partialFlushes;

    Tally() {
        fill(levels);
        fill(slices);
    }

    private static void fill(Flushes[] all) {
        Arrays.setAll(all, i -> new Flushes());
    }

    /** Invocations of do_mmu_update, continuations with requests left among them. */
    public long invocations() {
        return invocations;
    }

    /** All flushes of the policy. */
    public Flushes policy() {
        return of(FlushSource.POLICY);
    }

    /** Flushes of translations by who asked for them; what is less than all of them too. */
    public Flushes of(FlushSource source) {
        return sources.of(source);
    }

    /**
     * Flushes of the policy for edits of this level.
     *
     * @param level 1..4; 0 for those without an edit
     */
    public Flushes level(int level) {
        return levels[level];
    }

    /** Flushes of the policy for edits of this kind. */
    public Flushes transition(Transition transition) {
        return transitions.of(transition);
    }

    /** Flushes of the policy in a part of the recording, 0..{@link #SLICES}-1. */
    public Flushes slice(int slice) {
        return slices[slice];
    }

    /** Requests for a new root copy, on each CPU; 0 without XPTI. */
    public long rootRequests() {
        return rootRequests;
    }

    /** Root copies made on the way to the guest; 0 without XPTI. */
    public long rootCopies() {
        return rootCopies;
    }

    /**
     * Translations that the policy's flushes took from CPUs that the recording shows to have used
     * them since their last flush: at least so many.
     */
    public long lostUsed() {
        return lostUsed;
    }

    /**
     * At most so many: what the loaded tables map, but no more than the TLB holds, at each flush.
     */
    public long lostMost() {
        return lostMost;
    }

    /**
     * Full flushes that CPUs have made for the policy, those put off to the exit when they were
     * made.
     */
    public long fullFlushes() {
        return fullFlushes;
    }

    /** Flushes for the policy of less than everything, such as the linear range. */
    public long partialFlushes() {
        return partialFlushes;
    }
}
