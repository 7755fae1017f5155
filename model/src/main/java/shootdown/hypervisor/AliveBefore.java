package shootdown.hypervisor;

import shootdown.hardware.ControlRegister;
import shootdown.hardware.Pte;

/**
 * What a machine had before somebody began to write down what happens on it. A table that was alive
 * then is known to be one when it is first named, and each of its entries when it is first
 * replaced; until then it has them, and nobody knows them.
 *
 * <p>Each fact is put into the state as if it had been there from the start: types and counts are
 * what the model's own calls would have made of it.
 */
public final class AliveBefore {
    private final Hypervisor xen;
    private final Layout layout;
    private final PageInfo pages;

    AliveBefore(Hypervisor xen) {
        this.xen = xen;
        this.layout = xen.layout();
        this.pages = xen.pages();
    }

    /** A vCPU is loaded: its CPU is one that the domain's flushes are for. */
    public void loaded(long[] s, int cpu) {
        int domain = layout.domain(xen.cpus().domain(s, cpu));
        Domain.setDirtyMask(s, domain, Domain.dirtyMask(s, domain) | 1L << cpu);
    }

    /**
     * A vCPU's base pointers. That they hold their tables is part of these tables' counts.
     *
     * @param user -1 for none
     */
    public void bases(long[] s, int cpu, int kernel, int user, boolean userMode) {
        xen.cpus().setKernelBase(s, cpu, kernel);
        xen.cpus().setUserBase(s, cpu, user);
        xen.cpus().setUserMode(s, cpu, userMode);
        s[layout.geometry().cr3(cpu)] = ControlRegister.cr3(userMode ? user : kernel, 0);
        boolean out = layout.machine().entryMatters() || userMode;
        if (xen.cpus().stage(s, cpu) == Stage.IDLE && out) {
            xen.cpus().setStage(s, cpu, Stage.GUEST);
        }
    }

    /**
     * A frame is a validated table, and so much refers to it.
     *
     * @param level 1..4
     * @param typeCount without the lock of a call in progress
     */
    public void table(long[] s, int mfn, int level, long typeCount, boolean pinned) {
        if (!isTable(s, mfn, level)) {
            pages.publish(s, mfn, level);
            pages.setValidated(s, mfn, true);
            count(s, mfn, 1);
        }
        pages.setPinned(s, mfn, pinned);
        count(s, mfn, typeCount - pages.typeCount(s, mfn));
        pages.addTypeCount(s, mfn, typeCount - pages.typeCount(s, mfn));
    }

    private void count(long[] s, int mfn, long more) {
        pages.addRefs(s, mfn, more);
    }

    /** Whether a frame is a table in use. */
    public boolean isInUse(long[] s, int mfn) {
        int type = pages.type(s, mfn);
        return pages.typeCount(s, mfn) > 0 && type >= 1 && type <= PageInfo.TYPE_L4;
    }

    /** Whether a frame is a table of this level in use. */
    public boolean isTable(long[] s, int mfn, int level) {
        return pages.isTableInUse(s, mfn) && pages.type(s, mfn) == level;
    }

    /** Whether what an L1 entry holds can be taken: a page that is mapped writable is no table. */
    public boolean fits(long[] s, long entry) {
        int mfn = Pte.mfn(entry);
        return !Pte.isPresent(entry)
                || !Pte.isWritable(entry)
                || pages.isMmio(s, mfn)
                || pages.typeCount(s, mfn) == 0
                || pages.type(s, mfn) == PageInfo.TYPE_WRITABLE;
    }

    /** An entry of an L1 table, with what it holds, which must fit. */
    public void leaf(long[] s, int table, int slot, long entry) {
        s[layout.geometry().entry(table, slot)] = entry;
        int mfn = Pte.mfn(entry);
        if (!Pte.isPresent(entry) || pages.isMmio(s, mfn)) {
            return;
        }
        pages.addRefs(s, mfn, 1);
        if (Pte.isWritable(entry)) {
            if (pages.typeCount(s, mfn) == 0) {
                pages.publish(s, mfn, PageInfo.TYPE_WRITABLE);
                pages.setValidated(s, mfn, true);
            } else {
                pages.incrementTypeCount(s, mfn);
            }
        }
    }

    /** An entry of an upper table; that it holds its child is part of the child's count. */
    public void entry(long[] s, int table, int slot, long entry) {
        s[layout.geometry().entry(table, slot)] = entry;
    }

    /** The accessed and dirty bits that CPUs have set in an entry. */
    public void hardwareBits(long[] s, int table, int slot, long entry) {
        s[layout.geometry().entry(table, slot)] = entry;
    }

    /** What had referred to a table unknown to us does so no longer: it is a table no more. */
    public void gone(long[] s, int mfn) {
        long uses = pages.typeCount(s, mfn);
        pages.setPinned(s, mfn, false);
        pages.addTypeCount(s, mfn, 1 - uses);
        count(s, mfn, 1 - uses);
        xen.refs().putPageAndType(s, mfn);
    }
}
