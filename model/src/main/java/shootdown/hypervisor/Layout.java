package shootdown.hypervisor;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Footprint;
import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hardware.SaturatedCaches;
import shootdown.hardware.TranslationCaches;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Where everything lies in the flat {@code long[]} that is a state.
 *
 * <p>Blocks, in order: memory (a word for the first domain, then for each frame three words of
 * {@code page_info} and its tracked entries, then the machine-to-physical table and the grants if
 * they are kept, then a word for each further domain that has vCPUs to load; and where these are
 * scheduled, what is kept of those that are not loaded, and the idle L4), one block for each CPU
 * (registers, the call in progress, its root copy, its descriptor tables, its program), one block
 * of cached sets for each CPU. Blocks repeat enormously from state to state, so a store keeps each
 * of them once.
 *
 * <p>Immutable; shared by all threads, unless it tells what is looked at ({@link #told}).
 */
public final class Layout {
    static final int DOMAIN = 0;

    /** No offset: of a domain without a vCPU to load. */
    static final int NOWHERE = -1;

    private static final int FIRST_FRAME = 1;
    static final int INFO_WORDS = 3;

    private final Machine machine;
    private final Geometry geometry;
    private final int frameLength;
    private final int memoryLength;
    private final int programOffset;
    private final int segmentOffset;
    private final int interruptedOffset;
    private final int storeOffset;
    private final int cpuLength;
    private final int cacheLength;
    private final int logCapacity;
    private final int m2p;
    private final int grants;
    private final int moreDomains;
    private final int vcpus;
    private final int scheduleOffset;
    private final int[] domids;

    private final @Nullable Footprint footprint;

    public Layout(Machine machine) {
        this(machine, false);
    }

    private Layout(Machine machine, boolean tells) {
        this.machine = machine;
        int slots = machine.slots.length;
        frameLength = INFO_WORDS + (machine.replays ? 0 : slots);
        m2p = FIRST_FRAME + machine.frames * frameLength;
        grants = m2p + (machine.m2p ? machine.frames : 0);
        moreDomains = grants + GrantTable.length(machine);
        domids = machine.loadedDomains();
        vcpus = moreDomains + domids.length - 1;
        int idleTable = vcpus + (machine.schedules ? machine.vcpus() * CpuState.VCPU_WORDS : 0);
        memoryLength = idleTable + (machine.schedules ? slots : 0);
        logCapacity = machine.history ? UndoLog.capacityFor(machine) : 0;
        int rootOffset = CpuState.LOG + 1 + UndoLog.WORDS * logCapacity;
        segmentOffset = rootOffset + (hasRootFrames(machine) ? slots : 0);
        programOffset = segmentOffset + (machine.hasSegments() ? SegmentState.WORDS : 0);
        interruptedOffset = programOffset + programLength(machine);
        storeOffset = interruptedOffset + (machine.preemption ? CpuState.INTERRUPTED_WORDS : 0);
        scheduleOffset = storeOffset + (machine.storeBuffers ? StoreBuffer.WORDS : 0);
        cpuLength = scheduleOffset + (machine.schedules ? 1 : 0);

        KeyTree keys = new KeyTree(machine.addresses());
        int[] pcids = pcids(machine);
        int allFrames = idleFrame() + (machine.schedules ? 1 : 0);
        boolean globals = machine.globalPages;
        boolean rights = machine.hasAccesses();
        cacheLength = Geometry.cacheLength(allFrames, pcids.length, globals, rights, keys);
        int[] entryBase = new int[allFrames];
        for (int mfn = 0; mfn < machine.frames; mfn++) {
            entryBase[mfn] =
                    machine.replays
                            ? memoryLength + machine.cpus * (cpuLength + cacheLength)
                            : FIRST_FRAME + mfn * frameLength + INFO_WORDS;
        }
        if (machine.schedules) {
            entryBase[idleFrame()] = idleTable;
        }
        int[] cr3 = new int[machine.cpus];
        int[] cr4 = new int[machine.cpus];
        int[] cacheBase = new int[machine.cpus];
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            if (hasRootFrames(machine)) {
                entryBase[machine.frames + cpu] = cpuBase(cpu) + rootOffset;
            }
            cr3[cpu] = cpuBase(cpu) + CpuState.CR3;
            cr4[cpu] = cpuBase(cpu) + CpuState.CR4;
            cacheBase[cpu] = memoryLength + machine.cpus * cpuLength + cpu * cacheLength;
        }
        geometry =
                new Geometry(
                        entryBase,
                        machine.slots,
                        cr3,
                        cr4,
                        cacheBase,
                        pcids,
                        globals,
                        rights,
                        keys);
        footprint = tells ? footprint() : null;
    }

    private Footprint footprint() {
        int[] bases = new int[machine.cpus];
        for (int cpu = 0; cpu < bases.length; cpu++) {
            bases[cpu] = memoryLength + cpu * cpuLength;
        }
        Footprint told = new Footprint(bases, cpuLength);
        geometry.tell(told, hasRootFrames(machine) ? machine.frames : Integer.MAX_VALUE);
        return told;
    }

    /** The same layout for one thread that wants to know what is looked at. */
    public Layout told() {
        return new Layout(machine, true);
    }

    /** What was looked at; only of a layout that tells it. */
    public Footprint looked() {
        return Objects.requireNonNull(footprint);
    }

    private static int programLength(Machine machine) {
        return machine.hasPrograms()
                ? Results.POSITION_WORDS + Results.WORDS * machine.callRoom
                : 0;
    }

    private static boolean hasRootFrames(Machine machine) {
        return machine.xpti || machine.hasPv32();
    }

    private static int[] pcids(Machine machine) {
        int modes = machine.hasUserMode() ? 2 : 1;
        return IntStream.of(GuestEntry.PCID_KERNEL, GuestEntry.PCID_XPTI)
                .filter(first -> first == 0 || (machine.pcid && machine.xpti))
                .flatMap(first -> IntStream.range(first, first + (machine.pcid ? modes : 1)))
                .toArray();
    }

    public Machine machine() {
        return machine;
    }

    public Geometry geometry() {
        return geometry;
    }

    /** Length of a state; on a machine that replays, the first one's ({@link TableRoom}). */
    public int length() {
        return memoryLength
                + machine.cpus * (cpuLength + cacheLength)
                + (machine.replays ? machine.slots.length : 0);
    }

    /** Lengths of the blocks in order: memory, CPUs, caches of CPUs. */
    public int[] blockLengths() {
        int[] lengths = new int[1 + 2 * machine.cpus];
        lengths[0] = memoryLength;
        Arrays.fill(lengths, 1, 1 + machine.cpus, cpuLength);
        Arrays.fill(lengths, 1 + machine.cpus, lengths.length, cacheLength);
        return lengths;
    }

    /** Offset of the block of registers of a CPU. */
    int cpuBase(int cpu) {
        if (footprint != null) {
            footprint.all(cpu);
        }
        return memoryLength + cpu * cpuLength;
    }

    /** Offset of a word of this block, of which nothing but these bits is looked at or written. */
    int cpuWord(int cpu, int word, long bits) {
        int offset = memoryLength + cpu * cpuLength + word;
        if (footprint != null) {
            footprint.bits(cpu, offset, bits);
        }
        return offset;
    }

    /** Offset of the store buffer of a CPU, and of the edit that it delays. */
    int storeBuffer(int cpu) {
        return cpuBase(cpu) + storeOffset;
    }

    /** Offset of the call that an interrupt handler of the guest has put off. */
    int interrupted(int cpu) {
        return cpuBase(cpu) + interruptedOffset;
    }

    /** Offset of the descriptor tables of the vCPU on a CPU. */
    int segmentBase(int cpu) {
        return cpuBase(cpu) + segmentOffset;
    }

    /** Offset of the position and the results of the program of a CPU. */
    int programBase(int cpu) {
        return cpuBase(cpu) + programOffset;
    }

    /** Offset of the word that tells what is scheduled on a CPU, where anything is. */
    int schedule(int cpu) {
        return cpuWord(cpu, scheduleOffset, -1);
    }

    /** Offset of what is kept of a vCPU that is not loaded. */
    int vcpu(int vcpu) {
        return vcpus + vcpu * CpuState.VCPU_WORDS;
    }

    int cpuLength() {
        return cpuLength;
    }

    int cacheBase(int cpu) {
        return memoryLength + machine.cpus * cpuLength + cpu * cacheLength;
    }

    int cacheLength() {
        return cacheLength;
    }

    int logCapacity() {
        return logCapacity;
    }

    /** The frame that holds the root copy (XPTI) or monitor L4 (32-bit guest) of a CPU. */
    public int rootFrame(int cpu) {
        return machine.frames + cpu;
    }

    /** Offset of the word of a domain, or NOWHERE. */
    int domain(int domid) {
        for (int i = 0; i < domids.length; i++) {
            if (domids[i] == domid) {
                return i == 0 ? DOMAIN : moreDomains + i - 1;
            }
        }
        return NOWHERE;
    }

    /** The L4 of the idle vCPUs, on machines that schedule: it has nothing of a guest's. */
    public int idleFrame() {
        return machine.frames + (hasRootFrames(machine) ? machine.cpus : 0);
    }

    /** Offset of a frame's word of the machine-to-physical table, on machines that keep it. */
    int m2p(int mfn) {
        return m2p + mfn;
    }

    /** Offset of what lies behind the frames. */
    int endOfFrames() {
        return m2p;
    }

    /** Offset of the grants, on machines that have any. */
    int grants() {
        return grants;
    }

    /** Offset of the three words of {@code page_info}: count_info, type_info, and the rest. */
    int pageInfo(int mfn) {
        return FIRST_FRAME + mfn * frameLength;
    }

    /** The caches that this machine's hardware has, with the defects asked for. */
    public TranslationCaches saturatedCaches() {
        TranslationCaches caches = plainCaches();
        return machine.storeBuffers ? new BufferedCaches(this, caches) : caches;
    }

    private SaturatedCaches plainCaches() {
        if (machine.has(Defect.INVLPG_SPARES_PAGING_STRUCTURES)) {
            return new SaturatedCaches(geometry) {
                @Override
                protected void clearPagingStructures(long[] state, int cpu, int family) {}
            };
        }
        if (machine.has(Defect.INVLPG_DROPS_EVERYTHING)) {
            return new SaturatedCaches(geometry) {
                @Override
                public void invlpg(long[] state, int cpu, int address) {
                    invpcidAll(state, cpu);
                }

                @Override
                public void invpcidAddress(long[] state, int cpu, int pcid, int address) {
                    invpcidAll(state, cpu);
                }
            };
        }
        return new SaturatedCaches(geometry);
    }
}
