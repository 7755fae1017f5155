package shootdown.policy;

import shootdown.hardware.Pte;

/**
 * An update for tests of policies. {@link #L2} and the like are edits of pinned tables of the
 * current domain, XPTI off; the methods change one thing each.
 */
record Edit(
        int level,
        long oldEntry,
        boolean xpti,
        boolean kernelBase,
        boolean userBase,
        boolean elsewhere,
        boolean ownDomain,
        int mustDo,
        long reached)
        implements Update {

    static final Edit L1 = of(1);
    static final Edit L2 = of(2);
    static final Edit L3 = of(3);

    /** Not in use here, no other uses. */
    static final Edit L4 = of(4);

    static final Edit L4_XPTI = new Edit(4, L4.oldEntry, true, false, false, false, true, 0, 0);

    private static Edit of(int level) {
        return new Edit(level, Pte.of(7, Pte.PRESENT), false, false, false, false, true, 0, 0);
    }

    /** The table is the current vCPU's {@code guest_table}. */
    Edit inUse() {
        return new Edit(
                level, oldEntry, xpti, true, userBase, elsewhere, ownDomain, mustDo, reached);
    }

    /** The table is the current vCPU's {@code guest_table_user}. */
    Edit asUserTable() {
        return new Edit(
                level, oldEntry, xpti, kernelBase, true, elsewhere, ownDomain, mustDo, reached);
    }

    /** The table has one more use, unknown to this vCPU. */
    Edit others() {
        return new Edit(
                level, oldEntry, xpti, kernelBase, userBase, true, ownDomain, mustDo, reached);
    }

    /** The L4 that these CPUs have loaded reach the table. */
    Edit reachedFrom(long cpus) {
        return new Edit(
                level, oldEntry, xpti, kernelBase, userBase, elsewhere, ownDomain, mustDo, cpus);
    }

    Edit ofForeignDomain() {
        return new Edit(
                level, oldEntry, xpti, kernelBase, userBase, elsewhere, false, mustDo, reached);
    }

    Edit fromNotPresent() {
        return new Edit(
                level, 0, xpti, kernelBase, userBase, elsewhere, ownDomain, mustDo, reached);
    }

    /** The frame stays, only flags change: Xen's fast path. */
    Edit sameFrame() {
        long entry = newEntry() & ~Pte.ACCESSED;
        return new Edit(
                level, entry, xpti, kernelBase, userBase, elsewhere, ownDomain, mustDo, reached);
    }

    /** {@code FLUSH_CACHE} is due on every dirty CPU too. */
    Edit withCache() {
        int cache = FlushFlags.FLUSH_CACHE;
        return new Edit(
                level, oldEntry, xpti, kernelBase, userBase, elsewhere, ownDomain, cache, reached);
    }

    @Override
    public int table() {
        return 3;
    }

    @Override
    public int slot() {
        return 0;
    }

    @Override
    public long newEntry() {
        return Pte.of(8, Pte.PRESENT | Pte.ACCESSED);
    }

    @Override
    public long typeCount() {
        return 2L + (kernelBase ? 1 : 0) + (userBase ? 1 : 0) + (elsewhere ? 1 : 0);
    }

    @Override
    public boolean pinned() {
        return true;
    }

    @Override
    public boolean pv32() {
        return false;
    }

    @Override
    public long dirtyMask() {
        return ownDomain ? 0b11 : 0b10;
    }

    @Override
    public boolean reaches(int cpu) {
        return (reached >> cpu & 1) != 0;
    }
}
