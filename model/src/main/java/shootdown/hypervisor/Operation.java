package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;

import java.util.List;
import java.util.Locale;

/** One thing that a guest may do: a hypercall's request, or an access to memory. */
@Models(
        value = "public/xen.h: mmu_update, mmuext_op, update_va_mapping",
        simplified = "GuestRead and LinearL1Read are never taken, they only name addresses")
public sealed interface Operation {

    /** Which CPUs a guest-requested flush is for. */
    sealed interface Scope {
        /** The CPU that asks. */
        record Local() implements Scope {}

        /** All dirty CPUs of the domain. */
        record All() implements Scope {}

        /**
         * The CPUs on which the named vCPUs are.
         *
         * @param vcpus bit i for vCPU i
         */
        record Multi(long vcpus) implements Scope {}

        /** A pointer to a bitmap of vCPUs that cannot be read. */
        record Unreadable() implements Scope {}
    }

    /** The flush that UPDATE_VA_MAPPING is asked to make (UVMF_*). */
    enum Flush {
        NONE,
        TLB_FLUSH,
        INVLPG,
        /** UVMF_TLB_FLUSH and UVMF_INVLPG at once, which asks for nothing. */
        BOTH
    }

    /** A request of mmuext_op. */
    sealed interface Mmuext extends Operation {}

    /** What concerns grants: hypercalls of grant_table_op, and the guest's own entries. */
    sealed interface Grant extends Operation {}

    /** What concerns descriptor tables. */
    sealed interface Segment extends Operation {}

    /** What changes which frames a domain has: memory_op. */
    sealed interface Reservation extends Operation {}

    /** What the scheduler or the toolstack does: who runs, and whose a frame is. */
    sealed interface Control extends Operation {}

    /** What the guest does without a hypercall, and may fault at. */
    sealed interface Instruction extends Operation {}

    /** What guest user mode does that enters Xen. */
    sealed interface UserInstruction extends Instruction {}

    /**
     * One request of MMU_UPDATE.
     *
     * @param table frame of the table, or of a writable page, that is edited; for command 1 the
     *     frame whose M2P entry changes
     * @param slot 0..511
     * @param value the entry to store; for command 1 the new PFN
     * @param command the low three bits of {@code ptr}: 0 MMU_NORMAL_PT_UPDATE, 1
     *     MMU_MACHPHYS_UPDATE, 2 MMU_PT_UPDATE_PRESERVE_AD, 3 MMU_PT_UPDATE_NO_TRANSLATE, 4..7 none
     */
    record MmuUpdateRequest(int table, int slot, long value, int command) implements Operation {
        public static final int NORMAL = 0;
        public static final int MACHPHYS = 1;
        public static final int PRESERVE_AD = 2;
        public static final int NO_TRANSLATE = 3;

        public MmuUpdateRequest(int table, int slot, long value, boolean preserveAd) {
            this(table, slot, value, preserveAd ? PRESERVE_AD : NORMAL);
        }
    }

    /**
     * UPDATE_VA_MAPPING, or UPDATE_VA_MAPPING_OTHERDOMAIN.
     *
     * @param domid whose frame {@code value} names; {@link DomId#SELF} for the first of the two
     */
    record UpdateVaMappingCall(VirtualAddress va, long value, Flush flush, Scope scope, int domid)
            implements Operation {
        public UpdateVaMappingCall(VirtualAddress va, long value, Flush flush, Scope scope) {
            this(va, value, flush, scope, DomId.SELF);
        }

        /** Whether it asks for a flush at all. */
        boolean flushes() {
            return flush == Flush.TLB_FLUSH || flush == Flush.INVLPG;
        }
    }

    /**
     * MMUEXT_PIN_L1..L4_TABLE.
     *
     * @param level 1..4
     */
    record Pin(int level, int mfn) implements Mmuext {}

    /** MMUEXT_UNPIN_TABLE. */
    record Unpin(int mfn) implements Mmuext {}

    /** MMUEXT_NEW_BASEPTR. */
    record NewBaseptr(int mfn) implements Mmuext {}

    /** MMUEXT_NEW_USER_BASEPTR; -1 for none. */
    record NewUserBaseptr(int mfn) implements Mmuext {}

    /** MMUEXT_TLB_FLUSH_LOCAL, _ALL, _MULTI. */
    record TlbFlush(Scope scope) implements Mmuext {}

