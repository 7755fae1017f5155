package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.policy.FlushFlags.FLUSH_TLB;

import shootdown.hardware.KeyTree;
import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.GrantAccess;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MapGrant;
import shootdown.hypervisor.Operation.UnmapAndReplace;
import shootdown.hypervisor.Operation.UnmapGrant;

/**
 * Mapping and unmapping of grants ({@code gnttab_map_grant_ref}, {@code gnttab_unmap_grant_ref},
 * {@code gnttab_unmap_and_replace}; facts 7). The entry that a map makes owns what an ordinary one
 * would; an unmap flushes all dirty CPUs before it gives the references back.
 *
 * <p>Steps: the references; finding the L1 table (through the linear map, or by its number);
 * changing the entry; the flush of an unmap; giving back. From the change on the map is no longer
 * one of the host, so that a second unmap finds nothing.
 */
@Models(
        value = {
            "grant_table.c: map_grant_ref, unmap_common, unmap_common_complete",
            "pv/grant_table.c: create_grant_pv_mapping, replace_grant_pv_mapping"
        },
        simplified = "one operation a hypercall; dev_bus_addr is always 0; no IOMMU")
final class Grants {
    static final int GNTST_OKAY = 0;
    static final int GNTST_GENERAL_ERROR = -1;
    static final int GNTST_BAD_DOMAIN = -2;
    static final int GNTST_BAD_GNTREF = -3;
    static final int GNTST_BAD_HANDLE = -4;
    static final int GNTST_BAD_PAGE = -9;
    static final int GNTST_NO_SPACE = -13;

    private static final int DEVICE_MAP = 1;
    private static final int HOST_MAP = 2;
    private static final int READONLY = 4;
    private static final int APPLICATION_MAP = 8;
    private static final int CONTAINS_PTE = 16;
    private static final int GUEST_AVAIL_SHIFT = 16;
    private static final int PTE_AVAIL_SHIFT = 9;
    private static final long NO_FAULTS = Pte.PRESENT | Pte.ACCESSED | Pte.DIRTY | Pte.NX;

    private final Machine machine;
    private final GrantTable grants;
    private final PageInfo pages;
    private final CpuState cpus;
    private final Results results;
    private final EntryStore entries;
    private final EntryRules rules;
    private final EntryReferences refs;
    private final PageTypes types;
    private final Flushing flushing;
    private final LinearReads linear;
    private final Events events;
    private final KeyTree keys;

    Grants(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            Results results,
            EntryStore entries,
            EntryRules rules,
            EntryReferences refs,
            PageTypes types,
            Flushing flushing,
            LinearReads linear,
            Events events) {
        this.machine = layout.machine();
        this.grants = new GrantTable(layout);
        this.pages = pages;
        this.cpus = cpus;
        this.results = results;
        this.entries = entries;
        this.rules = rules;
        this.refs = refs;
        this.types = types;
        this.flushing = flushing;
        this.linear = linear;
        this.events = events;
        this.keys = layout.geometry().keys();
    }

    /** The guest writes an entry of its own table; entries beyond the kept ones stay empty. */
    void access(long[] s, int cpu, GrantAccess g) {
        if (g.ref() < grants.refs()) {
            permit(s, cpus.domain(s, cpu), g.ref(), g.domid(), g.mfn(), g.readOnly());
        }
        cpus.returns(s, cpu, OK);
    }

    /** As {@link #access}, by any domain. */
    void permit(long[] s, int granter, int ref, int domid, int mfn, boolean readOnly) {
        grants.permit(s, granter, ref, domid, mfn, readOnly);
    }

    boolean isLive(long[] s, int handle) {
        return grants.isLive(s, handle);
    }

    /** Tells what the maps for devices hold: a reference each, of the type if writable. */
    void forEachDeviceMap(long[] s, ReferenceVisitor visitor) {
        for (int handle = 0; handle < grants.handles(); handle++) {
            int flags = grants.isLive(s, handle) ? grants.flags(s, handle) : 0;
            if ((flags & DEVICE_MAP) != 0) {
                int mfn = grants.activeMfn(s, grants.granter(s, handle), grants.ref(s, handle));
                visitor.reference(mfn, (flags & READONLY) == 0);
            }
        }
    }

    /** Whether a domain's maps of grants hold a frame, also while one of them is taken back. */
    boolean isHeld(long[] s, int domid, int mfn) {
        return machine.grants
                && machine.domains().stream()
                        .anyMatch(granter -> grants.isHeld(s, granter.id(), domid, mfn));
    }

    // map_grant_ref.

