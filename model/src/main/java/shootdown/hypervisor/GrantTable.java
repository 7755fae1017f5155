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
        simplified =
                "eight entries a domain hold something; 32 maps a program, whose handles are never"
                        + " given again; version 1 only")
final class GrantTable {
    /** Entries that can hold something in a program; more are there, and empty. */
    private static final int REFS_OF_PROGRAMS = 8;

    /** Entries that a domain with one frame of them has. */
    static final int REF_LIMIT = 512;

    /** Maps that are told apart in a program. */
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

    /** A handle that will be given when the map in progress has succeeded. */
    private static final long RESERVED = 2;

    private final Machine machine;
    private final int base;
    private final int refs;
    private final int first;
    private final int handles;
    private final boolean counts;

    GrantTable(Layout layout) {
        machine = layout.machine();
        base = layout.grants();
        refs = refs(machine);
        first = base + machine.domains().size() * refs * WORDS_PER_REF;
        handles = handles(machine);
        counts = countsHandles(machine);
    }

    /** Longs that all of it takes: entries, handles, and how many of these have been given. */
    static int length(Machine machine) {
        return machine.grants
                ? machine.domains().size() * refs(machine) * WORDS_PER_REF + handles(machine) + 1
                : 0;
    }

    private static int refs(Machine machine) {
        return machine.hasPrograms() ? REFS_OF_PROGRAMS : machine.grantRefs();
    }

    private static int handles(Machine machine) {
        return machine.hasPrograms() ? HANDLES : machine.grantHandles();
    }

    /** Handles of programs are numbered as their maps succeed; else a free one is given again. */
    private static boolean countsHandles(Machine machine) {
        return machine.hasPrograms() || machine.grantMaps > 0;
    }

    /** Entries that can hold something; more are there, and empty. */
    int refs() {
        return refs;
    }

    private int at(int granter, int ref) {
        int index = 0;
        while (machine.domains().get(index).id() != granter) {
            index++;
        }
        return base + (index * refs + ref) * WORDS_PER_REF;
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
        if (ref >= refs) {
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
        return ref < refs && s[at(granter, ref) + 1] != 0;
    }

    /** Whether any active entry of a granter is for this domain and this frame. */
    boolean isHeld(long[] s, int granter, int domid, int mfn) {
        for (int ref = 0; ref < refs; ref++) {
            if (isActive(s, granter, ref)
                    && activeDomid(s, granter, ref) == domid
                    && activeMfn(s, granter, ref) == mfn) {
                return true;
            }
        }
        return false;
    }

    boolean isMappedWritable(long[] s, int granter, int ref) {
        return ref < refs && (pins(s, granter, ref, 1, true) + pins(s, granter, ref, 2, true)) > 0;
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

    // The map track: a word for each handle, 0 if it is free.

    /** How many maps are told apart: their handles are smaller. */
    int handles() {
        return machine.grants ? handles : 0;
    }

    private int given() {
        return first + handles;
    }

    /** Keeps a handle for a map that has begun; whether there was one. */
    boolean reserve(long[] s) {
        if (counts) {
            return s[given()] < handles;
        }
        int free = firstHandle(s, 0);
        if (free < handles) {
            s[first + free] = RESERVED;
        }
        return free < handles;
    }

    /** The map has failed: the handle is free again. */
    void release(long[] s) {
        if (!counts) {
            s[first + firstHandle(s, RESERVED)] = 0;
        }
    }

    private int firstHandle(long[] s, long word) {
        int handle = 0;
        while (handle < handles && s[first + handle] != word) {
            handle++;
        }
        return handle;
    }

    /** Remembers a map, under the handle that was kept for it. */
    void track(long[] s, int granter, int ref, int flags) {
        int handle = counts ? (int) s[given()]++ : firstHandle(s, RESERVED);
        s[first + handle] =
                1
                        | ((long) ref << REF_SHIFT)
                        | ((long) granter << GRANTER_SHIFT)
                        | ((long) flags << FLAGS_SHIFT);
    }

    boolean isLive(long[] s, int handle) {
        return handle >= 0 && handle < handles && flags(s, handle) != 0;
    }

    int ref(long[] s, int handle) {
        return (int) (s[first + handle] >>> REF_SHIFT) & 0xFF;
    }

    int granter(long[] s, int handle) {
        return (int) (s[first + handle] >>> GRANTER_SHIFT) & 0xFFFF;
    }

    /** What is still mapped by this handle, and how: GNTMAP_*. */
    int flags(long[] s, int handle) {
        return (int) (s[first + handle] >>> FLAGS_SHIFT);
    }

    void setFlags(long[] s, int handle, int flags) {
        long rest = s[first + handle] & ((1L << FLAGS_SHIFT) - 1);
        s[first + handle] = rest | ((long) flags << FLAGS_SHIFT);
    }

    void forget(long[] s, int handle) {
        s[first + handle] = 0;
    }
}
