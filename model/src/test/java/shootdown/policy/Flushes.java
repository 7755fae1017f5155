package shootdown.policy;

import static shootdown.policy.FlushFlags.has;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs a policy over a batch on CPU 0 of two CPUs and tells the flushes in the notation of the
 * thread's matrix: {@code Loc T+R, Rem -}. T is {@code FLUSH_TLB}, G {@code FLUSH_TLB_GLOBAL}, R
 * {@code FLUSH_ROOT_PGTBL}, C {@code FLUSH_CACHE}, r! the direct store, L the linear range, @exit
 * what waits for the return to the guest.
 */
final class Flushes implements Flusher, Invocation {
    private static final long BOTH_DIRTY = 0b11;
    private static final long OTHER_DIRTY = 0b10;

    private final long dirtyMask;
    private int local;
    private int others;
    private boolean rootPgtChanged;
    private int flushes;

    private Flushes(long dirtyMask) {
        this.dirtyMask = dirtyMask;
    }

    /** All flushes of one invocation; a foreign domain has only the other CPU in its mask. */
    static String of(Policy policy, Edit... batch) {
        Flushes flushes = new Flushes(batch[0].ownDomain() ? BOTH_DIRTY : OTHER_DIRTY);
        policy.finished(flushes, flushes, flushes.update(policy, batch));
        return flushes.toString();
    }

    /** The flushes that precede the end of the batch. */
    static String atOnce(Policy policy, Edit... batch) {
        Flushes flushes = new Flushes(BOTH_DIRTY);
        int unused = flushes.update(policy, batch);
        return flushes.toString();
    }

    /** How many flushes of other CPUs one invocation takes. */
    static int rounds(Policy policy, Edit... batch) {
        Flushes flushes = new Flushes(BOTH_DIRTY);
        policy.finished(flushes, flushes, flushes.update(policy, batch));
        return flushes.flushes;
    }

    private int update(Policy policy, Edit... batch) {
        int accumulator = 0;
        for (Edit edit : batch) {
            accumulator = policy.updated(edit, this, accumulator);
        }
        return accumulator;
    }

    @Override
    public void local(int flags) {
        local |= localIsDirty() ? flags : 0;
    }

    @Override
    public void othersBut(long spared, int flags) {
        others |= (spared & OTHER_DIRTY) == 0 ? flags : 0;
        flushes++;
    }

    @Override
    public void rootPgtChanged() {
        rootPgtChanged = true;
    }

    @Override
    public int cpu() {
        return 0;
    }

    @Override
    public long dirtyMask() {
        return dirtyMask;
    }

    @Override
    public String toString() {
        return "Loc " + letters(local, rootPgtChanged) + ", Rem " + letters(others, false);
    }

    private static String letters(int flags, boolean store) {
        List<String> letters = new ArrayList<>();
        String when = has(flags, FlushFlags.FLUSH_AT_EXIT) ? "@exit" : "";
        letter(letters, has(flags, FlushFlags.FLUSH_TLB), "T" + when);
        letter(letters, has(flags, FlushFlags.FLUSH_LINEAR_RANGE), "L");
        letter(letters, has(flags, FlushFlags.FLUSH_TLB_GLOBAL), "G");
        letter(letters, has(flags, FlushFlags.FLUSH_ROOT_PGTBL), "R");
        letter(letters, has(flags, FlushFlags.FLUSH_CACHE), "C");
        letter(letters, store, "r!");
        return letters.isEmpty() ? "-" : String.join("+", letters);
    }

    private static void letter(List<String> letters, boolean present, String letter) {
        if (present) {
            letters.add(letter);
        }
    }
}