    void map(long[] s, int cpu, MapGrant m) {
        int status = refusal(s, cpus.domain(s, cpu), m);
        if (status != GNTST_OKAY) {
            finish(s, cpu, status);
            return;
        }
        int mfn = mfn(s, m);
        boolean active = grants.isActive(s, m.domid(), m.ref());
        if (!pages.getPage(s, mfn, m.domid())) {
            grants.release(s);
            finish(s, cpu, active ? GNTST_GENERAL_ERROR : GNTST_BAD_PAGE);
            return;
        }
        cpus.setCallFrame(s, cpu, mfn);
        pin(s, cpu, m, mfn);
        int rc = isWrite(m) ? types.get(s, cpu, mfn, PageInfo.TYPE_WRITABLE) : OK;
        if (rc == OK) {
            find(s, cpu, m);
        } else {
            mapTyped(s, cpu, m, rc);
        }
    }

    private void pin(long[] s, int cpu, MapGrant m, int mfn) {
        for (int kind = DEVICE_MAP; kind <= HOST_MAP; kind++) {
            if ((m.flags() & kind) != 0) {
                grants.pin(s, m.domid(), m.ref(), kind, isWrite(m), cpus.domain(s, cpu), mfn);
            }
        }
    }

    private void unpin(long[] s, MapGrant m) {
        for (int kind = DEVICE_MAP; kind <= HOST_MAP; kind++) {
            if ((m.flags() & kind) != 0) {
                grants.unpin(s, m.domid(), m.ref(), kind, isWrite(m));
            }
        }
    }

    private int refusal(long[] s, int caller, MapGrant m) {
        if ((m.flags() & (DEVICE_MAP | HOST_MAP)) == 0) {
            return GNTST_BAD_GNTREF;
        }
        if (machine.domain(m.domid()) == null) {
            return GNTST_BAD_DOMAIN;
        }
        if (!grants.reserve(s)) {
            return GNTST_NO_SPACE;
        }
        int status = refusalOfGrant(s, caller, m);
        if (status != GNTST_OKAY) {
            grants.release(s);
        }
        return status;
    }

    private int refusalOfGrant(long[] s, int caller, MapGrant m) {
        if (m.ref() < 0 || m.ref() >= GrantTable.REF_LIMIT) {
            return GNTST_BAD_GNTREF;
        }
        boolean active = grants.isActive(s, m.domid(), m.ref());
        if (active && grants.activeDomid(s, m.domid(), m.ref()) != caller) {
            return GNTST_GENERAL_ERROR;
        }
        boolean known = active && (!isWrite(m) || grants.isMappedWritable(s, m.domid(), m.ref()));
        // Of a grant that is mapped, Xen reads again only whether it is read-only.
        boolean permitted =
                active
                        ? !grants.isReadOnly(s, m.domid(), m.ref())
                        : grants.permits(s, m.domid(), m.ref(), caller, isWrite(m));
        return known || permitted ? GNTST_OKAY : GNTST_GENERAL_ERROR;
    }

    private static boolean isWrite(MapGrant m) {
        return (m.flags() & READONLY) == 0;
    }

    private int mfn(long[] s, MapGrant m) {
        return grants.isActive(s, m.domid(), m.ref())
                ? grants.activeMfn(s, m.domid(), m.ref())
                : grants.mfn(s, m.domid(), m.ref());
    }

    /**
     * Goes on when the frame is known to be writable, or not to be; a read is a step of its own.
     */
    void mapTyped(long[] s, int cpu, MapGrant m, int rc) {
        if (rc == OK) {
            cpus.setStage(s, cpu, Stage.GRANT_FIND);
        } else if (rc != SUSPENDED) {
            fail(s, cpu, m);
        }
    }

    /** The references of a map are there: finds the table of its entry, if it has one. */
    void find(long[] s, int cpu, MapGrant m) {
        if ((m.flags() & HOST_MAP) == 0) {
            mapped(s, cpu, m);
        } else {
            find(s, cpu, m.target());
        }
    }

    /** Xen goes by this flag when it unmaps, whatever it is then told. */
    private static int how(GrantTarget target) {
        return target instanceof GrantTarget.Entry ? CONTAINS_PTE : 0;
    }

    /** Both kinds of map hold their own references. */
    private void mapped(long[] s, int cpu, MapGrant m) {
        int mfn = cpus.callFrame(s, cpu);
        boolean both = (m.flags() & HOST_MAP) != 0 && (m.flags() & DEVICE_MAP) != 0;
        if (both) {
            pages.getPage(s, mfn, m.domid());
            if (isWrite(m)) {
                pages.incrementTypeCount(s, mfn);
            }
        }
        grants.track(s, m.domid(), m.ref(), m.flags() | how(m.target()));
        finish(s, cpu, GNTST_OKAY);
    }

