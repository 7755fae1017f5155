package shootdown.hypervisor;

import shootdown.hardware.Models;

/**
 * The grants of all domains and what the loaded one has mapped of them: the guest's entries, the
 * active entries beside them, and the map track. On machines without grants there are none.
 *
 * <p>Static offsets; {@code granter} is always a domain id, {@code ref} the number of an entry.
 */
@Models(
        value = {
            "grant_table.h: grant_entry_v1",
            "grant_table.c: struct active_grant_entry",
            "grant_table.c: struct grant_mapping"
        },
        simplified = "eight entries a domain hold something; 32 maps a program; version 1 only")
final class GrantTable {
    /** Entries that can hold something; more are there, and empty. */
    static final int REFS = 8;

    /** Entries that a domain with one frame of them has. */
    static final int REF_LIMIT = 512;

    /** Maps of the loaded domain that are told apart. */
    static final int HANDLES = 32;

    private static final int WORDS_PER_REF = 2;
    private static final long PERMIT = 1;
    private static final long READ_ONLY = 2;
    private static final int DOMID_SHIFT = 8;
    private static final int MFN_SHIFT = 32;
    private static final long DOMID_MASK = 0xFFFF;
    private static final int PINS_BITS = 6;
    private static final long PINS_MASK = (1L << PINS_BITS) - 1;
    private static final int ACTIVE_DOMID_SHIFT = 4 * PINS_BITS;
    private static final int ACTIVE_MFN_SHIFT = 40;
    private static final int REF_SHIFT = 8;
    private static final int GRANTER_SHIFT = 16;
    private static final int FLAGS_SHIFT = 32;

    private final Machine machine;
    private final int base;
    private final int handles;

    GrantTable(Layout layout) {
        machine = layout.machine();
        base = layout.grants();
        handles = base + machine.domains().size() * REFS * WORDS_PER_REF;
    }

    /** Longs that all of it takes. */
    static int length(Machine machine) {
        return machine.grants ? machine.domains().size() * REFS * WORDS_PER_REF + HANDLES + 1 : 0;
    }

    private int at(int granter, int ref) {
        int index = 0;
        while (machine.domains().get(index).id() != granter) {
            index++;
        }
        return base + (index * REFS + ref) * WORDS_PER_REF;
    }

    // The entry that the granter writes.

    void permit(long[] s, int granter, int ref, int domid, int mfn, boolean readOnly) {
        s[at(granter, ref)] =
                PERMIT
                        | (readOnly ? READ_ONLY : 0)
                        | ((long) domid << DOMID_SHIFT)
                        | ((long) mfn << MFN_SHIFT);
    }

    /** Whether the entry lets this domain read the frame, or write it. */
    boolean permits(long[] s, int granter, int ref, int domid, boolean write) {
        if (ref >= REFS) {
            return false;
        }
        long entry = s[at(granter, ref)];
        return (entry & PERMIT) != 0
                && (entry >>> DOMID_SHIFT & DOMID_MASK) == domid
                && !(write && (entry & READ_ONLY) != 0);
    }

    /** Whether the granter's entry allows reading only, whatever else it says. */
    boolean isReadOnly(long[] s, int granter, int ref) {
        return (s[at(granter, ref)] & READ_ONLY) != 0;
    }

    int mfn(long[] s, int granter, int ref) {
        return (int) (s[at(granter, ref)] >>> MFN_SHIFT);
    }

    // The active entry: what is mapped now.

    boolean isActive(long[] s, int granter, int ref) {
        return ref < REFS && s[at(granter, ref) + 1] != 0;
    }

    boolean isMappedWritable(long[] s, int granter, int ref) {
        return ref < REFS && (pins(s, granter, ref, 1, true) + pins(s, granter, ref, 2, true)) > 0;
    }

    int activeMfn(long[] s, int granter, int ref) {
        return (int) (s[at(granter, ref) + 1] >>> ACTIVE_MFN_SHIFT);
    }

    int activeDomid(long[] s, int granter, int ref) {
        return (int) (s[at(granter, ref) + 1] >>> ACTIVE_DOMID_SHIFT & DOMID_MASK);
    }

    private static int pinShift(int kind, boolean write) {
        return ((kind - 1) * 2 + (write ? 1 : 0)) * PINS_BITS;
    }

    /** How often the grant is mapped; {@code kind} is GNTMAP_device_map or GNTMAP_host_map. */
    private long pins(long[] s, int granter, int ref, int kind, boolean write) {
        return s[at(granter, ref) + 1] >>> pinShift(kind, write) & PINS_MASK;
    }

    void pin(long[] s, int granter, int ref, int kind, boolean write, int domid, int mfn) {
        int at = at(granter, ref) + 1;
        s[at] += 1L << pinShift(kind, write);
        long pins = s[at] & ((1L << ACTIVE_DOMID_SHIFT) - 1);
        s[at] = pins | ((long) domid << ACTIVE_DOMID_SHIFT) | ((long) mfn << ACTIVE_MFN_SHIFT);
    }

    void unpin(long[] s, int granter, int ref, int kind, boolean write) {
        int at = at(granter, ref) + 1;
        s[at] -= 1L << pinShift(kind, write);
        if ((s[at] & ((1L << ACTIVE_DOMID_SHIFT) - 1)) == 0) {
            s[at] = 0;
        }
    }

    // The map track.

    /** How many maps are told apart: their handles are smaller. */
    int handles() {
        return machine.grants ? HANDLES : 0;
    }

    /** Remembers a map; handles are given in order and never again. */
    void track(long[] s, int granter, int ref, int flags) {
        int handle = (int) s[handles + HANDLES]++;
        s[handles + handle] =
                1
                        | ((long) ref << REF_SHIFT)
                        | ((long) granter << GRANTER_SHIFT)
                        | ((long) flags << FLAGS_SHIFT);
    }

    boolean isFull(long[] s) {
        return s[handles + HANDLES] == HANDLES;
    }

    boolean isLive(long[] s, int handle) {
        return handle >= 0 && handle < HANDLES && s[handles + handle] != 0;
    }

    int ref(long[] s, int handle) {
        return (int) (s[handles + handle] >>> REF_SHIFT) & 0xFF;
    }

    int granter(long[] s, int handle) {
        return (int) (s[handles + handle] >>> GRANTER_SHIFT) & 0xFFFF;
    }

    /** What is still mapped by this handle, GNTMAP_*. */
    int flags(long[] s, int handle) {
        return (int) (s[handles + handle] >>> FLAGS_SHIFT);
    }

    void setFlags(long[] s, int handle, int flags) {
        long rest = s[handles + handle] & ((1L << FLAGS_SHIFT) - 1);
        s[handles + handle] = rest | ((long) flags << FLAGS_SHIFT);
    }

    void forget(long[] s, int handle) {
        s[handles + handle] = 0;
    }
}
