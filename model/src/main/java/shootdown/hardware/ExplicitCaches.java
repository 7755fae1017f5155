package shootdown.hardware;

import static shootdown.hardware.ControlRegister.CR3_NOFLUSH;
import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.ControlRegister.CR4_SMEP;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
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
 * a second eviction takes the rest. Where the sets tell all {@link Rights}, each form has a bit of
 * its own, as a translation that allows less is then one that may fault.
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
     * @param rights what every entry on its path allowed (H2): {@link Rights}, or just writing
     */
    public record Member(int family, int key, int mfn, int rights) {
        public boolean writable() {
            return (rights & Rights.WRITE) != 0;
        }
    }

    /** The member that this number means. */
    public Member member(int number) {
        int frames = geometry.frames();
        int path = number / forms() / frames;
        return new Member(
                path / keys.size(),
                path % keys.size(),
                number / forms() % frames,
                number % forms());
    }

    /** In how many forms one frame can be cached under one key. */
    private int forms() {
        return told(Rights.ALL) + 1;
    }

    /** Of these rights the ones that the sets tell. */
    private int told(int rights) {
        return geometry.tellsRights() ? rights : rights & Rights.WRITE;
    }

    /** The number of a member; numbers ascend by family, key, frame and rights. */
    public int number(Member member) {
        int path = member.family * keys.size() + member.key;
        return forms() * (path * geometry.frames() + member.mfn) + member.rights;
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
                int root = ControlRegister.root(state[geometry.cr3(cpu)]);
                find(state, cpu, key, root, Rights.ALL, found);
                continue;
            }
            for (int table = 0; table < geometry.frames(); table++) {
                int forms = cachedForms(state, cpu, loaded, above, table);
                for (; forms != 0; forms &= forms - 1) {
                    int rights = Integer.numberOfTrailingZeros(forms);
                    find(state, cpu, key, table, rights, found);
                }
            }
        }
        for (int n = found.nextSetBit(0); n >= 0; n = found.nextSetBit(n + 1)) {
            fills.accept(n);
        }
    }

    /** Reads the entry of {@code table} for {@code key}; notes what it gives, if that is new. */
    private void find(long[] state, int cpu, int key, int table, int rights, BitSet found) {
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
        Member member = new Member(family, key, Pte.mfn(pte), told(rights & Rights.of(pte)));
        if (!isCached(state, cpu, member)) {
            found.set(number(member));
        }
    }

    /** Adds a member that {@link #forEachFill} named. */
    public void fill(long[] state, int cpu, int number) {
        Member m = member(number);
        Geometry.include(state, geometry.reached(cpu, m.family, m.key), m.mfn);
        if (m.writable()) {
            Geometry.include(state, geometry.writable(cpu, m.family, m.key), m.mfn);
        }
        if (geometry.tellsRights()) {
            Geometry.include(state, set(cpu, m), m.mfn);
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
                    int forms = cachedForms(state, cpu, family, key, mfn);
                    for (; forms != 0; forms &= forms - 1) {
                        int rights = Integer.numberOfTrailingZeros(forms);
                        evictions.accept(number(new Member(family, key, mfn, rights)));
                    }
                }
            }
        }
    }

    /** Drops a member that {@link #forEachEviction} named. */
    public void evict(long[] state, int cpu, int number) {
        Member m = member(number);
        Geometry.exclude(state, set(cpu, m), m.mfn);
        if (!geometry.tellsRights()) {
            return;
        }
        Geometry.exclude(state, geometry.reached(cpu, m.family, m.key), m.mfn);
        Geometry.exclude(state, geometry.writable(cpu, m.family, m.key), m.mfn);
        int forms = cachedForms(state, cpu, m.family, m.key, m.mfn);
        for (; forms != 0; forms &= forms - 1) {
            int rights = Integer.numberOfTrailingZeros(forms);
            fill(state, cpu, number(new Member(m.family, m.key, m.mfn, rights)));
        }
    }

    private boolean isCached(long[] state, int cpu, Member m) {
        return Geometry.contains(state, set(cpu, m), m.mfn);
    }

    /** The set that tells whether a member is cached in its form. */
    private int set(int cpu, Member m) {
        if (geometry.tellsRights()) {
            return geometry.reachedWith(cpu, m.family, m.key, m.rights);
        }
        return m.writable()
                ? geometry.writable(cpu, m.family, m.key)
                : geometry.reached(cpu, m.family, m.key);
    }

    /** The forms in which a frame is cached, as bits; without rights told, only the better one. */
    private int cachedForms(long[] state, int cpu, int family, int key, int mfn) {
        int forms = 0;
        for (int rights = 0; rights < forms(); rights++) {
            forms |= isCached(state, cpu, new Member(family, key, mfn, rights)) ? 1 << rights : 0;
        }
        boolean both = !geometry.tellsRights() && forms > 1;
        return both ? 1 << Rights.WRITE : forms;
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

    @Override
    public void access(long[] state, int cpu, int address, int needed, AccessSet out) {
        out.clear(needed);
        Set<Reached> here = new HashSet<>();
        here.add(new Reached(ControlRegister.root(state[geometry.cr3(cpu)]), Rights.ALL));
        for (int depth = 1; depth <= KeyTree.LEAF_DEPTH; depth++) {
            int key = keys.prefix(address, depth);
            Set<Reached> next = new HashSet<>();
            for (Reached table : here) {
                long pte = geometry.read(state, table.mfn, keys.slot(key));
                if (endsWalk(pte)) {
                    out.addEnd(pte);
                } else {
                    next.add(new Reached(Pte.mfn(pte), table.rights & Rights.of(pte)));
                }
            }
            addCached(state, cpu, loaded(state, cpu), key, next);
            here = next;
        }
        if (geometry.hasGlobals()) {
            addCached(state, cpu, geometry.globalIndex(), keys.leaf(address), here);
        }
        for (Reached page : here) {
            long[] one = new long[geometry.words()];
            Geometry.include(one, 0, page.mfn);
            out.add(one, 0, page.rights);
        }
        out.done();
    }

    /** A table or page that a walk has got to, and what its path allows. */
    private record Reached(int mfn, int rights) {}

    private void addCached(long[] state, int cpu, int family, int key, Set<Reached> to) {
        for (int mfn = 0; mfn < geometry.frames(); mfn++) {
            int forms = cachedForms(state, cpu, family, key, mfn);
            for (; forms != 0; forms &= forms - 1) {
                to.add(new Reached(mfn, Integer.numberOfTrailingZeros(forms)));
            }
        }
    }

    private void addCached(
            long[] state, int cpu, int family, int key, BitSet read, BitSet written) {
        for (int mfn = 0; mfn < geometry.frames(); mfn++) {
            if (Geometry.contains(state, geometry.reached(cpu, family, key), mfn)) {
                read.set(mfn);
            }
            if (Geometry.contains(state, geometry.writable(cpu, family, key), mfn)) {
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
                    int sets = geometry.reached(cpu, family, key);
                    Arrays.fill(state, sets, sets + geometry.keyWords(), 0);
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
