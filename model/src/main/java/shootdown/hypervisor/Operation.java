package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;

/** One thing that a guest may do: a hypercall's request, or an access to memory. */
@Models(
        value = "public/xen.h: mmu_update, mmuext_op, update_va_mapping",
        simplified =
                "no frames of other domains; GuestRead and LinearL1Read are "
                        + "never taken, they only name addresses")
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
    }

    /** The flush that UPDATE_VA_MAPPING is asked to make (UVMF_*). */
    enum Flush {
        NONE,
        TLB_FLUSH,
        INVLPG
    }

    /**
     * One request of MMU_UPDATE.
     *
     * @param table frame of the table, or of a writable page, that is edited
     * @param slot 0..511
     * @param value the entry to store
     * @param preserveAd command 2 (MMU_PT_UPDATE_PRESERVE_AD) instead of 0
     */
    record MmuUpdateRequest(int table, int slot, long value, boolean preserveAd)
            implements Operation {}

    /** UPDATE_VA_MAPPING. */
    record UpdateVaMappingCall(VirtualAddress va, long value, Flush flush, Scope scope)
            implements Operation {}

    /**
     * MMUEXT_PIN_L1..L4_TABLE.
     *
     * @param level 1..4
     */
    record Pin(int level, int mfn) implements Operation {}

    /** MMUEXT_UNPIN_TABLE. */
    record Unpin(int mfn) implements Operation {}

    /** MMUEXT_NEW_BASEPTR. */
    record NewBaseptr(int mfn) implements Operation {}

    /** MMUEXT_NEW_USER_BASEPTR; -1 for none. */
    record NewUserBaseptr(int mfn) implements Operation {}

    /** MMUEXT_TLB_FLUSH_LOCAL, _ALL, _MULTI. */
    record TlbFlush(Scope scope) implements Operation {}

    /** MMUEXT_INVLPG_LOCAL, _ALL, _MULTI. */
    record Invlpg(VirtualAddress va, Scope scope) implements Operation {}

    /** The guest kernel reads memory at {@code va}. */
    record GuestRead(VirtualAddress va) implements Operation {}

    /** The guest kernel stores {@code value} at slot {@code slot} of the page at {@code va}. */
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
                    "mmu_update(mfn %d slot %d := %s)".formatted(r.table, r.slot, entry(r.value));
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
            case GuestRead r -> "read %s".formatted(r.va);
            case GuestWrite w -> "write %s slot %d := %s".formatted(w.va, w.slot, entry(w.value));
            case LinearL1Read r -> "linear L1 read for %s".formatted(r.va);
        };
    }

    private static String suffix(Scope scope) {
        return switch (scope) {
            case Scope.Local l -> "_LOCAL";
            case Scope.All a -> "_ALL";
            case Scope.Multi m -> "_MULTI";
        };
    }

    private static String entry(long value) {
        return Pte.isPresent(value)
                ? "mfn %d%s".formatted(Pte.mfn(value), Pte.isWritable(value) ? " rw" : "")
                : "0";
    }
}
