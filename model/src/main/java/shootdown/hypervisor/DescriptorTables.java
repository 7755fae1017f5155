package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EFAULT;
import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.hypervisor.PageInfo.TYPE_SEG_DESC;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;
import static shootdown.policy.FlushFlags.FLUSH_TLB;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.SetGdt;
import shootdown.hypervisor.Operation.SetLdt;
import shootdown.hypervisor.Operation.UpdateDescriptor;

/**
 * The hypercalls about descriptor tables (facts 6.8, 7.6). Pages of the GDT get their type when it
 * is set, pages of the LDT when a selector first needs them ({@link LoadSegment}).
 */
@Models(
        value = {
            "pv/descriptor-tables.c: do_set_gdt",
            "pv/descriptor-tables.c: pv_set_gdt",
            "pv/descriptor-tables.c: pv_destroy_ldt",
            "pv/descriptor-tables.c: do_update_descriptor",
            "mm.c: do_mmuext_op (SET_LDT)"
        },
        simplified = "a descriptor is named by its slot, so it is always aligned")
final class DescriptorTables {
    private static final long PAGE_OFFSET = (1L << Pte.PAGE_SHIFT) - 1;

    private final CpuState cpus;
    private final PageInfo pages;
    private final EntryStore entries;
    private final EntryReferences refs;
    private final PageTypes types;
    private final SegmentState segments;
    private final Flushing flushing;

    DescriptorTables(
            Layout layout,
            CpuState cpus,
            PageInfo pages,
            EntryStore entries,
            EntryReferences refs,
            PageTypes types,
            SegmentState segments,
            Flushing flushing) {
        this.cpus = cpus;
        this.pages = pages;
        this.entries = entries;
        this.refs = refs;
        this.types = types;
        this.segments = segments;
        this.flushing = flushing;
    }

    // SET_GDT.

    void setGdt(long[] s, int cpu, SetGdt call) {
        if (call.entries() > Selectors.FIRST_RESERVED_GDT_ENTRY) {
            returns(s, cpu, EINVAL);
        } else if (call.frames().size() < pagesOf(call)) {
            returns(s, cpu, EFAULT);
        } else {
            takeGdtPages(s, cpu, call, 0);
        }
    }

    private static int pagesOf(SetGdt call) {
        return (call.entries() + Selectors.PER_PAGE - 1) / Selectors.PER_PAGE;
    }

    /** Goes on when the type stack has run empty with {@code result} for the page in progress. */
    void resume(long[] s, int cpu, SetGdt call, int result) {
        int page = cpus.callTable(s, cpu);
        if (result == OK) {
            takeGdtPages(s, cpu, call, page + 1);
        } else {
            pages.putPage(s, call.frames().get(page));
            refuse(s, cpu, call, page);
        }
    }

    private void takeGdtPages(long[] s, int cpu, SetGdt call, int first) {
        for (int page = first; page < pagesOf(call); page++) {
            int mfn = call.frames().get(page);
            if (!pages.getPage(s, mfn, cpus.domain(s, cpu))) {
                refuse(s, cpu, call, page);
                return;
            }
            cpus.setCallTable(s, cpu, page);
            int rc = types.get(s, cpu, mfn, TYPE_SEG_DESC);
            if (rc == SUSPENDED) {
                return;
            }
            if (rc != OK) {
                pages.putPage(s, mfn);
                refuse(s, cpu, call, page);
                return;
            }
        }
        install(s, cpu, call);
    }

    private void refuse(long[] s, int cpu, SetGdt call, int taken) {
        for (int page = taken - 1; page >= 0; page--) {
            refs.putPageAndType(s, call.frames().get(page));
        }
        returns(s, cpu, EINVAL);
    }

    /** The old table is given up only now. */
    private void install(long[] s, int cpu, SetGdt call) {
        for (int page = 0; page < SegmentState.GDT_PAGES; page++) {
            int old = segments.gdtFrame(s, cpu, page);
            if (old >= 0) {
                refs.putPageAndType(s, old);
            }
            segments.setGdtFrame(s, cpu, page, page < pagesOf(call) ? call.frames().get(page) : -1);
        }
        flushHere(s, cpu);
    }

    // UPDATE_DESCRIPTOR.

    void updateDescriptor(long[] s, int cpu, UpdateDescriptor call) {
        if (SegmentDescriptor.isRefused(call.descriptor(), cpus.isPv32(s, cpu))
                || !pages.getPage(s, call.mfn(), cpus.domain(s, cpu))) {
            returns(s, cpu, EINVAL);
            return;
        }
        boolean table = pages.type(s, call.mfn()) == TYPE_SEG_DESC;
        int type = table ? TYPE_SEG_DESC : TYPE_WRITABLE;
        resume(s, cpu, call, types.get(s, cpu, call.mfn(), type));
    }

    void resume(long[] s, int cpu, UpdateDescriptor call, int result) {
        if (result == SUSPENDED) {
            return;
        }
        if (result == OK) {
            long descriptor = SegmentDescriptor.adjusted(call.descriptor(), cpus.isPv32(s, cpu));
            entries.store(s, cpu, 0, call.mfn(), call.slot(), descriptor);
            refs.putType(s, call.mfn(), -1);
        }
        pages.putPage(s, call.mfn());
        returns(s, cpu, result == OK ? OK : EINVAL);
    }

    // MMUEXT_SET_LDT.

    void setLdt(long[] s, int cpu, SetLdt call) {
        int count = call.entries();
        long base = count == 0 ? 0 : call.linear();
        if (cpus.pgOwner(s, cpu) != cpus.domain(s, cpu)) {
            returns(s, cpu, EPERM);
        } else if (count < 0
                || count > Selectors.MAX_LDT_ENTRIES
                || (base & PAGE_OFFSET) != 0
                || !XenSlots.isGuestAddress(base)) {
            returns(s, cpu, EINVAL);
        } else if (base == segments.ldtBase(s, cpu) && count == segments.ldtEntries(s, cpu)) {
            returns(s, cpu, OK);
        } else {
            boolean mapped = destroyLdt(s, cpu);
            segments.setLdt(s, cpu, base, count);
            if (mapped) {
                flushHere(s, cpu);
            } else {
                returns(s, cpu, OK);
            }
        }
    }

    /**
     * {@code pv_destroy_ldt}: gives up the pages that were mapped; tells whether there were any.
     */
    boolean destroyLdt(long[] s, int cpu) {
        boolean mapped = false;
        for (int page = 0; segments.isKept() && page < SegmentState.LDT_PAGES; page++) {
            int mfn = segments.ldtFrame(s, cpu, page);
            if (mfn >= 0) {
                segments.setLdtFrame(s, cpu, page, -1);
                refs.putPageAndType(s, mfn);
                mapped = true;
            }
        }
        return mapped;
    }

    private void flushHere(long[] s, int cpu) {
        cpus.setRc(s, cpu, OK);
        flushing.start(s, cpu, FLUSH_TLB, 0, 0, -1, Stage.RETURN);
    }

    private void returns(long[] s, int cpu, int rc) {
        cpus.setRc(s, cpu, rc);
        cpus.setStage(s, cpu, Stage.RETURN);
    }
}