    /** MMUEXT_INVLPG_LOCAL, _ALL, _MULTI. */
    record Invlpg(VirtualAddress va, Scope scope) implements Mmuext {}

    /** MMUEXT_FLUSH_CACHE, or MMUEXT_FLUSH_CACHE_GLOBAL. */
    record FlushCache(boolean global) implements Mmuext {}

    /**
     * MMUEXT_SET_LDT.
     *
     * @param linear a byte address, aligned to a page or not
     * @param entries number of descriptors, 0 for no LDT
     */
    record SetLdt(long linear, int entries) implements Mmuext {}

    /** MMUEXT_CLEAR_PAGE. */
    record ClearPage(int mfn) implements Mmuext {}

    /** MMUEXT_COPY_PAGE. */
    record CopyPage(int to, int from) implements Mmuext {}

    /** MMUEXT_MARK_SUPER, or MMUEXT_UNMARK_SUPER. */
    record MarkSuper(int mfn, boolean unmark) implements Mmuext {}

    /** A command that mmuext_op does not know: 14, or 21 and above. */
    record UnknownMmuext(int command) implements Mmuext {}

    /**
     * SET_GDT.
     *
     * @param frames the frames of the table, 512 descriptors each
     * @param entries number of descriptors
     */
    record SetGdt(List<Integer> frames, int entries) implements Segment {
        public SetGdt {
            frames = List.copyOf(frames);
        }
    }

    /**
     * UPDATE_DESCRIPTOR.
     *
     * @param slot 0..511
     */
    record UpdateDescriptor(int mfn, int slot, long descriptor) implements Segment {}

    /** The guest kernel loads a data segment register with this selector (0xFFFF at most). */
    record LoadSelector(int selector) implements Instruction {}

    /**
     * VM_ASSIST.
     *
     * @param command 0 enable, 1 disable
     * @param type VMASST_TYPE_*, such as 2 for writable page tables and 32 for m2p_strict
     */
    record VmAssist(int command, int type) implements Operation {}

    /** XENMEM_decrease_reservation of one frame. */
    record DecreaseReservation(int mfn) implements Reservation {}

    /** XENMEM_exchange of one frame for a new one, which the guest does not use. */
    record Exchange(int mfn) implements Reservation {}

    /**
     * The scheduler makes a vCPU the current one of this CPU.
     *
     * @param vcpu its number on the machine, or {@link #IDLE}
     */
    record Schedule(int vcpu) implements Control {
        /** The idle vCPU, which leaves the tables of the one before it loaded. */
        public static final int IDLE = -1;
    }

    /** Something that needs the idle vCPU's own tables, such as a tasklet, runs on an idle CPU. */
    record SyncLocalExecstate() implements Control {}

    /** XEN_DOMCTL_pausedomain: returns when no vCPU of the domain runs or is loaded. */
    record PauseDomain(int domid) implements Control {}

    /** XEN_DOMCTL_unpausedomain. */
    record UnpauseDomain(int domid) implements Control {}

    /** XEN_DOMCTL_destroydomain: pauses the domain for ever and takes all its frames. */
    record DestroyDomain(int domid) implements Control {}

    /**
     * XENMEM_populate_physmap of one frame.
     *
     * @param mfn the frame that the allocator finds; it must be free
     * @param domid who gets it
     */
    record PopulatePhysmap(int mfn, int domid) implements Control {}

    /** GNTTABOP_transfer of a frame of the caller's. */
    record Transfer(int mfn, int domid) implements Control {}

    /** The guest writes an entry of its grant table: domain {@code domid} may map {@code mfn}. */
    record GrantAccess(int ref, int domid, int mfn, boolean readOnly) implements Grant {}

    /** Where a grant is mapped. */
    sealed interface GrantTarget {
        /** At a linear address, found through the linear map. */
        record Linear(VirtualAddress va) implements GrantTarget {}

        /** In an entry by its machine address (GNTMAP_contains_pte). */
        record Entry(int table, int slot) implements GrantTarget {}
    }

    /**
     * GNTTABOP_map_grant_ref.
     *
     * @param domid the domain that grants
     * @param ref number of the entry in its grant table
     * @param flags GNTMAP_*, without contains_pte, which {@code target} tells
     */
    record MapGrant(GrantTarget target, int domid, int ref, int flags) implements Grant {}

