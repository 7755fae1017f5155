package shootdown.hypervisor;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Models;

/**
 * {@code struct page_info} of each frame: count_info and type_info with Xen's bits (mm.h), and a
 * third word with the owner, the linear count and the clock relation.
 *
 * <p>Xen's TLB clock has no bound. What it is used for is a relation, and that is kept exactly: bit
 * (frame, CPU) is set while the CPU has had no full flush since the frame's type count last dropped
 * to 0. Stamping sets a frame's row, a full flush clears a CPU's column. While a frame's type count
 * is above 0 its row means nothing and is 0.
 */
@Models(
        value = {
            "mm.h: struct page_info",
            "mm.c: get_page",
            "mm.c: put_page",
            "flushtlb.h: page_set_tlbflush_timestamp",
            "flushtlb.h: tlbflush_filter"
        },
        simplified =
                "the clock is a relation of frames and CPUs; stamping is one "
                        + "step; counts do not saturate")
public final class PageInfo {
    public static final int TYPE_NONE = 0;
    public static final int TYPE_L1 = 1;
    public static final int TYPE_L4 = 4;
    public static final int TYPE_SEG_DESC = 5;
    public static final int TYPE_WRITABLE = 7;

    private static final int TYPE_SHIFT = 61;
    private static final long LOCKED = 1L << 60;
    private static final long PINNED = 1L << 59;
    private static final long VALIDATED = 1L << 58;
    private static final long PARTIAL = 1L << 56;
    private static final long TYPE_COUNT_MASK = (1L << 55) - 1;
    private static final long ALLOCATED = 1L << 63;
    private static final long XEN_HEAP = 1L << 62;
    private static final long REF_COUNT_MASK = (1L << 57) - 1;
    private static final long CLOCK_MASK = 0xFFFF;
    private static final int LINEAR_SHIFT = 16;
    private static final int OWNER_SHIFT = 32;
    private static final int COUNT = 0;
    private static final int TYPE = 1;
    private static final int REST = 2;

    /** What the machine-to-physical table says of a frame that is free. */
    public static final long INVALID_M2P = -1;

    /** Owner of frames that belong to nobody. */
    public static final int NO_OWNER = 0xFFFF;

    private final Layout layout;
    private final int frames;
    private final int cpus;
    private final boolean clock;
    private final boolean stamps;
    private final boolean stampsTables;
    private final boolean m2p;
    private final boolean allocates;
    private final @Nullable CountingClock counting;

    PageInfo(Layout layout) {
        this.layout = layout;
        this.frames = layout.machine().frames;
        this.cpus = layout.machine().cpus;
        this.m2p = layout.machine().m2p;
        this.allocates = layout.machine().allocates;
        this.clock = !layout.machine().assistedFlush;
        this.stamps = clock && !layout.machine().has(Defect.NO_STAMP);
        this.stampsTables = !layout.machine().shadowFilter;
        this.counting = layout.machine().replays ? new CountingClock(frames, cpus) : null;
    }

    private int word(int mfn, int word) {
        return layout.pageInfo(mfn) + word;
    }

    /** Xen's count_info word. */
    public long countInfo(long[] s, int mfn) {
        return s[word(mfn, COUNT)];
    }

    /** Xen's type_info word. */
    public long typeInfo(long[] s, int mfn) {
        return s[word(mfn, TYPE)];
    }

    boolean isValid(int mfn) {
        return mfn >= 0 && mfn < frames;
    }

    /** Memory-mapped I/O: no frame at all, or one of dom_io's. Mappings of it hold nothing. */
    boolean isMmio(long[] s, int mfn) {
        return isValid(mfn) ? owner(s, mfn) == DomId.IO : !XenSlots.isXenFrame(mfn);
    }

    public int owner(long[] s, int mfn) {
        return (int) (s[word(mfn, REST)] >>> OWNER_SHIFT) & 0xFFFF;
    }

    void setOwner(long[] s, int mfn, int owner) {
        int at = word(mfn, REST);
        s[at] = (s[at] & ~(0xFFFFL << OWNER_SHIFT)) | ((long) owner << OWNER_SHIFT);
    }

    public long refs(long[] s, int mfn) {
        return countInfo(s, mfn) & REF_COUNT_MASK;
    }

    public boolean allocated(long[] s, int mfn) {
        return (countInfo(s, mfn) & ALLOCATED) != 0;
    }

    /** Whether a frame is a validated table, or a page of descriptors, that something refers to. */
    boolean isTableInUse(long[] s, int mfn) {
        return !isValid(mfn)
                || (typeCount(s, mfn) > 0
                        && validated(s, mfn)
                        && type(s, mfn) != TYPE_WRITABLE
                        && type(s, mfn) != TYPE_NONE);
    }

