package shootdown.hardware;

/**
 * The TLB and the paging-structure caches of each CPU, and the instructions that act on them.
 *
 * <p>Every invalidation removes exactly what rules H18..H33 promise and no more: hardware may drop
 * more at any time, and software that relies on it is wrong. Two ways to keep the contents are
 * known: {@link SaturatedCaches}, which hold all that may be cached, and {@link ExplicitCaches},
 * which hold what is cached and need fills and evictions as steps.
 *
 * <p>All methods change {@code state} in place; they keep no state of their own.
 */
@Models(
        value = "SDM 3A 4.10.4; APM 2 5.5",
        simplified = "exactly what is promised is dropped, never more")
public interface TranslationCaches {
    /** An entry in memory changed, seen by every CPU: caches that follow memory follow it. */
    void memoryChanged(long[] state);

    /**
     * As {@link #memoryChanged}, where it is known which tables changed.
     *
     * @param tables a set of frames, {@link Geometry#words()} longs
     */
    default void tablesChanged(long[] state, long[] tables) {
        memoryChanged(state);
    }

    /** As {@link #memoryChanged} for a table that only this CPU has loaded. */
    void memoryChanged(long[] state, int cpu);

    /**
     * MOV to CR3 (H18..H21).
     *
     * @param value root and PCID, with {@link ControlRegister#CR3_NOFLUSH} to keep what is cached
     * @throws IllegalStateException where hardware would raise #GP (NOFLUSH without PCIDE)
     */
    void movCr3(long[] state, int cpu, long value);

    /**
     * MOV to CR4 (H22..H26).
     *
     * @throws IllegalStateException where hardware would raise #GP (PCIDE with a PCID in CR3)
     */
    void movCr4(long[] state, int cpu, long value);

    /** INVLPG (H28) of the tracked address with this number. */
    void invlpg(long[] state, int cpu, int address);

    /**
     * INVPCID type 0 (H29).
     *
     * @throws IllegalStateException where hardware would raise #GP (a PCID without PCIDE)
     */
    void invpcidAddress(long[] state, int cpu, int pcid, int address);

    /**
     * INVPCID type 1 (H30).
     *
     * @throws IllegalStateException where hardware would raise #GP (a PCID without PCIDE)
     */
    void invpcidContext(long[] state, int cpu, int pcid);

    /** INVPCID type 2 (H31): everything. */
    void invpcidAll(long[] state, int cpu);

    /** INVPCID type 3 (H32): everything but global TLB entries. */
    void invpcidAllButGlobal(long[] state, int cpu);

    /**
     * A page fault at the address (H17). A global TLB entry of the page goes too where all entries
     * belong to PCID 0; with PCIDE on, the one that is kept may have been made under another PCID.
     */
    void pageFault(long[] state, int cpu, int address);

    /** What no CPU has: drops all that goes through one slot of the root, under every PCID. */
    void forgetRootSlot(long[] state, int cpu, int slotNumber);

    /**
     * What an access to a tracked address may use now (H7, H8, H12).
     *
     * @param reached receives the frames that a read may reach, {@link Geometry#words()} longs
     * @param writable receives those that a write may reach
     * @return whether the access may find an entry that ends its walk: not present, or naming no
     *     frame of the machine, which is a reserved bit (H3)
     */
    boolean outcomes(long[] state, int cpu, int address, long[] reached, long[] writable);

    /**
     * What an access to a tracked address may come to, with exact faults; only on a machine whose
     * sets tell all rights.
     *
     * @param needed the {@link Rights} that the access needs
     * @param out receives all that is possible
     */
    void access(long[] state, int cpu, int address, int needed, AccessSet out);
}