    /** No entry was made: what was taken for it is given back. */
    private void unmapped(long[] s, int cpu, MapGrant m) {
        if (isWrite(m)) {
            refs.putType(s, cpus.callFrame(s, cpu), -1);
        }
        fail(s, cpu, m);
    }

    /** The frame is not mapped, and has no type for it either. */
    private void fail(long[] s, int cpu, MapGrant m) {
        pages.putPage(s, cpus.callFrame(s, cpu));
        unpin(s, m);
        grants.release(s);
        finish(s, cpu, GNTST_GENERAL_ERROR);
    }

    private long entry(long[] s, int cpu, int mfn, int flags) {
        long entry = Pte.of(mfn, NO_FAULTS);
        entry |= (flags & READONLY) == 0 ? Pte.RW : 0;
        entry |= (flags & APPLICATION_MAP) != 0 ? Pte.USER : 0;
        entry |= (long) (flags >>> GUEST_AVAIL_SHIFT) << PTE_AVAIL_SHIFT & Pte.AVAIL;
        return rules.adjust(PageInfo.TYPE_L1, entry, cpus.domain(s, cpu));
    }

    // Finding the L1 entry of a target, in two steps: its table, and the table's lock.

    private void find(long[] s, int cpu, GrantTarget target) {
        int l1 =
                switch (target) {
                    case GrantTarget.Linear l -> l1Table(s, cpu, l.va());
                    case GrantTarget.Entry e -> e.table();
                };
        found(s, cpu, l1);
    }

    private void found(long[] s, int cpu, int l1) {
        cpus.setCallTable(s, cpu, l1);
        cpus.setStage(s, cpu, Stage.GRANT_ENTRY);
    }

    private int l1Table(long[] s, int cpu, VirtualAddress va) {
        return linear.l1Table(s, cpu, va, keys.indexOf(LinearMap.l2Window(va)));
    }

    boolean canLock(long[] s, int cpu) {
        int l1 = cpus.callTable(s, cpu);
        return !pages.isValid(l1) || !pages.locked(s, l1);
    }

    private static int slot(GrantTarget target) {
        return switch (target) {
            case GrantTarget.Linear l -> l.va().i1();
            case GrantTarget.Entry e -> e.slot();
        };
    }

    /** Whether a frame is an L1 table of the caller's in use. */
    private boolean isOwnL1(long[] s, int cpu, int mfn) {
        return pages.isValid(mfn)
                && pages.owner(s, mfn) == cpus.domain(s, cpu)
                && pages.type(s, mfn) == PageInfo.TYPE_L1
                && pages.validated(s, mfn)
                && pages.typeCount(s, mfn) > 0;
    }

    /** The L1 table is known: changes the entry. */
    void change(long[] s, int cpu, Operation.Grant operation) {
        int l1 = cpus.callTable(s, cpu);
        cpus.setCallTable(s, cpu, -1);
        switch (operation) {
            case MapGrant m -> {
                if (isOwnL1(s, cpu, l1)) {
                    create(s, cpu, m, l1);
                } else {
                    unmapped(s, cpu, m);
                }
            }
            case UnmapGrant u -> {
                if (isStillMapped(s, cpu, u.handle())) {
                    replace(s, cpu, l1, slot(u.target()), u.handle(), 0);
                }
            }
            case UnmapAndReplace u -> {
                if (isStillMapped(s, cpu, u.handle())) {
                    steal(s, cpu, u, l1);
                }
            }
            case GrantAccess g -> throw new AssertionError(g);
        }
    }

    /** Whether no other CPU has been faster to unmap it; else the call is over. */
    private boolean isStillMapped(long[] s, int cpu, int handle) {
        boolean mapped = grants.isLive(s, handle) && (grants.flags(s, handle) & HOST_MAP) != 0;
        if (!mapped) {
            unmapsNothing(s, cpu, GNTST_BAD_HANDLE);
        }
        return mapped;
    }

    private void create(long[] s, int cpu, MapGrant m, int l1) {
        int slot = slot(m.target());
        long old = entries.read(s, l1, slot);
        int mfn = cpus.callFrame(s, cpu);
        entries.store(s, cpu, PageInfo.TYPE_L1, l1, slot, entry(s, cpu, mfn, m.flags()));
        mapped(s, cpu, m);
        refs.putEntry(s, PageInfo.TYPE_L1, l1, old);
    }

    // unmap_grant_ref and unmap_and_replace.

    void unmap(long[] s, int cpu, GrantTarget target, int handle) {
        if (!grants.isLive(s, handle)) {
            unmapsNothing(s, cpu, GNTST_BAD_HANDLE);
        } else if ((grants.flags(s, handle) & HOST_MAP) == 0 || isNoAddress(target)) {
            unmapsNothing(s, cpu, GNTST_OKAY); // nothing is asked for
        } else if ((grants.flags(s, handle) & CONTAINS_PTE) != how(target)) {
            found(s, cpu, -1); // an address of the other kind leads nowhere
        } else {
            find(s, cpu, target);
        }
    }