    /**
     * GNTTABOP_unmap_grant_ref.
     *
     * @param handle which of the successful maps of this domain, from 0 in their order; -1 for a
     *     handle that was never given
     */
    record UnmapGrant(GrantTarget target, int handle) implements Grant {}

    /** GNTTABOP_unmap_and_replace, by the entry that maps {@code replacement}. */
    record UnmapAndReplace(GrantTarget target, VirtualAddress replacement, int handle)
            implements Grant {}

    /** How memory is accessed. */
    enum AccessKind {
        READ,
        WRITE,
        EXECUTE
    }

    /**
     * A guest accesses eight bytes of memory, with all faults.
     *
     * @param slot which eight bytes of the page, 0..511
     * @param user whether guest user mode does it; the vCPU goes there and comes back
     * @param value what is written
     */
    record Access(AccessKind kind, boolean user, VirtualAddress va, int slot, long value)
            implements Instruction {
        /** The address in bytes. */
        long linear() {
            return va.va() + (long) slot * Long.BYTES;
        }
    }

    /**
     * The guest kernel writes to {@code va} and faults; Xen cannot mend it, and walks the tables to
     * see whether the fault is spurious. Possible while a stale or fresh translation may fault.
     */
    record FaultingWrite(VirtualAddress va) implements Instruction {}

    /** The guest kernel executes MOV to CR3 (emulated). */
    record MovToCr3(int mfn) implements Instruction {}

    /** The guest kernel executes INVLPG (refused). */
    record InvlpgInstruction(VirtualAddress va) implements Instruction {}

    /** The hypercall iret: the guest kernel returns to its user mode, and stays there. */
    record Iret() implements Operation {}

    /** Guest user mode calls its kernel: Xen goes to the kernel's tables and returns there. */
    record Syscall() implements UserInstruction {}

    /**
     * Guest user mode uses a descriptor of its LDT, whose page at {@code va} Xen has not mapped
     * yet: Xen reads the L1 entry of {@code va} through the linear map of the kernel's tables, to
     * which it goes for the read only. What the descriptor is then used for is not played out.
     */
    record LdtFault(VirtualAddress va) implements UserInstruction {}

    /** The guest reads memory at {@code va}. */
    record GuestRead(VirtualAddress va) implements Operation {}

    /** The guest stores {@code value} at slot {@code slot} of the page at {@code va}. */
    record GuestWrite(VirtualAddress va, int slot, long value) implements Operation {}

    /**
     * Xen reads the L1 entry of {@code va} through the linear map, as for a write fault on a
     * read-only page table (ptwr) or an LDT fault.
     */
    record LinearL1Read(VirtualAddress va) implements Operation {}

