package shootdown.hardware;

import static shootdown.hardware.Pte.PRESENT;
import static shootdown.hardware.Pte.RW;
import static shootdown.hardware.Pte.USER;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A machine of nothing but hardware: tables in memory, CR3 and CR4, and caches that have always
 * filled themselves with all that they can.
 *
 * {@snippet :
 * TestMachine m = TestMachine.with(model).frames(6).slots(0, 1).addresses(X, Y).build();
 * m.map(L4, X, L3, L2, L1, PAGE);
 * m.load(0, L4);
 * assertThat(m.reads(0, X)).containsExactly(PAGE);
 * }
 */
final class TestMachine {
    /** The flags of an entry that allows everything. */
    static final long ALL = PRESENT | RW | USER;

    static final long READ_ONLY = PRESENT | USER;

    private final Geometry geometry;
    private final TranslationCaches caches;
    private final long[] state;

    private TestMachine(Geometry geometry, CacheModel model, int length) {
        this.geometry = geometry;
        this.caches = model.on(geometry);
        this.state = new long[length];
    }

    static Builder with(CacheModel model) {
        return new Builder(model);
    }

    static final class Builder {
        private final CacheModel model;
        private int frames = 8;
        private int[] slots = {0, 1};
        private int cpus = 1;
        private int[] pcids = {0};
        private boolean globals;
        private boolean tellsRights;
        private List<VirtualAddress> addresses = List.of(new VirtualAddress(0, 0, 0, 0));

        private Builder(CacheModel model) {
            this.model = model;
        }

        Builder frames(int frames) {
            this.frames = frames;
            return this;
        }

        Builder slots(int... slots) {
            this.slots = slots.clone();
            return this;
        }

        Builder cpus(int cpus) {
            this.cpus = cpus;
            return this;
        }

        Builder pcids(int... pcids) {
            this.pcids = pcids.clone();
            return this;
        }

        Builder globals() {
            this.globals = true;
            return this;
        }

        Builder tellsRights() {
            this.tellsRights = true;
            return this;
        }

        Builder addresses(VirtualAddress... addresses) {
            this.addresses = List.of(addresses);
            return this;
        }

        TestMachine build() {
            KeyTree keys = new KeyTree(addresses);
            int cacheLength =
                    Geometry.cacheLength(frames, pcids.length, globals, tellsRights, keys);
            int cpuBase = frames * slots.length;
            int cpuLength = 2 + cacheLength;
            Geometry geometry =
                    new Geometry(
                            row(0, frames, slots.length),
                            slots,
                            row(cpuBase, cpus, cpuLength),
                            row(cpuBase + 1, cpus, cpuLength),
                            row(cpuBase + 2, cpus, cpuLength),
                            pcids,
                            globals,
                            tellsRights,
                            keys);
            return new TestMachine(geometry, model, cpuBase + cpus * cpuLength);
        }

        private static int[] row(int first, int count, int stride) {
            return IntStream.range(0, count).map(i -> first + i * stride).toArray();
        }
    }

    Geometry geometry() {
        return geometry;
    }

    TranslationCaches caches() {
        return caches;
    }

    long[] state() {
        return state;
    }

    // Memory

    /** Writes an entry; every CPU may see it at once. */
    void write(int table, int slot, int mfn, long flags) {
        put(table, slot, Pte.of(mfn, flags));
        caches.memoryChanged(state);
        settle();
    }

    void clear(int table, int slot) {
        put(table, slot, 0);
        caches.memoryChanged(state);
        settle();
    }

    /** Makes every entry absent, so that what is cached is all stale and nothing new comes. */
    void clearMemory() {
        for (int mfn = 0; mfn < geometry.frames(); mfn++) {
            for (int slot = 0; slot < geometry.slotCount(); slot++) {
                state[geometry.entryBase(mfn) + slot] = 0;
            }
        }
        caches.memoryChanged(state);
        settle();
    }

    /** Writes the path of an address; {@code frames} are the L3, L2 and L1 tables and the page. */
    void map(int root, VirtualAddress address, int... frames) {
        int table = root;
        for (int depth = 0; depth < KeyTree.LEAF_DEPTH; depth++) {
            put(table, address.index(depth), Pte.of(frames[depth], ALL));
            table = frames[depth];
        }
        caches.memoryChanged(state);
        settle();
    }

    private void put(int table, int slot, long pte) {
        state[geometry.entry(table, slot)] = pte;
    }

    // Instructions

    void load(int cpu, int root) {
        load(cpu, root, 0);
    }

    void load(int cpu, int root, int pcid) {
        caches.movCr3(state, cpu, ControlRegister.cr3(root, pcid));
        settle();
    }