    /** Whether a frame is in use as a page that its owner may write. */
    public boolean isWritable(long[] s, int mfn) {
        return typeCount(s, mfn) > 0 && validated(s, mfn) && type(s, mfn) == TYPE_WRITABLE;
    }

    /** Gives a frame to a domain, with the reference that allocation holds. */
    void allocate(long[] s, int mfn, int owner) {
        s[word(mfn, COUNT)] = ALLOCATED | 1;
        setOwner(s, mfn, owner);
    }

    /**
     * Gives a frame of Xen's to a domain that may map it, writable or not; such a frame keeps a
     * type count of its own for ever.
     */
    void share(long[] s, int mfn, int owner, boolean heap, boolean writable) {
        allocate(s, mfn, owner);
        s[word(mfn, COUNT)] |= heap ? XEN_HEAP : 0;
        long type = writable ? TYPE_WRITABLE : TYPE_NONE;
        s[word(mfn, TYPE)] = (type << TYPE_SHIFT) | VALIDATED | 1;
    }

    /** {@code get_page}: a general reference, refused if the frame is not {@code owner}'s. */
    boolean getPage(long[] s, int mfn, int owner) {
        if (!isValid(mfn) || refs(s, mfn) == 0 || owner(s, mfn) != owner) {
            return false;
        }
        s[word(mfn, COUNT)]++;
        return true;
    }

    /**
     * {@code put_page}; at 0 the frame goes back to the heap, and nothing of it matters but who may
     * still have a translation of it when it is given out again.
     */
    void putPage(long[] s, int mfn) {
        int at = word(mfn, COUNT);
        s[at]--;
        if ((s[at] & REF_COUNT_MASK) == 0) {
            s[at] = 0;
            s[word(mfn, TYPE)] = 0;
            s[word(mfn, REST)] = 0;
            setOwner(s, mfn, NO_OWNER);
            if (allocates) {
                stamp(s, mfn);
            }
            if (m2p) {
                setM2p(s, mfn, INVALID_M2P);
            }
        }
    }

    /** Whether the allocator may give a frame out. */
    boolean isFree(long[] s, int mfn) {
        return refs(s, mfn) == 0 && owner(s, mfn) == NO_OWNER;
    }

    /**
     * {@code steal_page}: takes a frame that only allocation holds from its owner, and what it was
     * last used as, which was valid by the rules for this owner.
     */
    void steal(long[] s, int mfn) {
        s[word(mfn, COUNT)] = 0;
        if (!layout.machine().has(Defect.TYPE_KEPT_ON_TRANSFER)) {
            s[word(mfn, TYPE)] = 0;
        }
        setOwner(s, mfn, NO_OWNER);
    }

    /** {@code put_page_alloc_ref}: the domain gives the frame up; others may still hold it. */
    void putAllocation(long[] s, int mfn) {
        s[word(mfn, COUNT)] &= ~ALLOCATED;
        putPage(s, mfn);
    }

    /** The frame's word of the machine-to-physical table; the machine must keep it. */
    public long m2p(long[] s, int mfn) {
        return s[m2pAt(mfn)];
    }

    void setM2p(long[] s, int mfn, long pfn) {
        s[m2pAt(mfn)] = pfn;
    }

    private int m2pAt(int mfn) {
        if (!m2p) {
            throw new IllegalStateException("this machine keeps no machine-to-physical table");
        }
        return layout.m2p(mfn);
    }

    public int type(long[] s, int mfn) {
        return (int) (typeInfo(s, mfn) >>> TYPE_SHIFT);
    }

    public long typeCount(long[] s, int mfn) {
        return typeInfo(s, mfn) & TYPE_COUNT_MASK;
    }

    public boolean pinned(long[] s, int mfn) {
        return (typeInfo(s, mfn) & PINNED) != 0;
    }

    public boolean validated(long[] s, int mfn) {
        return (typeInfo(s, mfn) & VALIDATED) != 0;
    }

    public boolean partial(long[] s, int mfn) {
        return (typeInfo(s, mfn) & PARTIAL) != 0;
    }

    public boolean locked(long[] s, int mfn) {
        return (typeInfo(s, mfn) & LOCKED) != 0;
    }

    void setPinned(long[] s, int mfn, boolean on) {
        setTypeBit(s, mfn, PINNED, on);
    }

    void setValidated(long[] s, int mfn, boolean on) {
        setTypeBit(s, mfn, VALIDATED, on);
    }