    /** For people: the operation in the words of Xen's interface. */
    default String text() {
        return switch (this) {
            case MmuUpdateRequest r ->
                    "mmu_update(mfn %d slot %d := %s%s)"
                            .formatted(
                                    r.table,
                                    r.slot,
                                    entry(r.value),
                                    r.command == 0 ? "" : ", command " + r.command);
            case UpdateVaMappingCall u ->
                    "update_va_mapping(%s := %s%s)"
                            .formatted(
                                    u.va,
                                    entry(u.value),
                                    u.flush == Flush.NONE ? "" : ", " + u.flush);
            case Pin p -> "PIN_L%d_TABLE(mfn %d)".formatted(p.level, p.mfn);
            case Unpin u -> "UNPIN_TABLE(mfn %d)".formatted(u.mfn);
            case NewBaseptr n -> "NEW_BASEPTR(mfn %d)".formatted(n.mfn);
            case NewUserBaseptr n -> "NEW_USER_BASEPTR(mfn %d)".formatted(n.mfn);
            case TlbFlush t -> "TLB_FLUSH" + suffix(t.scope);
            case Invlpg i -> "INVLPG%s(%s)".formatted(suffix(i.scope), i.va);
            case FlushCache f -> f.global ? "FLUSH_CACHE_GLOBAL" : "FLUSH_CACHE";
            case SetLdt l -> "SET_LDT(0x%x, %d)".formatted(l.linear, l.entries);
            case ClearPage c -> "CLEAR_PAGE(mfn %d)".formatted(c.mfn);
            case CopyPage c -> "COPY_PAGE(mfn %d := mfn %d)".formatted(c.to, c.from);
            case MarkSuper m -> "%sMARK_SUPER(mfn %d)".formatted(m.unmark ? "UN" : "", m.mfn);
            case UnknownMmuext u -> "mmuext command %d".formatted(u.command);
            case SetGdt g -> "set_gdt(%s, %d)".formatted(frames(g.frames), g.entries);
            case UpdateDescriptor d ->
                    "update_descriptor(mfn %d slot %d := 0x%x)"
                            .formatted(d.mfn, d.slot, d.descriptor);
            case LoadSelector l -> "load selector 0x%x".formatted(l.selector);
            case VmAssist a -> "vm_assist(%d, %d)".formatted(a.command, a.type);
            case DecreaseReservation d -> "decrease_reservation(mfn %d)".formatted(d.mfn);
            case Exchange e -> "exchange(mfn %d)".formatted(e.mfn);
            case Schedule v -> v.vcpu < 0 ? "idle" : "run vCPU %d".formatted(v.vcpu);
            case SyncLocalExecstate y -> "sync_local_execstate";
            case PauseDomain p -> "pausedomain(domain %d)".formatted(p.domid);
            case UnpauseDomain u -> "unpausedomain(domain %d)".formatted(u.domid);
            case DestroyDomain d -> "destroydomain(domain %d)".formatted(d.domid);
            case PopulatePhysmap p ->
                    "populate_physmap(mfn %d for domain %d)".formatted(p.mfn, p.domid);
            case Transfer t -> "transfer(mfn %d to domain %d)".formatted(t.mfn, t.domid);
            case GrantAccess g ->
                    "grant %d := mfn %d to domain %d%s"
                            .formatted(g.ref, g.mfn, g.domid, g.readOnly ? ", read-only" : "");
            case MapGrant m ->
                    "map_grant_ref(%s, domain %d, ref %d, flags 0x%x)"
                            .formatted(target(m.target), m.domid, m.ref, m.flags);
            case UnmapGrant u ->
                    "unmap_grant_ref(%s, handle %d)".formatted(target(u.target), u.handle);
            case UnmapAndReplace u ->
                    "unmap_and_replace(%s by %s, handle %d)"
                            .formatted(target(u.target), u.replacement, u.handle);
            case Access a ->
                    "%s %s %s slot %d%s"
                            .formatted(
                                    a.user ? "user" : "kernel",
                                    a.kind.name().toLowerCase(Locale.ROOT),
                                    a.va,
                                    a.slot,
                                    a.kind == AccessKind.WRITE ? " := " + entry(a.value) : "");
            case Iret i -> "iret to user mode";
            case Syscall c -> "syscall from user mode";
            case LdtFault l -> "LDT fault of user mode at %s".formatted(l.va);
            case FaultingWrite f -> "faulting write to %s".formatted(f.va);
            case MovToCr3 m -> "mov to cr3 (mfn %d)".formatted(m.mfn);
            case InvlpgInstruction i -> "invlpg instruction %s".formatted(i.va);
            case GuestRead r -> "read %s".formatted(r.va);
            case GuestWrite w -> "write %s slot %d := %s".formatted(w.va, w.slot, entry(w.value));
            case LinearL1Read r -> "linear L1 read for %s".formatted(r.va);
        };
    }

    private static String frames(List<Integer> frames) {
        List<String> names = frames.stream().map(mfn -> "mfn " + mfn).toList();
        return names.isEmpty() ? "no page" : String.join(" and ", names);
    }

    private static String suffix(Scope scope) {
        return switch (scope) {
            case Scope.Local l -> "_LOCAL";
            case Scope.All a -> "_ALL";
            case Scope.Multi m -> "_MULTI";
            case Scope.Unreadable u -> "_MULTI";
        };
    }

    private static String target(GrantTarget target) {
        return switch (target) {
            case GrantTarget.Linear l -> l.va.toString();
            case GrantTarget.Entry e -> "mfn %d slot %d".formatted(e.table, e.slot);
        };
    }

    private static String entry(long value) {
        return Pte.isPresent(value)
                ? "mfn %d%s".formatted(Pte.mfn(value), Pte.isWritable(value) ? " rw" : "")
                : "0";
    }
}