    /** MOV CR3 with NOFLUSH. */
    void switchTo(int cpu, int root, int pcid) {
        caches.movCr3(state, cpu, ControlRegister.cr3(root, pcid) | ControlRegister.CR3_NOFLUSH);
        settle();
    }

    void cr4(int cpu, long value) {
        caches.movCr4(state, cpu, value);
        settle();
    }

    void invlpg(int cpu, VirtualAddress address) {
        caches.invlpg(state, cpu, number(address));
        settle();
    }

    void invpcidAddress(int cpu, int pcid, VirtualAddress address) {
        caches.invpcidAddress(state, cpu, pcid, number(address));
        settle();
    }

    void invpcidContext(int cpu, int pcid) {
        caches.invpcidContext(state, cpu, pcid);
        settle();
    }

    void invpcidAll(int cpu) {
        caches.invpcidAll(state, cpu);
        settle();
    }

    void invpcidAllButGlobal(int cpu) {
        caches.invpcidAllButGlobal(state, cpu);
        settle();
    }

    void pageFault(int cpu, VirtualAddress address) {
        caches.pageFault(state, cpu, number(address));
        settle();
    }

    void forgetRootSlot(int cpu, int slot) {
        caches.forgetRootSlot(state, cpu, slot);
        settle();
    }

    void settle() {
        CacheModel.settle(caches, geometry, state);
    }

    // What an access may do

    /** What an access may find: frames to read, frames to write, and whether it may fault. */
    record Outcomes(Set<Integer> reads, Set<Integer> writes, boolean mayFault) {}

    Outcomes outcomes(int cpu, VirtualAddress address) {
        long[] reached = new long[geometry.words()];
        long[] writable = new long[geometry.words()];
        boolean mayFault = caches.outcomes(state, cpu, number(address), reached, writable);
        return new Outcomes(frames(reached, 0), frames(writable, 0), mayFault);
    }

    /** What an access that needs these rights may come to. */
    String access(int cpu, VirtualAddress address, int needed) {
        AccessSet may = new AccessSet(geometry);
        caches.access(state, cpu, number(address), needed, may);
        return may.toString();
    }

    Set<Integer> reads(int cpu, VirtualAddress address) {
        return outcomes(cpu, address).reads();
    }

    Set<Integer> writes(int cpu, VirtualAddress address) {
        return outcomes(cpu, address).writes();
    }

    boolean mayFault(int cpu, VirtualAddress address) {
        return outcomes(cpu, address).mayFault();
    }

    // What may be cached

    /** Tables or pages that the prefix of this depth leads to; depth 4 is the TLB. */
    Set<Integer> cached(int cpu, int pcid, VirtualAddress address, int depth) {
        return cachedIn(cpu, geometry.pcidIndex(pcid), address, depth);
    }

    Set<Integer> cachedGlobal(int cpu, VirtualAddress address) {
        return cachedIn(cpu, geometry.globalIndex(), address, KeyTree.LEAF_DEPTH);
    }

    private Set<Integer> cachedIn(int cpu, int family, VirtualAddress address, int depth) {
        int key = geometry.keys().prefix(number(address), depth);
        return frames(state, geometry.reached(cpu, family, key));
    }

    Set<Integer> cachedWritable(int cpu, int pcid, VirtualAddress address, int depth) {
        int key = geometry.keys().prefix(number(address), depth);
        return frames(state, geometry.writable(cpu, geometry.pcidIndex(pcid), key));
    }

    /** Every key with something in it, as "pcid 0: 0/1" or "global: 0/0/0/1". */
    Set<String> cachedKeys(int cpu) {
        Set<String> found = new TreeSet<>();
        for (int family = 0; family < geometry.families(); family++) {
            for (int key = 0; key < geometry.keys().size(); key++) {
                if (!frames(state, geometry.reached(cpu, family, key)).isEmpty()) {
                    found.add(familyName(family) + ": " + path(key));
                }
            }
        }
        return found;
    }

    private String familyName(int family) {
        return family == geometry.globalIndex() ? "global" : "pcid " + geometry.pcid(family);
    }

    String path(int key) {
        String last = String.valueOf(geometry.keys().slot(key));
        int above = geometry.keys().parent(key);
        return above < 0 ? last : path(above) + "/" + last;
    }

    private Set<Integer> frames(long[] words, int set) {
        Set<Integer> frames = new TreeSet<>();
        for (int mfn = 0; mfn < geometry.frames(); mfn++) {
            if (Geometry.contains(words, set, mfn)) {
                frames.add(mfn);
            }
        }
        return frames;
    }

    Walk walk(int cpu, VirtualAddress address) {
        return Walk.onCpu(geometry, state, cpu, number(address));
    }

    private int number(VirtualAddress address) {
        return geometry.keys().indexOf(address);
    }
}
