package shootdown.hypervisor;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The description of a machine: its size, what its CPUs and Xen have switched on, and what the
 * guest may do on each CPU.
 *
 * <p>A vCPU of the first domain is loaded on each CPU, unless it says otherwise. Immutable; made by
 * {@link #builder()}.
 */
public final class Machine {
    /**
     * A PV domain.
     *
     * @param id its numeric id
     * @param privileged whether it may act on others, as dom0 may
     * @param io whether it has any I/O capability: its L1 entries may then have cache attributes
     * @param kind what kind of domain
     */
    public record Guest(int id, boolean privileged, boolean io, Kind kind) {
        public Guest(int id, boolean privileged, boolean io) {
            this(id, privileged, io, Kind.PV);
        }
    }

    /** What kind of domain. */
    public enum Kind {
        PV,
        /** A PV domain that has no vCPU yet. */
        PV_WITHOUT_VCPU,
        /** One whose memory the hardware translates: HVM or PVH. */
        TRANSLATED
    }

    /**
     * An operation, and who may begin it.
     *
     * @param cpus on which CPUs, bit i for CPU i
     * @param caller the domain that may, or ANYBODY
     * @param about the domain whose tables and frames it is about ({@code foreigndom}), or ITSELF
     */
    public record Allowed(Operation operation, long cpus, int caller, int about) {
        public static final int ANYBODY = -1;
        public static final int ITSELF = -1;

        public Allowed(Operation operation, long cpus) {
            this(operation, cpus, ANYBODY, ITSELF);
        }

        /** Whether the operation is about certain vCPUs by number. */
        public boolean namesCpus() {
            return switch (operation) {
                case Operation.TlbFlush t -> t.scope() instanceof Operation.Scope.Multi;
                case Invlpg i -> i.scope() instanceof Operation.Scope.Multi;
                case UpdateVaMappingCall u -> u.scope() instanceof Operation.Scope.Multi;
                default -> false;
            };
        }
    }

    final int cpus;
    final int frames;
    final int[] slots;
    final boolean xpti;
    final boolean pcid;
    final boolean smep;
    final boolean globalPages;
    final boolean forcedContinuation;
    final boolean batches;
    final boolean flushTlbSparesGlobal;
    final boolean guestMayGlobal;
    final boolean linearPageTables;
    final boolean history;
    final boolean m2p;
    final boolean grants;
    final int grantMaps;
    final boolean polite;
    final boolean losesOneFlush;
    final boolean preemptsValidation;
    final boolean shadowFilter;
    final boolean preemption;
    final boolean storeBuffers;
    final boolean assistedFlush;

    /** Whether Xen walks tables by software for faults. */
    final boolean walksOnFault;

    final int mustDo;
    final int callRoom;
    final boolean schedules;
    final boolean allocates;

    /** Whether a recording says what happens, call by call. */
    final boolean replays;

    /** Whether programs are given later, so that any operation may come. */
    final boolean takesAnyProgram;

    private final Set<Defect> defects;
    private final List<Allowed> operations;
    private final Vocabulary vocabulary;
    private final boolean hasUserMode;
    private final List<VirtualAddress> addresses;
    private final Guests guests;
    private final boolean toolstackPauses;
    private final Set<Integer> withoutXpti;
    private final Map<Integer, Integer> owners;
    private final Set<Integer> special;
    private final Set<Integer> denied;
    private final List<List<Call>> programs;

    private Machine(Builder b) {
        cpus = b.cpus;
        frames = b.frames;
        slots = b.slots.clone();
        xpti = b.xpti;
        pcid = b.pcid;
        smep = b.smep;
        globalPages = b.globalPages && !b.xpti && !b.pcid;
        forcedContinuation = b.forcedContinuation;
        batches = b.batches;
        flushTlbSparesGlobal = b.flushTlbSparesGlobal;
        guestMayGlobal = b.guestMayGlobal;
        linearPageTables = b.linearPageTables;
        history = b.history && b.cpus > 1;
        polite = b.polite;
        vocabulary = new Vocabulary(allOperations(b), b.addresses, b.callRoom > 0);
        hasUserMode = vocabulary.hasUserMode();
        m2p = b.m2p || vocabulary.changesM2p();
        grantMaps = b.grantMaps;
        grants = vocabulary.hasGrants();
        losesOneFlush = b.losesOneFlush;
        preemptsValidation = b.preemptsValidation;
        shadowFilter = b.shadowFilter;
        preemption = b.preemption;
        storeBuffers = b.storeBuffers;
        assistedFlush = b.assistedFlush;
        walksOnFault = vocabulary.walksOnFault();
        replays = b.replays;
        mustDo = b.mustDo;
        defects = b.defects.isEmpty() ? EnumSet.noneOf(Defect.class) : EnumSet.copyOf(b.defects);
        operations = List.copyOf(b.operations);
        addresses = vocabulary.trackedAddresses();
        guests = new Guests(b);
        toolstackPauses = b.toolstackPauses;
        schedules = guests.leaveCpusIdle() || !b.vcpus.isEmpty() || vocabulary.schedules();
        allocates = vocabulary.allocates();
        withoutXpti = Set.copyOf(b.withoutXpti);
        owners = Map.copyOf(b.owners);
        special = Set.copyOf(b.special);
        denied = Set.copyOf(b.denied);
        programs =
                IntStream.range(0, cpus)
                        .mapToObj(cpu -> List.copyOf(b.programs.getOrDefault(cpu, List.of())))
                        .toList();
        takesAnyProgram = b.callRoom > 0;
        callRoom = Math.max(b.callRoom, programs.stream().mapToInt(Call::count).max().orElse(0));
    }

    /** What no machine can be. */
    private void check() {
        guests.check();
        boolean control = schedules || allocates;
        if (hasPv32() && schedules) {
            throw new IllegalArgumentException("a vCPU of a 32-bit guest stays on its CPU");
        }
        if (hasPv32() && hasSeveralDomains() && (xpti || pcid)) {
            throw new IllegalArgumentException(
                    "beside a 32-bit guest there is neither XPTI nor PCID");
        }
        if (hasPv32() && walksOnFault) {
            throw new IllegalArgumentException("walks for faults are those of a 64-bit guest");
        }
        if (control && storeBuffers) {
            throw new IllegalArgumentException("a context switch does not empty store buffers");
        }
        if (schedules && (polite || hasSegments() || hasUserMode())) {
            throw new IllegalArgumentException(
                    "of a vCPU that is not loaded only base pointers are kept");
        }
        if (schedules && preemption) {
            throw new IllegalArgumentException(
                    "the call that an interrupt handler has put off stays on its CPU");
        }
        if (control && hasPrograms()) {
            throw new IllegalArgumentException("a program has no scheduler and no transfers");
        }
    }

    private static List<Operation> allOperations(Builder b) {
        List<Operation> all = new ArrayList<>();
        b.operations.forEach(allowed -> all.add(allowed.operation()));
        b.programs.values().forEach(program -> all.addAll(Call.operations(program)));
        return all;
    }

    public static Builder builder() {
        return new Builder();
    }

    public int cpus() {
        return cpus;
    }

    /** Guest frames, numbered from 0; each CPU has one more for its root copy or monitor table. */
    public int frames() {
        return frames;
    }

    public boolean xpti() {
        return xpti;
    }

    public boolean pcid() {
        return pcid;
    }

    /** Whether the first domain is a 32-bit one. */
    public boolean pv32() {
        return guests.isPv32(guests.first());
    }

    /** Whether a domain is a 32-bit one; Xen's own pseudo domains are not. */
    public boolean isPv32(int domid) {
        return guests.isPv32(domid);
    }

    boolean hasPv32() {
        return guests.hasPv32();
    }

    public boolean smep() {
        return smep;
    }

    public int mustDo() {
        return mustDo;
    }

    public boolean losesOneFlush() {
        return losesOneFlush;
    }

    /** Whether an entry that one CPU stores may reach the walks of others later. */
    public boolean storeBuffers() {
        return storeBuffers;
    }

    /** Whether a hypervisor below Xen does its plain TLB flushes. */
    public boolean assistedFlush() {
        return assistedFlush;
    }

    /** Whether hypercalls may be preempted between requests, and interrupts come then. */
    public boolean preemption() {
        return preemption;
    }

    public boolean shadowFilter() {
        return shadowFilter;
    }

    public boolean batches() {
        return batches;
    }

    public boolean polite() {
        return polite;
    }

    /** Whether it differs from what Xen is, to judge an argument of the thread. */
    public boolean isHypothetical() {
        return !forcedContinuation || flushTlbSparesGlobal || guestMayGlobal || mustDo != 0;
    }

    /** Whether global translations can exist: Xen's option global-pages, without XPTI and PCID. */
    public boolean globalPages() {
        return globalPages;
    }

    public boolean flushTlbSparesGlobal() {
        return flushTlbSparesGlobal;
    }

    public boolean guestMayGlobal() {
        return guestMayGlobal;
    }

    public boolean linearPageTables() {
        return linearPageTables;
    }

    /** The tracked slots of every table, ascending. */
    public int[] slots() {
        return slots.clone();
    }

    public boolean forcedContinuation() {
        return forcedContinuation;
    }

    /** Whether entering or leaving Xen does anything that can be seen. */
    public boolean entryMatters() {
        return xpti || (smep && hasPv32());
    }

    /** The rules that are taken out of the model. */
    public Set<Defect> defects() {
        return Set.copyOf(defects);
    }

    boolean has(Defect defect) {
        return defects.contains(defect);
    }

    public List<Allowed> operations() {
        return operations;
    }

    /** The operations that are allowed, then those of the programs. */
    List<Operation> allOperations() {
        return vocabulary.operations();
    }

    /** The addresses whose translations are tracked, guest and linear. */
    public List<VirtualAddress> addresses() {
        return addresses;
    }

    /**
     * Whether Xen reads through a linear page only for a fault of the guest: then it has just
     * entered, and what was cached before may be gone.
     */
    public boolean isReadByFaultsOnly(VirtualAddress window) {
        return vocabulary.isReadByFaultsOnly(window);
    }

    /** The domains; the first one's vCPUs are loaded where nothing else is said. */
    public List<Guest> domains() {
        return guests.domains();
    }

    /** Id of the domain that a frame belongs to at first. */
    public int owner(int mfn) {
        return owners.getOrDefault(mfn, guests.first());
    }

    /** Whether a domain may act on others; Xen's own pseudo domains may not. */
    boolean isPrivileged(int domid) {
        return guests.isPrivileged(domid);
    }

    /** Whether a domain has any I/O capability. */
    boolean hasIo(int domid) {
        return guests.hasIo(domid);
    }

    /**
     * Whether a domain may map a frame of memory-mapped I/O. One that does not exist is beyond what
     * the CPUs can address, so nobody may.
     */
    boolean mayMapIo(int domid, int mfn) {
        return (mfn < frames || replays) && hasIo(domid) && !isDenied(mfn);
    }

    /** Whether a frame is one of devices that no domain may map. */
    boolean isDenied(int mfn) {
        return denied.contains(mfn);
    }

    /** Whether a frame is one of Xen's heap that a domain may map, as shared_info is. */
    public boolean isSpecial(int mfn) {
        return special.contains(mfn);
    }

    /** What the vCPU on this CPU does, once; empty where it may do {@link #operations}. */
    public List<Call> program(int cpu) {
        return programs.get(cpu);
    }

    /** Entries of a grant table that the operations name. */
    int grantRefs() {
        return vocabulary.grantRefs();
    }

    /** Maps of grants that can be there at the same time, or in a run if these are limited. */
    int grantHandles() {
        return Math.max(grantMaps, vocabulary.grantHandles());
    }

    /** Whether the guest accesses memory with exact faults. */
    boolean hasAccesses() {
        return vocabulary.hasAccesses();
    }

    /** Whether the guest has a user mode that runs. */
    public boolean hasUserMode() {
        return hasUserMode;
    }

    /** Whether the guest has to do with descriptor tables. */
    boolean hasSegments() {
        return vocabulary.hasSegments();
    }

    /** The vCPU that is loaded on a CPU at first, or -1. */
    int firstVcpu(int cpu) {
        return guests.firstVcpu(cpu);
    }

    /** Id of the domain whose vCPU is loaded on a CPU at first; the idle one's for none. */
    public int firstDomain(int cpu) {
        return guests.firstDomain(cpu);
    }

    /** Whether a vCPU is loaded on some CPU at first. */
    public boolean isLoadedAtFirst(int vcpu) {
        return guests.isLoadedAtFirst(vcpu);
    }

    /** How many vCPUs there are. */
    public int vcpus() {
        return guests.vcpus();
    }

    /** Id of the domain of a vCPU, or (-1) of the idle one. */
    public int domainOf(int vcpu) {
        return guests.domainOf(vcpu);
    }

    /** Whether the vCPUs that are loaded can change. */
    public boolean schedules() {
        return schedules;
    }

    /** Whether frames get other owners. */
    public boolean allocates() {
        return allocates;
    }

    /** Whether a domain touches what is another's only while that one is paused. */
    public boolean toolstackPauses() {
        return toolstackPauses;
    }

    /** Whether a domain is paused at first. */
    boolean isPaused(int domid) {
        return guests.isPaused(domid);
    }

    /** Whether a domain has never run. */
    boolean isUnderConstruction(int domid) {
        return guests.isUnderConstruction(domid);
    }

    /** Whether vCPUs of more than one domain are there to load. */
    public boolean hasSeveralDomains() {
        return loadedDomains().length > 1;
    }

    /** Ids of the domains that have vCPUs to load; the first one is first. */
    int[] loadedDomains() {
        return guests.loadedDomains();
    }

    /** Whether a domain's vCPUs run on root copies ({@code pv.xpti}). */
    public boolean hasXpti(int domid) {
        return xpti && domid != DomId.IDLE && !withoutXpti.contains(domid);
    }

    /** The domain with this id, or null; reserved ids are none. */
    @Nullable Guest domain(int domid) {
        return guests.domain(domid);
    }

    /** Whether CPUs have programs, or will be given some. */
    public boolean hasPrograms() {
        return callRoom > 0;
    }

    /** Whether this CPU does a program, be it an empty one, and nothing else. */
    public boolean runsProgram(int cpu) {
        return hasPrograms() && (operations.isEmpty() || !programs.get(cpu).isEmpty());
    }

    /** The same machine with more switched on or off. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.cpus = cpus;
        b.frames = frames;
        b.slots = slots.clone();
        b.xpti = xpti;
        b.pcid = pcid;
        b.smep = smep;
        b.globalPages = globalPages;
        b.forcedContinuation = forcedContinuation;
        b.batches = batches;
        b.flushTlbSparesGlobal = flushTlbSparesGlobal;
        b.guestMayGlobal = guestMayGlobal;
        b.linearPageTables = linearPageTables;
        b.history = history;
        b.m2p = m2p;
        b.polite = polite;
        b.losesOneFlush = losesOneFlush;
        b.preemptsValidation = preemptsValidation;
        b.shadowFilter = shadowFilter;
        b.preemption = preemption;
        b.storeBuffers = storeBuffers;
        b.assistedFlush = assistedFlush;
        b.replays = replays;
        b.mustDo = mustDo;
        b.grantMaps = grantMaps;
        b.callRoom = takesAnyProgram ? callRoom : 0;
        b.defects.addAll(defects);
        b.operations.addAll(operations);
        b.addresses.addAll(vocabulary.declared());
        guests.copyTo(b);
        b.toolstackPauses = toolstackPauses;
        b.withoutXpti.addAll(withoutXpti);
        b.owners.putAll(owners);
        b.special.addAll(special);
        b.denied.addAll(denied);
        for (int cpu = 0; cpu < cpus; cpu++) {
            b.program(cpu, programs.get(cpu).toArray(new Call[0]));
        }
        return b;
    }

    /** Collects a machine; everything has a default but sizes and operations. */
    public static final class Builder {
        int cpus = 1;
        private int frames;
        private int[] slots = {0, LinearMap.SLOT};
        private boolean xpti;
        private boolean pcid;
        boolean pv32;
        private boolean smep;
        private boolean globalPages = true;
        private boolean forcedContinuation = true;
        private boolean batches;
        private boolean flushTlbSparesGlobal;
        private boolean guestMayGlobal;
        private boolean linearPageTables = true;
        private boolean history = true;
        private boolean m2p;
        private boolean polite;
        private boolean toolstackPauses;
        private boolean losesOneFlush;
        private boolean preemptsValidation;
        private boolean shadowFilter;
        private boolean preemption;
        private boolean storeBuffers;
        private boolean assistedFlush;
        private boolean replays;
        private int mustDo;
        private int callRoom;
        private int grantMaps;
        private final Set<Defect> defects = EnumSet.noneOf(Defect.class);
        private final List<Allowed> operations = new ArrayList<>();
        private final List<VirtualAddress> addresses = new ArrayList<>();
        final List<Guest> domains = new ArrayList<>();
        final Map<Integer, Integer> loads = new HashMap<>();
        final List<Integer> vcpus = new ArrayList<>();
        final Set<Integer> paused = new HashSet<>();
        final Set<Integer> underConstruction = new HashSet<>();
        private final Set<Integer> withoutXpti = new HashSet<>();
        final Set<Integer> pv32Domains = new HashSet<>();
        private final Map<Integer, Integer> owners = new HashMap<>();
        private final Set<Integer> special = new HashSet<>();
        private final Set<Integer> denied = new HashSet<>();
        private final Map<Integer, List<Call>> programs = new HashMap<>();

        private Builder() {}

        public Builder cpus(int cpus) {
            this.cpus = cpus;
            return this;
        }

        public Builder frames(int frames) {
            this.frames = frames;
            return this;
        }

        /** The tracked slots of every table, ascending. */
        public Builder slots(int... slots) {
            this.slots = slots.clone();
            return this;
        }

        public Builder xpti(boolean on) {
            xpti = on;
            return this;
        }

        public Builder pcid(boolean on) {
            pcid = on;
            return this;
        }

        /** Makes the first domain a 32-bit one. */
        public Builder pv32(boolean on) {
            pv32 = on;
            return this;
        }

        /** Makes one of several domains a 32-bit one. */
        public Builder pv32(int domid) {
            pv32Domains.add(domid);
            return this;
        }

        public Builder smep(boolean on) {
            smep = on;
            return this;
        }

        /** Xen's option global-pages; without effect under XPTI or PCID. */
        public Builder globalPages(boolean on) {
            globalPages = on;
            return this;
        }

        public Builder forcedContinuation(boolean on) {
            forcedContinuation = on;
            return this;
        }

        /** Whether one MMU_UPDATE may have any number of requests. */
        public Builder batches(boolean on) {
            batches = on;
            return this;
        }

        /**
         * A machine of full size that a recording leads ({@link ReplayMachine}): frames get room
         * for entries when they come into use as tables, and the TLB clock counts, as Xen's does.
         */
        Builder replays() {
            replays = true;
            return this;
        }

        /** Hypothetical: a policy's FLUSH_TLB leaves global translations alone. */
        public Builder flushTlbSparesGlobal(boolean on) {
            flushTlbSparesGlobal = on;
            return this;
        }

        /** Hypothetical: guests may set G in entries of L2 and above. */
        public Builder guestMayGlobal(boolean on) {
            guestMayGlobal = on;
            return this;
        }

        /** Xen's option pv-linear-pt. */
        public Builder linearPageTables(boolean on) {
            linearPageTables = on;
            return this;
        }

        /** Whether unfinished calls keep the values that they replaced; the properties need it. */
        public Builder history(boolean on) {
            history = on;
            return this;
        }

        /**
         * Whether the state has the machine-to-physical table. Machines that name an operation that
         * changes it have it anyway.
         */
        public Builder m2p(boolean on) {
            m2p = on;
            return this;
        }

        /** The guest follows every edit at once by the INVLPG that the ABI asks of it. */
        public Builder polite(boolean on) {
            polite = on;
            return this;
        }

        /** Once in a run one flush of the policy may get lost; for near misses. */
        public Builder losesOneFlush(boolean on) {
            losesOneFlush = on;
            return this;
        }

        /** The validation of a table is preempted behind each entry, and goes on from there. */
        public Builder preemptsValidation(boolean on) {
            preemptsValidation = on;
            return this;
        }

        /** Total store order: CPUs have store buffers ({@link StoreBuffer}). */
        public Builder storeBuffers(boolean on) {
            storeBuffers = on;
            return this;
        }

        /**
         * Xen runs on a hypervisor that flushes TLBs for it: plain TLB flushes interrupt nobody,
         * and none is left out by the TLB clock.
         */
        public Builder assistedFlush(boolean on) {
            assistedFlush = on;
            return this;
        }

        /** Hypercalls may be preempted between any two requests ({@link Preemption}). */
        public Builder preemption(boolean on) {
            preemption = on;
            return this;
        }

        /**
         * Type changes flush as for a domain in shadow mode: only if the old type was writable, as
         * no CPU walks the guest's own tables there. The machine has no shadows, so let it walk
         * none of the tables that change.
         */
        public Builder shadowFilter(boolean on) {
            shadowFilter = on;
            return this;
        }

        /** Flags that each update of an L2..L4 entry obliges every dirty CPU to execute. */
        public Builder mustDo(int flags) {
            mustDo = flags;
            return this;
        }

        /**
         * At most so many maps of grants in a run. Without a limit a run may have any number, and
         * as many at a time as operations name handles; a handle that was given up is given again.
         */
        public Builder grantMaps(int most) {
            grantMaps = most;
            return this;
        }

        public Builder defect(Defect defect) {
            defects.add(defect);
            return this;
        }

        /** Allows an operation on all CPUs. */
        public Builder allow(Operation... allowed) {
            for (Operation operation : allowed) {
                operations.add(new Allowed(operation, -1L));
            }
            return this;
        }

        /** Allows what another machine allows. */
        public Builder allow(List<Allowed> allowed) {
            operations.addAll(allowed);
            return this;
        }

        /** Allows an operation on one CPU. */
        public Builder allowOn(int cpu, Operation... allowed) {
            for (Operation operation : allowed) {
                operations.add(new Allowed(operation, 1L << cpu));
            }
            return this;
        }

        /** Tracks the translation of an address that no operation names. */
        public Builder track(VirtualAddress... more) {
            addresses.addAll(List.of(more));
            return this;
        }

        /**
         * Declares a domain; the first one's vCPUs are loaded where {@link #load} says nothing
         * else. Default: an unprivileged domain 0.
         */
        public Builder domain(int id, boolean privileged, boolean io) {
            domains.add(new Guest(id, privileged, io));
            return this;
        }

        /** Declares a domain that is not a usual PV one. */
        public Builder domain(int id, Kind kind) {
            domains.add(new Guest(id, false, false, kind));
            return this;
        }

        /** Allows operations to this domain, on all CPUs. */
        public Builder allowFor(int caller, Operation... allowed) {
            for (Operation operation : allowed) {
                operations.add(new Allowed(operation, -1L, caller, Allowed.ITSELF));
            }
            return this;
        }

        /** Allows operations to a domain on behalf of another one ({@code foreigndom}). */
        public Builder allowAbout(int caller, int about, Operation... allowed) {
            for (Operation operation : allowed) {
                operations.add(new Allowed(operation, -1L, caller, about));
            }
            return this;
        }

        /** Adds a vCPU of this domain that is loaded nowhere; their numbers follow the others'. */
        public Builder vcpu(int domid) {
            vcpus.add(domid);
            return this;
        }

        /** A domain touches what is another's only while that one is paused. */
        public Builder toolstackPauses(boolean on) {
            toolstackPauses = on;
            return this;
        }

        /** Pauses a domain, which has run before. */
        public Builder paused(int domid) {
            paused.add(domid);
            return this;
        }

        /** Pauses a domain that has never run: the toolstack is building it. */
        public Builder underConstruction(int domid) {
            underConstruction.add(domid);
            return this;
        }

        /**
         * Loads a vCPU of this domain on a CPU: who does what is allowed there. {@link DomId#IDLE}
         * for none. vCPUs have numbers in order of CPUs.
         */
        public Builder load(int cpu, int domid) {
            loads.put(cpu, domid);
            return this;
        }

        /** Takes XPTI from one domain of a machine that has it (Xen's option xpti=dom0=, domu=). */
        public Builder withoutXpti(int domid) {
            withoutXpti.add(domid);
            return this;
        }

        /**
         * Gives a frame to another domain than the first, to {@link DomId#IO} (memory-mapped I/O),
         * to {@link DomId#XEN} (what Xen shows to privileged domains), or to {@link DomId#INVALID}
         * (Xen's own, or free: nobody's).
         */
        public Builder owner(int mfn, int domid) {
            owners.put(mfn, domid);
            return this;
        }

        /** Makes a frame one of Xen's heap, shared with its owner, as shared_info is. */
        public Builder special(int mfn) {
            special.add(mfn);
            return this;
        }

        /** Makes a frame of memory-mapped I/O one that no domain may map, as the local APIC is. */
        public Builder denied(int mfn) {
            denied.add(mfn);
            return this;
        }

        /** Appends to what the vCPU on this CPU does, once and in order. */
        public Builder program(int cpu, Call... calls) {
            programs.computeIfAbsent(cpu, c -> new ArrayList<>()).addAll(List.of(calls));
            return this;
        }

        /**
         * Makes room for programs of so many calls that are given later ({@link ProgramRunner}).
         */
        Builder callRoom(int calls) {
            callRoom = calls;
            return this;
        }

        public Machine build() {
            Machine machine = new Machine(this);
            machine.check();
            return machine;
        }
    }
}
