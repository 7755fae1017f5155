package shootdown.workload.trace;

/**
 * One event of a recording, a record for each kind; the two capitals that begin each description
 * are the event's name in the file.
 *
 * <p>Ranges: a CPU or vCPU is 0 to 63, a level 1 to 4 (0 where it says so), an entry's value any 64
 * bits, a frame below 2<sup>40</sup>, a machine address below 2<sup>52</sup>, a count below
 * 2<sup>31</sup>. Decimal: ids, counts, levels, times, CPUs, {@code cmd}, {@code rc}, {@code fl}.
 * Hexadecimal: everything else, flags, masks and error codes too.
 */
public sealed interface TraceEvent {

    /**
     * Ticks of the time stamp counter since the recording began, or since the machine did. Never
     * decreases. The recordings were made under an emulator: use it for order only.
     */
    long time();

    /** The physical CPU. */
    int cpu();

    /**
     * The guest's task, as {@code comm-pid}; {@code ""} while nothing is known of this CPU, {@code
     * "-"} where Xen recorded the event and does not know.
     */
    String task();

    /** How an entry came to be written. */
    enum Via {
        MMU_UPDATE('M'),
        UPDATE_VA_MAPPING('V'),
        /** The guest wrote, the page is read-only, Xen emulated it. */
        TRAPPED('W');

        private final char letter;

