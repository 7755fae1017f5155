package shootdown.hardware;

import static shootdown.hardware.ControlRegister.CR3_NOFLUSH;
import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.ControlRegister.CR4_SMEP;

import java.util.Arrays;

/**
 * Caches that hold everything that may be cached: all that the CPU could have walked since the last
 * invalidation, whether or not anyone touched it (H10).
 *
 * <h2>Overview</h2>
 *
 * The obvious model has the caches' contents as state and fills and evictions as steps; a search
 * then drowns in their orders. But no fill ever prevents a behaviour, and an eviction only takes
 * possibilities away. So it is enough to keep, for each CPU, PCID and key, the <em>set</em> of
 * results that some order of fills could have left there. After a step that changes memory, the
 * root or the PCID, the sets of the loaded PCID <em>close</em>: every prefix that may be cached,
 * and the root itself, goes on through memory as it is now (H6). Old members stay: they are what a
 * walk may have cached before the change. An invalidation takes members away; then the sets close
 * again, as the CPU may walk anew at once. A stale upper level followed by fresh lower levels is
 * thus in the set; the reverse only if it was cached whole (H8).
 *
 * <p>The sets say "may": an access may use any member, or walk from any prefix. This is exact for
 * what can happen, and {@link ExplicitCaches} with its fills as steps confirms it by search.
 *
 * <p>Cost: closing is one pass over the keys of one PCID. Thread-safe, as it has no state.
 */
@Models(
        value = "SDM 3A 4.10.2, 4.10.3",
        simplified =
                "the sets tell frame and writable, and U/S and XD where the machine has "
                        + "accesses with exact faults; not memory type or dirty")
public class SaturatedCaches implements TranslationCaches {
    private final Geometry geometry;
    private final KeyTree keys;
    private final int words;
    private final int[] keySlotIndex;
    private final int[] keyParent;
    private final int[] entryBase;
    private final int upperKeys;

    public SaturatedCaches(Geometry geometry) {
        this.geometry = geometry;
        this.keys = geometry.keys();
        this.words = geometry.words();
        keySlotIndex = new int[keys.size()];
        keyParent = new int[keys.size()];
        for (int key = 0; key < keySlotIndex.length; key++) {
            keySlotIndex[key] = geometry.slotIndex(keys.slot(key));
            keyParent[key] = keys.parent(key);
        }
        upperKeys = firstLeaf();
        entryBase = new int[geometry.frames()];
        for (int mfn = 0; mfn < entryBase.length; mfn++) {
            entryBase[mfn] = geometry.entryBase(mfn);
        }
    }

    /** Keys come in the order of their depth, so that TLB keys are the last. */
    private int firstLeaf() {
        int key = 0;
        while (key < keys.size() && !keys.isLeaf(key)) {
            key++;
        }
        return key;
    }

