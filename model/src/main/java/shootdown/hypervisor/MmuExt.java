package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EACCES;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.hypervisor.PageInfo.TYPE_L4;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.ClearPage;
import shootdown.hypervisor.Operation.CopyPage;
import shootdown.hypervisor.Operation.FlushCache;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;

/**
 * {@code do_mmuext_op}: pinning, base pointers, flushes that the guest asks for, and page contents
 * (facts 6).
 */
@Models(
        value = {"mm.c: do_mmuext_op", "pv/mm.c: new_guest_cr3"},
        simplified = "no data caches, so flushes of them are checks only; no translated domains")
final class MmuExt {
    private final Layout layout;
    private final Machine machine;
    private final PageInfo pages;
    private final CpuState cpus;
    private final EntryStore entries;
    private final PageTypes types;
    private final EntryReferences refs;
    private final GuestEntry entry;
    private final GuestFlush guestFlush;
    private final DescriptorTables descriptors;

    MmuExt(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            EntryStore entries,
            PageTypes types,
            EntryReferences refs,
            GuestEntry entry,
            GuestFlush guestFlush,
            DescriptorTables descriptors) {
        this.layout = layout;
        this.machine = layout.machine();
        this.pages = pages;
        this.cpus = cpus;
        this.entries = entries;
        this.types = types;
        this.refs = refs;
        this.entry = entry;
        this.guestFlush = guestFlush;
        this.descriptors = descriptors;
    }

    // MMUEXT_PIN_L1..L4_TABLE and UNPIN.

    void pin(long[] s, int cpu, Pin pin) {
        if (pin.level() == TYPE_L4 && machine.isPv32(cpus.pgOwner(s, cpu))) {
            cpus.returns(s, cpu, OK); // a 32-bit guest has no L4 of its own
        } else if (pages.getPage(s, pin.mfn(), cpus.pgOwner(s, cpu))) {
            pinned(s, cpu, pin, types.get(s, cpu, pin.mfn(), pin.level()));
        } else {
            cpus.returns(s, cpu, EINVAL);
        }
    }

    void pinned(long[] s, int cpu, Pin pin, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        if (rc != OK) {
            pages.putPage(s, pin.mfn());
            cpus.returns(s, cpu, rc);
        } else if (pages.pinned(s, pin.mfn())) {
            refs.putPageAndType(s, pin.mfn());
            cpus.returns(s, cpu, EINVAL);
        } else {
            pages.setPinned(s, pin.mfn(), true);
            cpus.returns(s, cpu, OK);
        }
    }

    boolean canUnpin(long[] s, int cpu, Unpin unpin) {
        return !pages.isValid(unpin.mfn())
                || !pages.pinned(s, unpin.mfn())
                || !cpus.othersInCalls(s, cpu)
                || !refs.dropWaits(s, unpin.mfn());
    }

    void unpin(long[] s, int cpu, Unpin unpin) {
        int mfn = unpin.mfn();
        if (!pages.getPage(s, mfn, cpus.pgOwner(s, cpu))) {
            cpus.returns(s, cpu, EINVAL);
            return;
        }
        pages.putPage(s, mfn);
        if (!pages.pinned(s, mfn)) {
            cpus.returns(s, cpu, EINVAL);
            return;
        }
        pages.setPinned(s, mfn, false);
        refs.putPageAndType(s, mfn);
        cpus.returns(s, cpu, OK);
    }

    // MMUEXT_NEW_BASEPTR.

    void newBaseptr(long[] s, int cpu, NewBaseptr base) {
        if (!isForCaller(s, cpu)) {
            cpus.returns(s, cpu, EPERM);
        } else if (base.mfn() == cpus.kernelBase(s, cpu)) {
            entry.writePtbase(s, cpu);
            cpus.returns(s, cpu, OK);
        } else if (pages.getPage(s, base.mfn(), cpus.pgOwner(s, cpu))) {
            int level = cpus.isPv32(s, cpu) ? TYPE_L4 - 1 : TYPE_L4;
            newBaseptrTyped(s, cpu, base, types.get(s, cpu, base.mfn(), level));
        } else {
            cpus.returns(s, cpu, EINVAL);
        }
    }

    void newBaseptrTyped(long[] s, int cpu, NewBaseptr base, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        if (rc != OK) {
            pages.putPage(s, base.mfn());
            cpus.returns(s, cpu, rc);
            return;
        }
        descriptors.destroyLdt(s, cpu);
        int old = cpus.kernelBase(s, cpu);
        setKernelBase(s, cpu, base.mfn());
        entry.writePtbase(s, cpu);
        dropLater(s, cpu, old);
    }

    /** Sets the base pointer; that of a 32-bit guest hangs in slot 0 of the monitor table. */
    void setKernelBase(long[] s, int cpu, int mfn) {
        cpus.setKernelBase(s, cpu, mfn);
        if (cpus.isPv32(s, cpu)) {
            long top = Pte.of(mfn, Pte.PRESENT | Pte.RW | Pte.USER | Pte.ACCESSED);
            entries.store(s, cpu, 0, layout.rootFrame(cpu), 0, top);
        } else if (!isM2pStrict(s, cpu) && entries.read(s, mfn, XenSlots.M2P) == 0) {
            setM2pSlot(s, cpu, mfn, XenSlots.entry(XenSlots.M2P));
        }
    }

    private boolean isM2pStrict(long[] s, int cpu) {
        return Domain.hasAssist(s, cpus.domainWord(s, cpu), Domain.M2P_STRICT);
    }

    private void setM2pSlot(long[] s, int cpu, int l4, long entry) {
        if (layout.geometry().slotIndex(XenSlots.M2P) >= 0) {
            entries.store(s, cpu, 0, l4, XenSlots.M2P, entry);
        }
    }

