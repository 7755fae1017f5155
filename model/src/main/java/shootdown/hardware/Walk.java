package shootdown.hardware;

/**
 * What a walk of the page tables in memory finds, with every cache out of the way: a translation,
 * or the entry at which it ended (SDM 3A 4.5, 4.6, 4.7).
 *
 * <p>Simplified: the page-size bit is not looked at (no large pages), and Accessed and Dirty are
 * neither read nor written.
 */
@Models(
        value = "SDM 3A 4.5 to 4.7",
        simplified = "no large pages; A and D are neither read nor written")
public sealed interface Walk {
    /**
     * The walk arrived.
     *
     * @param mfn the frame of the page
     * @param writable whether every entry on the path has R/W set
     * @param user whether every entry on the path has U/S set
     * @param noExecute whether any entry on the path has XD set
     * @param global whether the last entry has G set
     */
    record Translation(int mfn, boolean writable, boolean user, boolean noExecute, boolean global)
            implements Walk {}

    /**
     * The walk ended before.
     *
     * @param level of the table with the entry that ended it: 4 for the root, 1 for the last
     * @param table the frame of this table
     * @param slot the number of the entry in it
     * @param reason what was wrong with the entry
     */
    record Fault(int level, int table, int slot, Reason reason) implements Walk {}

    /** Why an entry ends a walk. */
    enum Reason {
        /** P is 0. */
        NOT_PRESENT,
        /** A reserved bit is set: the entry names a frame that the machine does not have. */
        RESERVED_BIT
    }

    /** Walks from the table {@code root}; a slot that the geometry does not track is absent. */
    static Walk of(Geometry geometry, long[] state, int root, VirtualAddress address) {
        int table = root;
        boolean writable = true;
        boolean user = true;
        boolean noExecute = false;
        long pte = 0;
        for (int level = KeyTree.LEAF_DEPTH; level >= 1; level--) {
            int slot = address.index(KeyTree.LEAF_DEPTH - level);
            pte = geometry.read(state, table, slot);
            if (!Pte.isPresent(pte)) {
                return new Fault(level, table, slot, Reason.NOT_PRESENT);
            }
            if (Pte.mfn(pte) >= geometry.frames()) {
                return new Fault(level, table, slot, Reason.RESERVED_BIT);
            }
            writable &= Pte.isWritable(pte);
            user &= (pte & Pte.USER) != 0;
            noExecute |= (pte & Pte.NX) != 0;
            table = Pte.mfn(pte);
        }
        return new Translation(table, writable, user, noExecute, Pte.isGlobal(pte));
    }

    /** Walks from the root in the CR3 of {@code cpu}. */
    static Walk onCpu(Geometry geometry, long[] state, int cpu, int address) {
        return of(
                geometry,
                state,
                ControlRegister.root(state[geometry.cr3(cpu)]),
                geometry.keys().addresses().get(address));
    }
}
