package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.hypervisor.PageInfo.TYPE_L4;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;

/** {@code do_mmuext_op}: pinning, base pointers and flushes that the guest asks for (facts 6). */
@Models(
        value = {"mm.c: do_mmuext_op", "pv/mm.c: new_guest_cr3"},
        simplified =
                "pins, base pointers and flushes of the caller; no LDT, no "
                        + "cache flushes, no page copies; slot 256 is left alone")
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

    MmuExt(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            EntryStore entries,
            PageTypes types,
            EntryReferences refs,
            GuestEntry entry,
            GuestFlush guestFlush) {
        this.layout = layout;
        this.machine = layout.machine();
        this.pages = pages;
        this.cpus = cpus;
        this.entries = entries;
        this.types = types;
        this.refs = refs;
        this.entry = entry;
        this.guestFlush = guestFlush;
    }

    // MMUEXT_PIN_L1..L4_TABLE and UNPIN.

    void pin(long[] s, int cpu, Pin pin) {
        if (machine.pv32 && pin.level() == TYPE_L4) {
            returns(s, cpu, OK); // a 32-bit guest has no L4 of its own
        } else if (pages.getPage(s, pin.mfn(), Domain.GUEST)) {
            pinned(s, cpu, pin, types.get(s, cpu, pin.mfn(), pin.level()));
        } else {
            returns(s, cpu, EINVAL);
        }
    }

    void pinned(long[] s, int cpu, Pin pin, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        if (rc != OK) {
            pages.putPage(s, pin.mfn());
            returns(s, cpu, rc);
        } else if (pages.pinned(s, pin.mfn())) {
            refs.putPageAndType(s, pin.mfn());
            returns(s, cpu, EINVAL);
        } else {
            pages.setPinned(s, pin.mfn(), true);
            returns(s, cpu, OK);
        }
    }

    boolean canUnpin(long[] s, Unpin unpin) {
        return !pages.isValid(unpin.mfn())
                || !pages.pinned(s, unpin.mfn())
                || !refs.dropWaits(s, unpin.mfn());
    }

    void unpin(long[] s, int cpu, Unpin unpin) {
        int mfn = unpin.mfn();
        if (!pages.getPage(s, mfn, Domain.GUEST)) {
            returns(s, cpu, EINVAL);
            return;
        }
        pages.putPage(s, mfn);
        if (!pages.pinned(s, mfn)) {
            returns(s, cpu, EINVAL);
            return;
        }
        pages.setPinned(s, mfn, false);
        refs.putPageAndType(s, mfn);
        returns(s, cpu, OK);
    }

    // MMUEXT_NEW_BASEPTR.

    void newBaseptr(long[] s, int cpu, NewBaseptr base) {
        if (base.mfn() == cpus.kernelBase(s, cpu)) {
            entry.writePtbase(s, cpu);
            returns(s, cpu, OK);
        } else if (pages.getPage(s, base.mfn(), Domain.GUEST)) {
            int level = machine.pv32 ? TYPE_L4 - 1 : TYPE_L4;
            newBaseptrTyped(s, cpu, base, types.get(s, cpu, base.mfn(), level));
        } else {
            returns(s, cpu, EINVAL);
        }
    }

    void newBaseptrTyped(long[] s, int cpu, NewBaseptr base, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        if (rc != OK) {
            pages.putPage(s, base.mfn());
            returns(s, cpu, rc);
            return;
        }
        int old = cpus.kernelBase(s, cpu);
        setKernelBase(s, cpu, base.mfn());
        entry.writePtbase(s, cpu);
        dropLater(s, cpu, old);
    }

    /** Sets the base pointer; that of a 32-bit guest hangs in slot 0 of the monitor table. */
    void setKernelBase(long[] s, int cpu, int mfn) {
        cpus.setKernelBase(s, cpu, mfn);
        if (machine.pv32) {
            long top = Pte.of(mfn, Pte.PRESENT | Pte.RW | Pte.USER | Pte.ACCESSED);
            entries.store(s, cpu, 0, layout.rootFrame(cpu), 0, top);
        }
    }

    // MMUEXT_NEW_USER_BASEPTR.

    void newUserBaseptr(long[] s, int cpu, NewUserBaseptr base) {
        if (machine.pv32) {
            returns(s, cpu, EINVAL);
        } else if (base.mfn() == cpus.userBase(s, cpu)) {
            returns(s, cpu, OK);
        } else if (base.mfn() < 0) {
            newUserBaseptrTyped(s, cpu, base, OK);
        } else if (pages.getPage(s, base.mfn(), Domain.GUEST)) {
            newUserBaseptrTyped(s, cpu, base, types.get(s, cpu, base.mfn(), TYPE_L4));
        } else {
            returns(s, cpu, EINVAL);
        }
    }

    void newUserBaseptrTyped(long[] s, int cpu, NewUserBaseptr base, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        if (rc != OK) {
            pages.putPage(s, base.mfn());
            returns(s, cpu, rc);
            return;
        }
        int old = cpus.userBase(s, cpu);
        cpus.setUserBase(s, cpu, base.mfn());
        dropLater(s, cpu, old);
    }

    /** The old base is dropped in a step of its own, after the new one is in force. */
    private void dropLater(long[] s, int cpu, int old) {
        if (old < 0) {
            returns(s, cpu, OK);
        } else {
            cpus.park(s, cpu, old, -1, -1);
            cpus.setRc(s, cpu, OK);
            cpus.setStage(s, cpu, Stage.DROP);
        }
    }

    // Flushes.

    void tlbFlush(long[] s, int cpu, TlbFlush flush) {
        guestFlush.start(s, cpu, flush.scope(), -1);
    }

    void invlpg(long[] s, int cpu, Invlpg invlpg, int address) {
        boolean local = invlpg.scope() instanceof Operation.Scope.Local;
        if (local || XenSlots.isGuestL4Slot(invlpg.va().i4())) {
            guestFlush.start(s, cpu, invlpg.scope(), address);
        } else {
            returns(s, cpu, OK); // the check of __addr_ok, which INVLPG_LOCAL lacks
        }
    }

    /** The operation is done; a half validated table that it has parked is dropped first. */
    private void returns(long[] s, int cpu, int rc) {
        cpus.setRc(s, cpu, rc);
        cpus.setStage(s, cpu, Stage.INVOCATION_DONE);
    }
}
