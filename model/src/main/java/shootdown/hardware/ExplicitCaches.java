package shootdown.hardware;

import static shootdown.hardware.ControlRegister.CR3_NOFLUSH;
import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.ControlRegister.CR4_SMEP;

import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * Caches that hold what <em>is</em> cached: fills and evictions are steps that an explorer takes.
 *
 * <h2>Overview</h2>
 *
 * This is the obvious model, written without a line in common with {@link SaturatedCaches}, to
 * prove that one right: a search over all fills and evictions must give the same verdicts. It
 * stands on the same {@link Geometry}, so that whatever reads cached sets reads both.
 *
 * <p>A <em>fill</em> reads one entry: of the loaded root, or of a table that a cached prefix of the
 * loaded PCID names (H6); it adds one member to a key, under the loaded PCID, or as a global TLB
 * entry (H14). A walk that leaves only a TLB entry behind is three prefix fills, a TLB fill and
 * three evictions. A key may have several members (H12, H13). Nothing ever follows memory by
 * itself: {@link #memoryChanged} does nothing.
 *
 * <p>A member's writable and read-only forms are two entries of the real caches, kept in two bits:
 * a frame in the <em>reached</em> set is cached in one of the forms, a frame in the
 * <em>writable</em> set also in the writable one. So the bits do not tell whether the read-only
 * form is beside a writable one, and evicting the writable form leaves the read-only one. That adds
 * no behaviour: whatever a read-only entry allows, the writable one that was there allowed too, and
 * a second eviction takes the rest.
 *
 * <p>Every invalidation is one predicate over (family, key), in the words of its rule. Cost:
 * enumerating allocates; this class is for small universes. Thread-safe, as it has no state.
 */
@Models(
        value = "SDM 3A 4.10.2, 4.10.3",
        simplified = "as SaturatedCaches; fills and evictions are steps")
public final class ExplicitCaches implements TranslationCaches {
    private final Geometry geometry;
    private final KeyTree keys;

    public ExplicitCaches(Geometry geometry) {
        this.geometry = geometry;
        this.keys = geometry.keys();
    }

    /**
     * Something cached, in the form that {@link #fill} and {@link #evict} take as one int.
     *
     * @param family index of the PCID, or {@link Geometry#globalIndex()}
     * @param key the page or prefix (H4)
     * @param mfn the frame or table that it leads to
     * @param writable whether every entry on its path allowed writing (H2)
     */
    public record Member(int family, int key, int mfn, boolean writable) {}

    /** The member that this number means. */
    public Member member(int number) {
        int frames = geometry.frames();
        int path = number / 2 / frames;
        return new Member(
                path / keys.size(), path % keys.size(), number / 2 % frames, number % 2 != 0);
    }

    /** The number of a member; numbers ascend by family, key, frame, and writable last. */
    public int number(Member member) {
        int path = member.family * keys.size() + member.key;
        return 2 * (path * geometry.frames() + member.mfn) + (member.writable ? 1 : 0);
    }

    /**
     * Names every member that the CPU could add now with one memory read, each once, ascending.
     *
     * @param fills must not change {@code state}; each number is for {@link #fill}
     */
    public void forEachFill(long[] state, int cpu, IntConsumer fills) {
        BitSet found = new BitSet();
        int loaded = loaded(state, cpu);
        for (int key = 0; key < keys.size(); key++) {
            int above = keys.parent(key);
            if (above < 0) {
                find(state, cpu, key, ControlRegister.root(state[geometry.cr3(cpu)]), true, found);
                continue;
            }
            for (int table = 0; table < geometry.frames(); table++) {
                if (isCached(state, cpu, new Member(loaded, above, table, false))) {
                    Member writable = new Member(loaded, above, table, true);
                    find(state, cpu, key, table, isCached(state, cpu, writable), found);
                }
            }
        }
        for (int n = found.nextSetBit(0); n >= 0; n = found.nextSetBit(n + 1)) {
            fills.accept(n);
        }
    }

    /** Reads the entry of {@code table} for {@code key}; notes what it gives, if that is new. */
    private void find(long[] state, int cpu, int key, int table, boolean mayWrite, BitSet found) {
        long pte = geometry.read(state, table, keys.slot(key));
        if (endsWalk(pte)) {
            return;
        }
        boolean global =
                geometry.hasGlobals()
                        && keys.depth(key) == KeyTree.LEAF_DEPTH
                        && Pte.isGlobal(pte)
                        && hasCr4(state, cpu, CR4_PGE);
        int family = global ? geometry.globalIndex() : loaded(state, cpu);
        Member member = new Member(family, key, Pte.mfn(pte), mayWrite && Pte.isWritable(pte));
        if (!isCached(state, cpu, member)) {
            found.set(number(member));
        }
    }

    /** Adds a member that {@link #forEachFill} named. */
    public void fill(long[] state, int cpu, int number) {
        Member m = member(number);
        Geometry.include(state, geometry.reached(cpu, m.family, m.key), m.mfn);
        if (m.writable) {
            Geometry.include(state, geometry.writable(cpu, m.family, m.key), m.mfn);
        }
    }

    /**
     * Names every member that the CPU could drop now, each once, ascending: the writable form where
     * there is one, else the read-only form.
     *
     * @param evictions must not change {@code state}; each number is for {@link #evict}
     */
    public void forEachEviction(long[] state, int cpu, IntConsumer evictions) {
        for (int family = 0; family < geometry.families(); family++) {
            for (int key = 0; key < keys.size(); key++) {
                for (int mfn = 0; mfn < geometry.frames(); mfn++) {
                    Member writable = new Member(family, key, mfn, true);
                    Member readOnly = new Member(family, key, mfn, false);
                    if (isCached(state, cpu, writable)) {
                        evictions.accept(number(writable));
                    } else if (isCached(state, cpu, readOnly)) {
                        evictions.accept(number(readOnly));
                    }
                }
            }
        }
    }

    /** Drops a member that {@link #forEachEviction} named. */
    public void evict(long[] state, int cpu, int number) {
        Member m = member(number);
        int set =
                m.writable
                        ? geometry.writable(cpu, m.family, m.key)
                        : geometry.reached(cpu, m.family, m.key);
        Geometry.exclude(state, set, m.mfn);
    }

    private boolean isCached(long[] state, int cpu, Member m) {
        int set =
                m.writable
                        ? geometry.writable(cpu, m.family, m.key)
                        : geometry.reached(cpu, m.family, m.key);
        return Geometry.contains(state, set, m.mfn);
    }

    /** Does nothing: what is cached is a copy (H2), and only a fill reads memory. */
    @Override
    public void memoryChanged(long[] state) {}

    @Override
    public void memoryChanged(long[] state, int cpu) {}

    @Override
    public void movCr3(long[] state, int cpu, long value) {
        boolean keep = (value & CR3_NOFLUSH) != 0;
        if (keep && !hasCr4(state, cpu, CR4_PCIDE)) {
            throw new IllegalStateException("#GP: MOV CR3 asks to keep entries without PCIDE");
        }
        state[geometry.cr3(cpu)] = value & ~CR3_NOFLUSH;
        int loaded = loaded(state, cpu);
        drop(state, cpu, (family, key) -> !keep && family == loaded);
    }

    @Override
    public void movCr4(long[] state, int cpu, long value) {
        long old = state[geometry.cr4(cpu)];
        long set = value & ~old;
        long cleared = old & ~value;
        if ((set & CR4_PCIDE) != 0 && ControlRegister.pcid(state[geometry.cr3(cpu)]) != 0) {
            throw new IllegalStateException("#GP: PCIDE goes on while CR3 bits 11..0 are not 0");
        }
        int before = loaded(state, cpu);
        state[geometry.cr4(cpu)] = value;
        boolean everything = ((set | cleared) & CR4_PGE) != 0 || (cleared & CR4_PCIDE) != 0;
        boolean loadedOnly = (set & CR4_SMEP) != 0;
        drop(state, cpu, (family, key) -> everything || (loadedOnly && family == before));
    }

    @Override
    public void invlpg(long[] state, int cpu, int address) {
        int loaded = loaded(state, cpu);
        int page = keys.leaf(address);
        drop(
                state,
                cpu,
                (family, key) ->
                        keys.isLeaf(key)
                                ? key == page && (family == loaded || isGlobal(family))
                                : family == loaded);
    }

    @Override
    public void invpcidAddress(long[] state, int cpu, int pcid, int address) {
        int named = named(state, cpu, pcid);
        drop(state, cpu, (family, key) -> family == named && keys.isOnPath(key, address));
    }

    @Override
    public void invpcidContext(long[] state, int cpu, int pcid) {
        int named = named(state, cpu, pcid);
        drop(state, cpu, (family, key) -> family == named);
    }

    @Override
    public void invpcidAll(long[] state, int cpu) {
        drop(state, cpu, (family, key) -> true);
    }

    @Override
    public void invpcidAllButGlobal(long[] state, int cpu) {
        drop(state, cpu, (family, key) -> !isGlobal(family));
    }

    @Override
    public void pageFault(long[] state, int cpu, int address) {
        int loaded = loaded(state, cpu);
        boolean globalsAreOfLoaded = !hasCr4(state, cpu, CR4_PCIDE);
        drop(
                state,
                cpu,
                (family, key) ->
                        keys.isOnPath(key, address)
                                && (family == loaded || (isGlobal(family) && globalsAreOfLoaded)));
    }

    @Override
    public void forgetRootSlot(long[] state, int cpu, int slotNumber) {
        drop(state, cpu, (family, key) -> keys.topSlot(key) == slotNumber);
    }

    @Override
    public boolean outcomes(long[] state, int cpu, int address, long[] reached, long[] writable) {
        int loaded = loaded(state, cpu);
        boolean mayFault = false;
        BitSet read = new BitSet();
        BitSet written = new BitSet();
        read.set(ControlRegister.root(state[geometry.cr3(cpu)]));
        written.or(read);
        for (int depth = 1; depth <= KeyTree.LEAF_DEPTH; depth++) {
            int key = keys.prefix(address, depth);
            BitSet nextRead = new BitSet();
            BitSet nextWritten = new BitSet();
            for (int t = read.nextSetBit(0); t >= 0; t = read.nextSetBit(t + 1)) {
                long pte = geometry.read(state, t, keys.slot(key));
                if (endsWalk(pte)) {
                    mayFault = true;
                    continue;
                }
                nextRead.set(Pte.mfn(pte));
                if (written.get(t) && Pte.isWritable(pte)) {
                    nextWritten.set(Pte.mfn(pte));
                }
            }
            read = nextRead;
            written = nextWritten;
            addCached(state, cpu, loaded, key, read, written);
        }
        if (geometry.hasGlobals()) {
            addCached(state, cpu, geometry.globalIndex(), keys.leaf(address), read, written);
        }
        copy(read, reached);
        copy(written, writable);
        return mayFault;
    }

    private void addCached(
            long[] state, int cpu, int family, int key, BitSet read, BitSet written) {
        for (int mfn = 0; mfn < geometry.frames(); mfn++) {
            if (isCached(state, cpu, new Member(family, key, mfn, false))) {
                read.set(mfn);
            }
            if (isCached(state, cpu, new Member(family, key, mfn, true))) {
                written.set(mfn);
            }
        }
    }

    private void copy(BitSet from, long[] to) {
        long[] bits = from.toLongArray();
        for (int w = 0; w < geometry.words(); w++) {
            to[w] = w < bits.length ? bits[w] : 0;
        }
    }

    /** Which of the cached members an invalidation removes. */
    private interface Removal {
        boolean removes(int family, int key);
    }

    private void drop(long[] state, int cpu, Removal removal) {
        for (int family = 0; family < geometry.families(); family++) {
            for (int key = 0; key < keys.size(); key++) {
                if (removal.removes(family, key)) {
                    for (int mfn = 0; mfn < geometry.frames(); mfn++) {
                        Geometry.exclude(state, geometry.reached(cpu, family, key), mfn);
                        Geometry.exclude(state, geometry.writable(cpu, family, key), mfn);
                    }
                }
            }
        }
    }

    private boolean isGlobal(int family) {
        return geometry.hasGlobals() && family == geometry.globalIndex();
    }

    /** An absent entry, or one with reserved bits: a frame beyond the machine (H3, H11). */
    private boolean endsWalk(long pte) {
        return !Pte.isPresent(pte) || Pte.mfn(pte) >= geometry.frames();
    }

    private boolean hasCr4(long[] state, int cpu, long bit) {
        return (state[geometry.cr4(cpu)] & bit) != 0;
    }

    /** The family of the current PCID: PCID 0 while PCIDE is off (H15). */
    private int loaded(long[] state, int cpu) {
        return hasCr4(state, cpu, CR4_PCIDE)
                ? geometry.pcidIndex(ControlRegister.pcid(state[geometry.cr3(cpu)]))
                : geometry.pcidIndex(0);
    }

    private int named(long[] state, int cpu, int pcid) {
        if (pcid != 0 && !hasCr4(state, cpu, CR4_PCIDE)) {
            throw new IllegalStateException("#GP: INVPCID names a PCID without PCIDE");
        }
        return geometry.pcidIndex(pcid);
    }
}