    /** Linear address 0 stands for none. */
    private static boolean isNoAddress(GrantTarget target) {
        return target instanceof GrantTarget.Linear l && l.va().va() == 0;
    }

    /** {@code steal_linear_address}, then as any unmap; what was stolen is put if that fails. */
    private void steal(long[] s, int cpu, UnmapAndReplace u, int l1) {
        if (u.replacement().va() == 0) {
            replace(s, cpu, l1, slot(u.target()), u.handle(), 0); // by nothing, as any unmap
            return;
        }
        if ((grants.flags(s, u.handle()) & CONTAINS_PTE) != 0) {
            unmapsNothing(s, cpu, GNTST_GENERAL_ERROR);
            return;
        }
        int from = l1Table(s, cpu, u.replacement());
        if (!isOwnL1(s, cpu, from)) {
            unmapsNothing(s, cpu, GNTST_GENERAL_ERROR);
            return;
        }
        int slot = u.replacement().i1();
        long stolen = entries.read(s, from, slot);
        entries.store(s, cpu, PageInfo.TYPE_L1, from, slot, 0);
        if (!replace(s, cpu, l1, slot(u.target()), u.handle(), stolen)) {
            refs.putEntry(s, PageInfo.TYPE_L1, from, stolen);
        }
    }

    /** {@code replace_grant_pv_mapping}: whether the entry was still the grant's. */
    private boolean replace(long[] s, int cpu, int l1, int slot, int handle, long by) {
        int flags = grants.flags(s, handle);
        long expected = Pte.PRESENT | ((flags & READONLY) == 0 ? Pte.RW : 0);
        long mfn = grants.activeMfn(s, grants.granter(s, handle), grants.ref(s, handle));
        long old = isOwnL1(s, cpu, l1) ? entries.read(s, l1, slot) : 0;
        boolean same = Pte.mfn(old) == mfn && hasRights(old, expected);
        if (same) {
            entries.store(s, cpu, PageInfo.TYPE_L1, l1, slot, by);
            grants.setFlags(s, handle, flags & ~HOST_MAP);
            tell(s, cpu, GNTST_OKAY);
            if (machine.has(Defect.GRANT_DROPPED_BEFORE_FLUSH)) {
                put(s, handle);
            } else {
                cpus.setCallTable(s, cpu, handle);
            }
            flush(s, cpu);
        } else {
            unmapsNothing(s, cpu, GNTST_GENERAL_ERROR);
        }
        return same;
    }

    private boolean hasRights(long entry, long expected) {
        return (entry & (Pte.PRESENT | Pte.RW)) == expected
                || machine.has(Defect.GRANT_ENTRY_MATCHED_BY_FRAME);
    }

    /** The flush is done: the references of the map go, if anything was unmapped. */
    void putUnmapped(long[] s, int cpu) {
        int handle = cpus.callTable(s, cpu);
        cpus.setCallTable(s, cpu, -1);
        if (handle >= 0) {
            put(s, handle);
        }
        cpus.returns(s, cpu, OK);
    }

    private void put(long[] s, int handle) {
        int granter = grants.granter(s, handle);
        int ref = grants.ref(s, handle);
        int mfn = grants.activeMfn(s, granter, ref);
        boolean write = (grants.flags(s, handle) & READONLY) == 0;
        if (write) {
            refs.putType(s, mfn, -1);
        }
        pages.putPage(s, mfn);
        grants.unpin(s, granter, ref, HOST_MAP, write);
        if ((grants.flags(s, handle) & DEVICE_MAP) == 0) {
            grants.forget(s, handle);
        }
    }

    // Ends.

    private void finish(long[] s, int cpu, int status) {
        tell(s, cpu, status);
        cpus.returns(s, cpu, OK);
    }

    private void tell(long[] s, int cpu, int status) {
        results.setValue(s, cpu, status);
        events.observer.granted(s, cpu, status);
    }

    /** A batch of unmaps flushes even if nothing was unmapped. */
    private void unmapsNothing(long[] s, int cpu, int status) {
        tell(s, cpu, status);
        flush(s, cpu);
    }

    private void flush(long[] s, int cpu) {
        cpus.setRc(s, cpu, OK);
        long dirty = Domain.dirtyMask(s, cpus.domainWord(s, cpu));
        int here = (dirty >>> cpu & 1) != 0 ? FLUSH_TLB : 0;
        int others = FLUSH_TLB | flushing.noAssist();
        flushing.start(s, cpu, here, others, dirty, -1, Stage.GRANT_UNMAPPED);
    }
}