        Via(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    /** A hypercall. */
    enum Hypercall {
        MMU_UPDATE(1),
        UPDATE_VA_MAPPING(14),
        MMUEXT_OP(26);

        private final int number;

        Hypercall(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /** An operation of mmuext_op, as Xen's interface names it; those marked were recorded. */
    enum MmuextCommand {
        /** Recorded, as are the other levels but L2. */
        PIN_L1,
        PIN_L2,
        PIN_L3,
        PIN_L4,
        /** Recorded. */
        UNPIN,
        /** Recorded. */
        NEW_BASEPTR,
        /** Recorded. */
        NEW_USER_BASEPTR,
        /** Recorded. */
        TLB_FLUSH_LOCAL,
        /** Recorded. */
        INVLPG_LOCAL,
        /** Recorded. */
        TLB_FLUSH_MULTI,
        /** Recorded. */
        INVLPG_MULTI,
        TLB_FLUSH_ALL,
        INVLPG_ALL,
        FLUSH_CACHE,
        FLUSH_CACHE_GLOBAL,
        /** Recorded. */
        SET_LDT,
        CLEAR_PAGE,
        COPY_PAGE,
        MARK_SUPER,
        UNMARK_SUPER;

        /** Whether it names a frame to pin or unpin. */
        boolean pins() {
            return compareTo(UNPIN) <= 0;
        }

        /** Whether it flushes TLBs, and does nothing else. */
        boolean flushes() {
            return compareTo(TLB_FLUSH_LOCAL) >= 0 && compareTo(INVLPG_ALL) <= 0;
        }
    }

    /**
     * {@code MC}: a multicall. In the full form its calls follow; only those of {@link Hypercall}
     * are events, so fewer than {@code calls} may follow; a multicall that was preempted comes
     * again, for the rest. In the stock form it ends them, and a multicall of one is how Linux
     * makes most single calls.
     */
    record Multicall(long time, int cpu, String task, int calls) implements TraceEvent {}

    /**
     * {@code BB}, full form: a hypercall begins on this CPU. A call that was preempted begins
     * again, with a new id, for the rest. Of update_va_mapping and mmuext_op the end is not
     * recorded.
     *
     * @param id numbers the calls from 1, in order of all CPUs
     * @param count requests in it; 1 for update_va_mapping
     * @param kernelMfn the frame of the vCPU's kernel L4
     * @param userMfn the frame of its user L4, 0 if it has none
     * @param kernelMode {@code k}, the only mode from which Linux calls; {@code u} would be the
     *     user's
     */
    record CallBegin(
            long time,
            int cpu,
            String task,
            int id,
            Hypercall call,
            int count,
            long kernelMfn,
            long userMfn,
            int vcpu,
            boolean kernelMode)
            implements TraceEvent {}

    /**
     * {@code BE}, full form: an mmu_update ends on this CPU; other calls have none.
     *
     * @param done requests that are done with
     * @param rc 0: finished; else not, or with an error. The recordings have 1 only, which stands
     *     for a preemption: the rest comes as a call of its own if {@code done} is less than the
     *     count; if not, only the table that the call parked was left to drop
     * @param flushed bit 0: flushed for linear page tables (XSA-286); bits 1 and 2: had root copies
     *     made anew, here and elsewhere (never set without XPTI)
     */
    record CallEnd(
            long time, int cpu, String task, int id, Hypercall call, int done, int rc, int flushed)
            implements TraceEvent {
        /** Whether Xen flushed for the linear page tables. */
        public boolean flushedForLinear() {
            return (flushed & 1) != 0;
        }
    }

    /**
     * {@code PT}, full form: an entry of a page table was written, or could not be.
     *
     * @param id the call, which this CPU is in; 0 for a trapped write
     * @param level that of the table; 0: the page is none now (Linux fills a page before it pins
     *     it)
     * @param ma where the entry is, a multiple of 8
     * @param old what was there
     * @param value what is there afterwards; so if the write was refused, not what the guest asked
     *     for
     * @param command {@code cmd}: 0 as asked, 2 keeping accessed and dirty bits (the low bits of
     *     mmu_update's pointer)
     * @param ok false: refused. In the recordings each was preempted, and is made again by the call
     *     for the rest
     * @param pinned whether the table is pinned
     * @param references the table's type count, as seen there: the call's own reference is in it
     */
    record EntryWrite(
            long time,
            int cpu,
            String task,
            int id,
            Via via,
            int level,
            long ma,
            long old,
            long value,
            int command,
            boolean ok,
            boolean pinned,
            int references)
            implements TraceEvent {}

    /**
     * {@code UV}: what update_va_mapping is asked for; comes before its {@code PT}.
     *
     * @param id the call, 0 in the stock form
     * @param flags UVMF: 1 flush the TLB, 2 the page, with 4 on all CPUs
     */
    record VaMapping(long time, int cpu, String task, int id, long va, long value, long flags)
            implements TraceEvent {}

    /**
     * {@code EX}: one operation of mmuext_op. In the full form, one that was preempted comes again.
     *
     * <p>The arguments are the two words of Xen's structure as they were, and of those that an
     * operation does not use, Linux leaves what was there: for anything else than what follows they
     * are noise. In the full form {@code arg2} has 32 bits only.
     *
     * @param id the call, 0 in the stock form
     * @param arg1 pins and bases: the frame (0: no user base); in the stock form, the
     *     pseudo-physical frame of pins, and the pseudo-physical address of bases. INVLPG: the
     *     address. SET_LDT: the address
     * @param arg2 TLB_FLUSH_MULTI and INVLPG_MULTI: the low half of a pointer to the set of vCPUs
     *     (the set itself is not recorded). SET_LDT: entries
     */
    record Mmuext(
            long time, int cpu, String task, int id, MmuextCommand command, long arg1, long arg2)
            implements TraceEvent {}

    /**
     * {@code CR3}, full form: a base pointer was loaded.
     *
     * @param cr3 a machine address
     */
    record BaseLoad(long time, int cpu, String task, long cr3, int domain, int vcpu)
            implements TraceEvent {}

    /**
     * {@code TG}, full form: a change between kernel and user mode, with its change of base.
     *
     * @param cr3 the base after it
     * @param toKernel whether the guest's kernel runs now
     */
    record Toggle(long time, int cpu, String task, long cr3, int domain, int vcpu, boolean toKernel)
            implements TraceEvent {}

    /**
     * {@code FR}, full form: Xen asks for a flush.
     *
     * @param flags Xen's, as {@link shootdown.policy.FlushFlags}; the low byte, if not 0, is one
     *     more than the order of the range at {@code va}
     * @param cpuMask bit i for CPU i. May hold this CPU, which then flushes too ({@code
     *     flush_area_mask}); do_mmu_update leaves it out, having flushed itself before
     * @param va what is flushed, 0 if all
     * @param who the function that asked
     */
    record FlushRequest(
            long time, int cpu, String task, int flags, long cpuMask, long va, String who)
            implements TraceEvent {
        /** The CPUs that need an interrupt for it, as a mask. */
        public long targets() {
            return cpuMask & ~(1L << cpu);
        }
    }

    /**
     * {@code FL}, full form: this CPU flushed.
     *
     * @param flags as in {@link FlushRequest}
     * @param va what was flushed, 0 if all
     * @param who the function that did: {@code invalidate_interrupt} for another CPU's request,
     *     {@code flush_area_mask} for this CPU's own part of a request, else who needed it
     */
    record Flush(long time, int cpu, String task, int flags, long va, String who)
            implements TraceEvent {}

    /**
     * {@code PR}, full form: a frame was validated as a table. Its content follows at once on this
     * CPU, as {@code PX}.
     *
     * @param present present entries that the guest wrote; Xen's own slots of an L4 are not counted
     */
    record TableValidated(long time, int cpu, String task, long mfn, int level, int present)
            implements TraceEvent {}

    /**
     * {@code PX}, full form: present entries of the table just validated.
     *
     * @param ma where the first is
     * @param value the first
     * @param run how many; each is 4096 more than the one before
     */
    record TableContent(long time, int cpu, String task, int level, long ma, long value, int run)
            implements TraceEvent {}

    /** {@code DE}, full form: a frame is no table any longer. */
    record TableDropped(long time, int cpu, String task, long mfn, int level)
            implements TraceEvent {}

    /**
     * {@code PF}, full form: a page fault was given to the guest.
     *
     * @param instruction where it happened: the address of the instruction, not that which it
     *     accessed
     * @param errorCode the processor's: 1 present, 2 write, 4 user, 8 reserved bit, 10 fetch
     */
    record PageFault(long time, int cpu, String task, long instruction, int errorCode)
            implements TraceEvent {}

    /**
     * {@code BB}, stock form: Linux opened an mmu_update in its multicall. Its entries have the
     * same id and are on the same CPU; where it has several, the first comes before this line.
     *
     * @param id numbers the calls; in order on each CPU, not over all
     */
    record LinuxBatch(long time, int cpu, String task, int id, Hypercall call, int count)
            implements TraceEvent {}

    /**
     * {@code PT}, stock form: an entry that Linux put into a batch ({@code M}), or that Xen
     * emulated ({@code W}); of the latter the task and the old value are not known.
     *
     * @param id the call; 0 for a trapped write
     * @param level as Linux sees it; 1 of all trapped writes
     * @param kva where the entry is, in Linux's map of all memory
     * @param oldKnown whether {@code old} was recorded
     * @param old what was there; 0 if that is not known
     */
    record LinuxWrite(
            long time,
            int cpu,
            String task,
            int id,
            Via via,
            int level,
            long kva,
            boolean oldKnown,
            long old,
            long value)
            implements TraceEvent {}

    /**
     * {@code EX} with {@code FLUSH_MULTI}, stock form: Linux flushes on several CPUs; it becomes
     * TLB_FLUSH_MULTI or INVLPG_MULTI.
     *
     * @param cpus how many, this one among them
     * @param mm Linux's address of the address space
     * @param start first address
     * @param end behind the last address; all ones: everything
     */
    record LinuxFlush(
            long time, int cpu, String task, int id, int cpus, long mm, long start, long end)
            implements TraceEvent {}

    /**
     * {@code DW}, stock form: Linux wrote an entry of an L2 to L4 that is not pinned, with no call.
     *
     * @param kva where the entry is, in Linux's map of all memory
     */
    record DirectWrite(long time, int cpu, String task, int level, long kva, long old, long value)
            implements TraceEvent {}
}