    // MMUEXT_NEW_USER_BASEPTR.

    void newUserBaseptr(long[] s, int cpu, NewUserBaseptr base) {
        if (!isForCaller(s, cpu)) {
            cpus.returns(s, cpu, EPERM);
        } else if (cpus.isPv32(s, cpu)) {
            cpus.returns(s, cpu, EINVAL);
        } else if (base.mfn() == cpus.userBase(s, cpu)) {
            cpus.returns(s, cpu, OK);
        } else if (base.mfn() < 0) {
            newUserBaseptrTyped(s, cpu, base, OK);
        } else if (pages.getPage(s, base.mfn(), cpus.pgOwner(s, cpu))) {
            newUserBaseptrTyped(s, cpu, base, types.get(s, cpu, base.mfn(), TYPE_L4));
        } else {
            cpus.returns(s, cpu, EINVAL);
        }
    }

    void newUserBaseptrTyped(long[] s, int cpu, NewUserBaseptr base, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        if (rc != OK) {
            pages.putPage(s, base.mfn());
            cpus.returns(s, cpu, rc);
            return;
        }
        if (base.mfn() >= 0 && isM2pStrict(s, cpu)) {
            setM2pSlot(s, cpu, base.mfn(), 0);
        }
        int old = cpus.userBase(s, cpu);
        cpus.setUserBase(s, cpu, base.mfn());
        if (old >= 0) {
            entries.userBaseReplaced(s, cpu, old);
        }
        dropLater(s, cpu, old);
    }

    /** The old base is dropped in a step of its own, after the new one is in force. */
    private void dropLater(long[] s, int cpu, int old) {
        if (old < 0) {
            cpus.returns(s, cpu, OK);
        } else {
            cpus.park(s, cpu, old, -1, -1);
            cpus.setRc(s, cpu, OK);
            cpus.setStage(s, cpu, Stage.DROP);
        }
    }

    // Flushes.

    void tlbFlush(long[] s, int cpu, TlbFlush flush) {
        int rc = mayFlush(s, cpu, flush.scope());
        if (rc == OK) {
            guestFlush.start(s, cpu, flush.scope(), -1);
        } else {
            cpus.returns(s, cpu, rc);
        }
    }

    void invlpg(long[] s, int cpu, Invlpg invlpg, int address) {
        int rc = mayFlush(s, cpu, invlpg.scope());
        boolean local = invlpg.scope() instanceof Operation.Scope.Local;
        if (rc == OK && (local || XenSlots.isGuestL4Slot(invlpg.va().i4()))) {
            guestFlush.start(s, cpu, invlpg.scope(), address);
        } else {
            cpus.returns(s, cpu, rc); // INVLPG_LOCAL lacks the check of __addr_ok
        }
    }

    private int mayFlush(long[] s, int cpu, Operation.Scope scope) {
        if (!isForCaller(s, cpu)) {
            return EPERM;
        }
        return scope instanceof Operation.Scope.Unreadable ? EINVAL : OK;
    }

    /** Write-back and invalidation of data caches, of which the model has none. */
    void flushCache(long[] s, int cpu, FlushCache flush) {
        int refusal = flush.global() ? EINVAL : EACCES;
        if (!isForCaller(s, cpu)) {
            cpus.returns(s, cpu, EPERM);
        } else {
            cpus.returns(s, cpu, machine.hasIo(cpus.domain(s, cpu)) ? OK : refusal);
        }
    }

    /** Whether foreigndom names the caller itself, as most operations ask. */
    private boolean isForCaller(long[] s, int cpu) {
        return cpus.pgOwner(s, cpu) == cpus.domain(s, cpu);
    }

    // MMUEXT_CLEAR_PAGE and COPY_PAGE: the guest's data, through Xen's own mapping.

    void clearPage(long[] s, int cpu, ClearPage clear) {
        if (pages.getPage(s, clear.mfn(), cpus.pgOwner(s, cpu))) {
            cleared(s, cpu, clear, types.get(s, cpu, clear.mfn(), TYPE_WRITABLE));
        } else {
            cpus.returns(s, cpu, EINVAL);
        }
    }

    void cleared(long[] s, int cpu, ClearPage clear, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        if (rc == OK) {
            fill(s, cpu, clear.mfn(), -1);
        } else {
            pages.putPage(s, clear.mfn());
        }
        cpus.returns(s, cpu, rc);
    }

    void copyPage(long[] s, int cpu, CopyPage copy) {
        int pgOwner = cpus.pgOwner(s, cpu);
        if (!pages.getPage(s, copy.from(), pgOwner)) {
            cpus.returns(s, cpu, EINVAL);
        } else if (pages.getPage(s, copy.to(), pgOwner)) {
            copied(s, cpu, copy, types.get(s, cpu, copy.to(), TYPE_WRITABLE));
        } else {
            pages.putPage(s, copy.from());
            cpus.returns(s, cpu, EINVAL);
        }
    }

    void copied(long[] s, int cpu, CopyPage copy, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        if (rc == OK) {
            fill(s, cpu, copy.to(), copy.from());
        } else {
            pages.putPage(s, copy.to());
        }
        pages.putPage(s, copy.from());
        cpus.returns(s, cpu, rc);
    }

    /** Fills a page with what another has, or with 0, and drops it. */
    private void fill(long[] s, int cpu, int to, int from) {
        for (int i = 0; i < layout.geometry().slotCount(); i++) {
            int slot = layout.geometry().slotNumber(i);
            entries.store(s, cpu, 0, to, slot, from < 0 ? 0 : entries.read(s, from, slot));
        }
        refs.putPageAndType(s, to);
    }
}