    void setPartial(long[] s, int mfn, boolean on) {
        setTypeBit(s, mfn, PARTIAL, on);
    }

    void setLocked(long[] s, int mfn, boolean on) {
        setTypeBit(s, mfn, LOCKED, on);
    }

    private void setTypeBit(long[] s, int mfn, long bit, boolean on) {
        int at = word(mfn, TYPE);
        s[at] = on ? s[at] | bit : s[at] & ~bit;
    }

    void incrementTypeCount(long[] s, int mfn) {
        s[word(mfn, TYPE)]++;
    }

    void addTypeCount(long[] s, int mfn, long more) {
        s[word(mfn, TYPE)] += more;
    }

    void addRefs(long[] s, int mfn, long more) {
        s[word(mfn, COUNT)] += more;
    }

    /** Takes one from a type count; a frame that reaches 0 is stamped with the TLB clock. */
    void decrementTypeCount(long[] s, int mfn) {
        int at = word(mfn, TYPE);
        if ((s[at] & TYPE_COUNT_MASK) == 0) {
            throw new IllegalStateException("type count of frame " + mfn + " is 0 already");
        }
        s[at]--;
        if ((s[at] & TYPE_COUNT_MASK) == 0) {
            stamp(s, mfn);
        }
    }

    /** Publishes a new type with count 1, not yet validated; the frame's stamp is used up. */
    void publish(long[] s, int mfn, int type) {
        s[word(mfn, TYPE)] = ((long) type << TYPE_SHIFT) | 1;
        clearRest(s, mfn);
    }

    /** Takes a frame whose leftover type is asked for again: count 1, validated if it was. */
    void reuse(long[] s, int mfn) {
        int at = word(mfn, TYPE);
        s[at]++;
        clearRest(s, mfn);
    }

    private void clearRest(long[] s, int mfn) {
        s[word(mfn, REST)] &= 0xFFFFL << OWNER_SHIFT;
        if (counting != null) {
            counting.forget(mfn);
        }
    }

    /**
     * After a failed validation: no type at all, and no stamp. In Xen the stamp shares its storage
     * with the progress of the validation, so it is lost as well.
     */
    void clearType(long[] s, int mfn) {
        s[word(mfn, TYPE)] = 0;
        clearRest(s, mfn);
    }

    private void stamp(long[] s, int mfn) {
        if (counting != null) {
            counting.stamp(mfn);
            return;
        }
        boolean stamped = stamps && (stampsTables || type(s, mfn) == TYPE_WRITABLE);
        long row = stamped ? (1L << cpus) - 1 : 0;
        s[word(mfn, REST)] = (s[word(mfn, REST)] & (0xFFFFL << OWNER_SHIFT)) | row;
    }

    /**
     * The CPUs that have had no full flush since this frame was stamped; all of them where flushes
     * are assisted, which the TLB clock would miss.
     */
    public long needsFlush(long[] s, int mfn) {
        if (counting != null) {
            return counting.needsFlush(mfn);
        }
        return clock ? s[word(mfn, REST)] & CLOCK_MASK : (1L << cpus) - 1;
    }

    /** The clock ticks: a CPU has had a full flush. */
    void flushed(long[] s, int cpu) {
        if (counting != null) {
            counting.flushed(cpu);
            return;
        }
        if (!clock) {
            return;
        }
        long bit = 1L << cpu;
        for (int mfn = 0; mfn < frames; mfn++) {
            s[word(mfn, REST)] &= ~bit;
        }
        if (layout.machine().storeBuffers) {
            StoreBuffer.flushed(layout, s, cpu);
        }
    }

    /** The stamp of a frame is what was read of the clock earlier. */
    void stampAsRead(long[] s, int mfn, long row) {
        s[word(mfn, REST)] = (s[word(mfn, REST)] & ~CLOCK_MASK) | row;
    }

    /** Linear page tables: above 0 a container, below 0 a target, 0 neither. */
    public int linearCount(long[] s, int mfn) {
        return (short) (s[word(mfn, REST)] >>> LINEAR_SHIFT);
    }

    void addLinearCount(long[] s, int mfn, int delta) {
        int at = word(mfn, REST);
        long count = (linearCount(s, mfn) + delta) & 0xFFFFL;
        s[at] = (s[at] & ~(0xFFFFL << LINEAR_SHIFT)) | (count << LINEAR_SHIFT);
    }

    /** Renumbers CPUs in the clock relation. */
    void permuteCpus(long[] s, int mfn, int[] to) {
        int at = word(mfn, REST);
        s[at] = (s[at] & ~CLOCK_MASK) | CpuState.permuteMask(s[at] & CLOCK_MASK, to);
    }
}