    @Override
    public void memoryChanged(long[] state) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            close(state, cpu);
        }
    }

    /**
     * A table that the CPU cannot walk to, from the root or from what is cached, changes nothing.
     */
    @Override
    public void tablesChanged(long[] state, long[] tables) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            if (mayWalkThrough(state, cpu, tables)) {
                close(state, cpu);
            }
        }
    }

    private boolean mayWalkThrough(long[] state, int cpu, long[] tables) {
        if (Geometry.contains(tables, 0, ControlRegister.root(state[geometry.cr3(cpu)]))) {
            return true;
        }
        int sets = geometry.reached(cpu, loadedFamily(state, cpu), 0);
        int stride = geometry.keyWords();
        for (int key = 0; key < upperKeys; key++) {
            for (int w = 0; w < words; w++) {
                if ((state[sets + key * stride + w] & tables[w]) != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void memoryChanged(long[] state, int cpu) {
        close(state, cpu);
    }

    @Override
    public void movCr3(long[] state, int cpu, long value) {
        if (value < 0 && !pcide(state, cpu)) {
            throw new IllegalStateException("#GP: MOV CR3 with NOFLUSH while PCIDE is 0");
        }
        state[geometry.cr3(cpu)] = value & ~CR3_NOFLUSH;
        if (value >= 0) {
            clearFamily(state, cpu, loadedFamily(state, cpu));
        }
        close(state, cpu);
    }

    @Override
    public void movCr4(long[] state, int cpu, long value) {
        long old = state[geometry.cr4(cpu)];
        long changed = old ^ value;
        if ((changed & value & CR4_PCIDE) != 0
                && ControlRegister.pcid(state[geometry.cr3(cpu)]) != 0) {
            throw new IllegalStateException("#GP: CR4.PCIDE set while CR3 has a PCID");
        }
        state[geometry.cr4(cpu)] = value;
        if ((changed & CR4_PGE) != 0 || (changed & old & CR4_PCIDE) != 0) {
            clearAll(state, cpu);
        } else if ((changed & value & CR4_SMEP) != 0) {
            clearFamily(state, cpu, loadedFamily(state, cpu));
        }
        close(state, cpu);
    }

    @Override
    public void invlpg(long[] state, int cpu, int address) {
        int loaded = loadedFamily(state, cpu);
        clearKey(state, cpu, loaded, keys.leaf(address));
        if (geometry.hasGlobals()) {
            clearKey(state, cpu, geometry.globalIndex(), keys.leaf(address));
        }
        clearPagingStructures(state, cpu, loaded);
        close(state, cpu);
    }

    /** INVLPG drops every paging-structure entry of the PCID, for all addresses (H28). */
    protected void clearPagingStructures(long[] state, int cpu, int family) {
        for (int key = 0; key < keys.size(); key++) {
            if (!keys.isLeaf(key)) {
                clearKey(state, cpu, family, key);
            }
        }
    }

    @Override
    public void invpcidAddress(long[] state, int cpu, int pcid, int address) {
        requirePcidPossible(state, cpu, pcid);
        clearPath(state, cpu, geometry.pcidIndex(pcid), address);
        close(state, cpu);
    }

    @Override
    public void invpcidContext(long[] state, int cpu, int pcid) {
        requirePcidPossible(state, cpu, pcid);
        clearFamily(state, cpu, geometry.pcidIndex(pcid));
        close(state, cpu);
    }

    @Override
    public void invpcidAll(long[] state, int cpu) {
        clearAll(state, cpu);
        close(state, cpu);
    }

    @Override
    public void invpcidAllButGlobal(long[] state, int cpu) {
        for (int family = 0; family < geometry.pcidCount(); family++) {
            clearFamily(state, cpu, family);
        }
        close(state, cpu);
    }

    @Override
    public void pageFault(long[] state, int cpu, int address) {
        clearPath(state, cpu, loadedFamily(state, cpu), address);
        if (geometry.hasGlobals() && !pcide(state, cpu)) {
            clearKey(state, cpu, geometry.globalIndex(), keys.leaf(address));
        }
        close(state, cpu);
    }

    @Override
    public void forgetRootSlot(long[] state, int cpu, int slotNumber) {
        for (int family = 0; family < geometry.families(); family++) {
            for (int key = 0; key < keys.size(); key++) {
                if (keys.topSlot(key) == slotNumber) {
                    clearKey(state, cpu, family, key);
                }
            }
        }
        close(state, cpu);
    }

    @Override
    public boolean outcomes(long[] state, int cpu, int address, long[] reached, long[] writable) {
        int family = loadedFamily(state, cpu);
        int leaf = keys.leaf(address);
        int set = geometry.reached(cpu, family, leaf);
        for (int w = 0; w < words; w++) {
            reached[w] = state[set + w];
            writable[w] = state[set + words + w];
        }
        if (geometry.hasGlobals()) {
            int global = geometry.reached(cpu, geometry.globalIndex(), leaf);
            for (int w = 0; w < words; w++) {
                reached[w] |= state[global + w];
                writable[w] |= state[global + words + w];
            }
        }
        return mayNotArrive(state, cpu, family, leaf);
    }

    @Override
    public void access(long[] state, int cpu, int address, int needed, AccessSet out) {
        int family = loadedFamily(state, cpu);
        int leaf = keys.leaf(address);
        out.clear(needed);
        for (int rights = 0; rights < Rights.COMBINATIONS; rights++) {
            out.add(state, geometry.reachedWith(cpu, family, leaf, rights), rights);
            if (geometry.hasGlobals()) {
                int global = geometry.globalIndex();
                out.add(state, geometry.reachedWith(cpu, global, leaf, rights), rights);
            }
        }
        for (int key = leaf; key >= 0; key = keys.parent(key)) {
            addEnds(state, cpu, family, key, out);
        }
        out.done();
    }

    private void addEnds(long[] state, int cpu, int family, int key, AccessSet out) {
        int above = keys.parent(key);
        int slot = keys.slot(key);
        if (above < 0) {
            addEnd(geometry.read(state, ControlRegister.root(state[geometry.cr3(cpu)]), slot), out);
            return;
        }
        int set = geometry.reached(cpu, family, above);
        for (int w = 0; w < words; w++) {
            for (long left = state[set + w]; left != 0; left &= left - 1) {
                int table = (w << 6) + Long.numberOfTrailingZeros(left);
                addEnd(geometry.read(state, table, slot), out);
            }
        }
    }

    private void addEnd(long pte, AccessSet out) {
        if (!leadsOn(pte)) {
            out.addEnd(pte);
        }
    }

    private boolean mayNotArrive(long[] state, int cpu, int family, int leaf) {
        for (int key = leaf; key >= 0; key = keys.parent(key)) {
            int slot = keySlotIndex[key];
            int above = keys.parent(key);
            if (above < 0) {
                int root = ControlRegister.root(state[geometry.cr3(cpu)]);
                return slot < 0 || !leadsOn(state[geometry.entryBase(root) + slot]);
            }
            int set = geometry.reached(cpu, family, above);
            for (int w = 0; w < words; w++) {
                for (long left = state[set + w]; left != 0; left &= left - 1) {
                    int mfn = (w << 6) + Long.numberOfTrailingZeros(left);
                    if (slot < 0 || !leadsOn(state[geometry.entryBase(mfn) + slot])) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Lets every prefix that may be cached under the loaded PCID go on through memory. */
    protected final void close(long[] state, int cpu) {
        int family = loadedFamily(state, cpu);
        boolean pge = (state[geometry.cr4(cpu)] & CR4_PGE) != 0;
        int root = ControlRegister.root(state[geometry.cr3(cpu)]);
        if (geometry.tellsRights()) {
            closeTellingRights(state, cpu, family, pge, root);
        } else if (words == 1) {
            closeOneWord(state, cpu, family, pge, root);
        } else {
            closeWords(state, cpu, family, pge, root);
        }
        if (geometry.isTold()) {
            tellWalks(state, cpu, family, root);
        }
    }

    private void tellWalks(long[] state, int cpu, int family, int root) {
        geometry.walked(root);
        for (int key = 0; key < upperKeys; key++) {
            int set = geometry.reached(cpu, family, key);
            for (int w = 0; w < words; w++) {
                for (long left = state[set + w]; left != 0; left &= left - 1) {
                    geometry.walked((w << 6) + Long.numberOfTrailingZeros(left));
                }
            }
        }
    }

    private void closeWords(long[] state, int cpu, int family, boolean pge, int root) {
        for (int key = 0; key < keySlotIndex.length; key++) {
            int slot = keySlotIndex[key];
            if (slot < 0) {
                continue;
            }
            int above = keys.parent(key);
            if (above < 0) {
                follow(state, cpu, family, key, pge, state[geometry.entryBase(root) + slot], true);
                continue;
            }
            int set = geometry.reached(cpu, family, above);
            for (int w = 0; w < words; w++) {
                for (long left = state[set + w]; left != 0; left &= left - 1) {
                    int bit = Long.numberOfTrailingZeros(left);
                    boolean write = (state[set + words + w] >>> bit & 1) != 0;
                    long pte = state[geometry.entryBase((w << 6) + bit) + slot];
                    follow(state, cpu, family, key, pge, pte, write);
                }
            }
        }
    }

    /**
     * As {@link #close}, for at most 64 frames, on local arrays: a fifth of the time of a search
     * goes here ({@code CheckRate}).
     */
    private void closeOneWord(long[] state, int cpu, int family, boolean pge, int root) {
        int sets = geometry.reached(cpu, family, 0);
        boolean globals = pge && geometry.hasGlobals();
        for (int key = 0; key < keySlotIndex.length; key++) {
            int slot = keySlotIndex[key];
            int above = keyParent[key];
            long tables = above < 0 ? 1L << root : state[sets + 2 * above];
            long mayWrite = above < 0 ? tables : state[sets + 2 * above + 1];
            long reached = 0;
            long writable = 0;
            for (long left = slot < 0 ? 0 : tables; left != 0; left &= left - 1) {
                int table = Long.numberOfTrailingZeros(left);
                long pte = state[entryBase[table] + slot];
                if (!leadsOn(pte)) {
                    continue;
                }
                if (globals && Pte.isGlobal(pte) && keys.isLeaf(key)) {
                    boolean write = (mayWrite >>> table & 1) != 0;
                    follow(state, cpu, family, key, true, pte, write);
                    continue;
                }
                long frame = 1L << Pte.mfn(pte);
                reached |= frame;
                writable |= Pte.isWritable(pte) && (mayWrite >>> table & 1) != 0 ? frame : 0;
            }
            state[sets + 2 * key] |= reached;
            state[sets + 2 * key + 1] |= writable;
        }
    }

    /**
     * As {@link #close}, for each combination of rights by itself. On local arrays: with it stands
     * and falls how fast programs run ({@code ProgramRate}).
     */
    private void closeTellingRights(long[] state, int cpu, int family, boolean pge, int root) {
        int own = geometry.reached(cpu, family, 0);
        boolean globals = pge && geometry.hasGlobals();
        int global = globals ? geometry.reached(cpu, geometry.globalIndex(), 0) : own;
        int stride = geometry.keyWords();
        for (int key = 0; key < keySlotIndex.length; key++) {
            int slot = keySlotIndex[key];
            int above = keyParent[key];
            if (slot < 0) {
                continue;
            }
            int to = own + key * stride;
            int toGlobal = key < upperKeys ? to : global + key * stride;
            if (above < 0) {
                include(state, to, toGlobal, state[entryBase[root] + slot], Rights.ALL);
                continue;
            }
            int from = own + above * stride;
            for (int w = 0; w < words; w++) {
                int combinations = state[from + w] == 0 ? 0 : Rights.COMBINATIONS;
                for (int rights = 0; rights < combinations; rights++) {
                    long tables = state[from + (2 + rights) * words + w];
                    for (long left = tables; left != 0; left &= left - 1) {
                        int table = (w << 6) + Long.numberOfTrailingZeros(left);
                        include(state, to, toGlobal, state[entryBase[table] + slot], rights);
                    }
                }
            }
        }
    }

    /** Lets the sets of a key, or those of its global translations, follow an entry. */
    private void include(long[] state, int own, int global, long pte, int rightsAbove) {
        if (!leadsOn(pte)) {
            return;
        }
        int rights = rightsAbove & Rights.of(pte);
        int word = Pte.mfn(pte) >>> 6;
        long bit = 1L << Pte.mfn(pte);
        int sets = (Pte.isGlobal(pte) ? global : own) + word;
        state[sets] |= bit;
        state[sets + words] |= (rights & Rights.WRITE) != 0 ? bit : 0;
        state[sets + (2 + rights) * words] |= bit;
    }

    private void follow(
            long[] state, int cpu, int family, int key, boolean pge, long pte, boolean write) {
        if (!leadsOn(pte)) {
            return;
        }
        int mfn = Pte.mfn(pte);
        boolean global = pge && keys.isLeaf(key) && Pte.isGlobal(pte) && geometry.hasGlobals();
        int set = geometry.reached(cpu, global ? geometry.globalIndex() : family, key);
        Geometry.include(state, set, mfn);
        if (write && Pte.isWritable(pte)) {
            Geometry.include(state, set + words, mfn);
        }
    }

    /** A frame beyond the machine is beyond its physical address width: reserved bits (H3). */
    private boolean leadsOn(long pte) {
        return Pte.isPresent(pte) && Pte.mfn(pte) < entryBase.length;
    }

    private boolean pcide(long[] state, int cpu) {
        return (state[geometry.cr4(cpu)] & CR4_PCIDE) != 0;
    }

    private void requirePcidPossible(long[] state, int cpu, int pcid) {
        if (pcid != 0 && !pcide(state, cpu)) {
            throw new IllegalStateException("#GP: INVPCID of a PCID while PCIDE is 0");
        }
    }

    /** Without PCIDE the low bits of CR3 are no PCID, and all is cached under PCID 0 (H15). */
    private int loadedFamily(long[] state, int cpu) {
        long cr3 = state[geometry.cr3(cpu)];
        return geometry.pcidIndex(pcide(state, cpu) ? ControlRegister.pcid(cr3) : 0);
    }

    private void clearKey(long[] state, int cpu, int family, int key) {
        int set = geometry.reached(cpu, family, key);
        Arrays.fill(state, set, set + geometry.keyWords(), 0);
    }

    private void clearPath(long[] state, int cpu, int family, int address) {
        for (int key = keys.leaf(address); key >= 0; key = keys.parent(key)) {
            clearKey(state, cpu, family, key);
        }
    }

    private void clearFamily(long[] state, int cpu, int family) {
        int from = geometry.reached(cpu, family, 0);
        Arrays.fill(state, from, from + keys.size() * geometry.keyWords(), 0);
    }

    private void clearAll(long[] state, int cpu) {
        for (int family = 0; family < geometry.families(); family++) {
            clearFamily(state, cpu, family);
        }
    }
}
