package shootdown.capture.raw;

/** What a line of Linux's trace tells, if it is of use. */
sealed interface LinuxEvent {
    /** The functions of Linux that write an entry, and the level of their tables. */
    enum Setter {
        PTE(1, "pte"),
        PMD(2, "pmd"),
        PUD(3, "pud"),
        P4D(4, "p4d"),
        /** The second half of a read and change of an L1 entry; always part of a batch. */
        MODIFY(1, "pte");

        final int level;
        final String word;

        Setter(int level, String word) {
            this.level = level;
            this.word = word;
        }
    }

    /**
     * A kprobe at the begin of a setter.
     *
     * @param value the entry to be written, as Xen will see it
     * @param old the entry that is there; not known if reading it faulted
     */
    record Probe(Setter setter, long kva, long value, boolean oldKnown, long old)
            implements LinuxEvent {}

    /**
     * A trace point inside a setter.
     *
     * @param userKva where the user L4 has its copy of an L4 entry, else 0
     * @param raw the entry as Xen will see it; of an L4 Linux's own view, which is of no use
     */
    record Set(Setter setter, long kva, long userKva, long raw) implements LinuxEvent {}

    /** An operation of mmuext_op gets ready: the next call or extension takes it. */
    sealed interface Operation extends LinuxEvent {}

    /**
     * Pin or unpin.
     *
     * @param command MMUEXT_PIN_L1_TABLE is 0, … MMUEXT_UNPIN_TABLE 4
     */
    record Pin(int command, long pfn) implements Operation {}

    /** This CPU flushes all. */
    record FlushLocal() implements Operation {}

    /** This CPU flushes one page. */
    record FlushPage(long va) implements Operation {}

    /** Several CPUs flush a range. */
    record FlushMany(int cpus, long mm, long start, long end) implements Operation {}

    /**
     * A base pointer gets ready.
     *
     * @param address pseudo-physical
     */
    record Base(boolean kernel, long address) implements Operation {}

    /** A call is put into the buffer of this CPU's multicall. */
    record Entry(int hypercall, long[] args) implements LinuxEvent {}

    /** The last call of the buffer was to take one more request; if not, a new call will. */
    record Extend(int hypercall, boolean taken) implements LinuxEvent {}

    /** The buffer goes to Xen. */
    record Issue(int calls) implements LinuxEvent {}

    /** The recorder had no room. */
    record Lost(long events) implements LinuxEvent {}

    /** Of no use here. */
    record Other() implements LinuxEvent {}
}
