package shootdown.policy;

import java.util.ArrayList;
import java.util.List;

/** Flush flags, named and numbered as in Xen's {@code flushtlb.h}, and six that Xen lacks. */
public final class FlushFlags {
    /** Drop all translations. */
    public static final int FLUSH_TLB = 0x100;

    /** Drop all translations, those with the global mark included; Xen treats both alike. */
    public static final int FLUSH_TLB_GLOBAL = 0x200;

    /** Write back and drop the data caches. */
    public static final int FLUSH_CACHE = 0x400;

    /** Write the state of a vCPU that has stopped running back; no flag for policies. */
    public static final int FLUSH_VCPU_STATE = 0x1000;

    /** Copy the L4 to the XPTI root copy on the next way out to the guest. */
    public static final int FLUSH_ROOT_PGTBL = 0x2000;

    /**
     * The targets must be interrupted: the hypervisor below Xen may not do it for them; no flag for
     * policies.
     */
    public static final int FLUSH_NO_ASSIST = 0x8000;

    /** Not in Xen: drop what goes through slot 258 of the root only, global or not (claim 6). */
    public static final int FLUSH_LINEAR_RANGE = 0x2_0000;

    /** Not in Xen: do the TLB flush at the next return to the guest; the other flags act now. */
    public static final int FLUSH_AT_EXIT = 0x4_0000;

    /**
     * Not in Xen: drop what Xen itself made while on the guest's tables, by INVPCID of PCIDs 0 and
     * 1 or, without PCIDs, by a load of CR3; globals stay.
     */
    public static final int FLUSH_XEN_PCIDS = 0x8_0000;

    /** Not in Xen: a CPU that runs the guest is left alone, unless its root copy is to change. */
    public static final int FLUSH_UNLESS_GUEST = 0x10_0000;

    /** Not in Xen: as {@link #FLUSH_XEN_PCIDS}, but PCID 0 only, the kernel's tables. */
    public static final int FLUSH_KERNEL_PCID = 0x20_0000;

    /** Not in Xen: a load of CR3 and no more, so that only the PCID that is loaded is flushed. */
    public static final int FLUSH_LOADED_PCID = 0x40_0000;

    private static final int KNOWN =
            FLUSH_TLB
                    | FLUSH_TLB_GLOBAL
                    | FLUSH_CACHE
                    | FLUSH_ROOT_PGTBL
                    | FLUSH_LINEAR_RANGE
                    | FLUSH_AT_EXIT
                    | FLUSH_XEN_PCIDS
                    | FLUSH_UNLESS_GUEST
                    | FLUSH_KERNEL_PCID
                    | FLUSH_LOADED_PCID;

    private FlushFlags() {}

    /** Whether all of these are flags of this class; Xen's others mean nothing here. */
    public static boolean isKnown(int flags) {
        return (flags & ~KNOWN) == 0;
    }

    public static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    /** For people: {@code TLB|ROOT_PGTBL}. */
    public static String toString(int flags) {
        List<String> names = new ArrayList<>();
        name(names, flags, FLUSH_TLB, "TLB");
        name(names, flags, FLUSH_TLB_GLOBAL, "TLB_GLOBAL");
        name(names, flags, FLUSH_CACHE, "CACHE");
        name(names, flags, FLUSH_VCPU_STATE, "VCPU_STATE");
        name(names, flags, FLUSH_ROOT_PGTBL, "ROOT_PGTBL");
        name(names, flags, FLUSH_NO_ASSIST, "NO_ASSIST");
        name(names, flags, FLUSH_LINEAR_RANGE, "LINEAR_RANGE");
        name(names, flags, FLUSH_AT_EXIT, "AT_EXIT");
        name(names, flags, FLUSH_XEN_PCIDS, "XEN_PCIDS");
        name(names, flags, FLUSH_UNLESS_GUEST, "UNLESS_GUEST");
        name(names, flags, FLUSH_KERNEL_PCID, "KERNEL_PCID");
        name(names, flags, FLUSH_LOADED_PCID, "LOADED_PCID");
        return names.isEmpty() ? "nothing" : String.join("|", names);
    }

    private static void name(List<String> names, int flags, int flag, String name) {
        if (has(flags, flag)) {
            names.add(name);
        }
    }
}
