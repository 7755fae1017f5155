package shootdown.hypervisor;

import shootdown.hardware.ControlRegister;
import shootdown.hardware.Models;

import java.util.Arrays;

/**
 * The block of one CPU: control registers, the vCPU loaded on it, and the call in progress.
 *
 * <p>Everything that belongs to a call is 0 outside of calls, so that states that behave alike are
 * one state. Static offsets; {@code c} is always a CPU number.
 */
@Models(
        value = {
            "sched.h: struct vcpu (guest_table, guest_table_user, old_guest_table)",
            "current.h: struct cpu_info (root_pgt_changed)"
        },
        simplified = "a loaded vCPU and its CPU are one")
@SuppressWarnings("EnumOrdinal") // a stage is stored as its number, inside this class only
public final class CpuState {
    static final int CR3 = 0;
    static final int CR4 = 1;
    private static final int CALL = 2;
    private static final int BASES = 3;
    private static final int PARKED = 4;
    private static final int EXIT = 5;
    private static final int ACCUMULATOR = 6;
    private static final int PLAN = 7;
    private static final int REGISTER = 8;
    private static final int OWED = 9;
    private static final int DUE = 10;
    private static final int STACK_DEPTH = 11;
    private static final int STACK = 12;

    /** Longs that put a call off: where it is and what it does, and whose tables it is about. */
    static final int INTERRUPTED_WORDS = 2;

    /** An L4 being validated, its L3, L2 and L1, and a page that the L1 maps writable. */
    static final int STACK_CAPACITY = 5;

    /** Words kept of a vCPU that is not loaded: its bases and its parked table. */
    static final int VCPU_WORDS = 2;

    static final int LOG = STACK + STACK_CAPACITY;

    private static final Stage[] STAGES = Stage.values();
    private static final long MASK16 = 0xFFFF;
    private static final long MASK24 = 0xFFFFFF;

    /** Bits of the call's word that follow from its stages: less to look at for other CPUs. */
    private static final long IN_CALL = 1L << 56;

    private static final long GUEST_FLUSH = 1L << 57;

    private static final long ROOT_PGT_CHANGED = 1;
    private static final long USER_MODE = 2;

    /** No flush flag is in the low byte, where Xen has the order of a range. */
    private static final int FLAGS_SHIFT = 8;

    private static final int PG_OWNER_SHIFT = 16;
    private static final int PT_OWNER_SHIFT = 32;
    private static final int WALK_SHIFT = 48;

    private final Layout layout;
    private final Machine machine;
    private final int cpus;

    CpuState(Layout layout) {
        this.layout = layout;
        this.machine = layout.machine();
        this.cpus = machine.cpus;
    }

    private int at(int c, int word) {
        return layout.cpuWord(c, word, -1);
    }

    private int at(int c, int word, long bits) {
        return layout.cpuWord(c, word, bits);
    }

    // The call: stage, the stage after a flush, the operation.

    public Stage stage(long[] s, int c) {
        return STAGES[(int) s[at(c, CALL, 0xFF)] & 0xFF];
    }

    void setStage(long[] s, int c, Stage stage) {
        s[at(c, CALL)] = withFlags((s[at(c, CALL)] & ~0xFFL) | stage.ordinal());
    }

    Stage after(long[] s, int c) {
        return STAGES[(int) (s[at(c, CALL, 0xFF00)] >>> 8) & 0xFF];
    }

    void setAfter(long[] s, int c, Stage stage) {
        s[at(c, CALL)] = withFlags((s[at(c, CALL)] & ~0xFF00L) | ((long) stage.ordinal() << 8));
    }

    /** Sets what others want to know of the stages, in bits of its own. */
    private static long withFlags(long call) {
        int stage = (int) call & 0xFF;
        boolean inCall = stage > Stage.GUEST.ordinal();
        boolean guestFlush =
                stage == Stage.FLUSHING.ordinal()
                        && ((int) call >>> 8 & 0xFF) == Stage.GUEST_FLUSHED.ordinal();
        return (call & ~(IN_CALL | GUEST_FLUSH))
                | (inCall ? IN_CALL : 0)
                | (guestFlush ? GUEST_FLUSH : 0);
    }

    /** Whether a CPU is in the middle of a call, and may hold a lock. */
    public boolean inCall(long[] s, int c) {
        return (s[at(c, CALL, IN_CALL)] & IN_CALL) != 0;
    }

    /** Whether a CPU is carrying out a flush that its guest asked for. */
    boolean isGuestFlush(long[] s, int c) {
        return (s[at(c, CALL, GUEST_FLUSH)] & GUEST_FLUSH) != 0;
    }

    /** Number of the operation in progress, or -1. */
    public int operation(long[] s, int c) {
        return (int) ((s[at(c, CALL)] >>> 16) & MASK24) - 1;
    }

    void setOperation(long[] s, int c, int operation) {
        s[at(c, CALL)] = (s[at(c, CALL)] & ~(MASK24 << 16)) | ((long) (operation + 1) << 16);
    }

    /** The code that the call will return. */
    int rc(long[] s, int c) {
        return (short) (s[at(c, CALL)] >>> 40);
    }

    void setRc(long[] s, int c, int rc) {
        s[at(c, CALL)] = (s[at(c, CALL)] & ~(MASK16 << 40)) | ((rc & MASK16) << 40);
    }

    /** The operation is done; a table that it has parked half validated is dropped first. */
    void returns(long[] s, int c, int rc) {
        setRc(s, c, rc);
        setStage(s, c, Stage.INVOCATION_DONE);
    }

    /** Whether another CPU is in the middle of a call, and may hold a lock. */
    boolean othersInCalls(long[] s, int c) {
        for (int other = 0; other < cpus; other++) {
            if (other != c && inCall(s, other)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a CPU runs guest code, also for the instant of a continuation. */
    public boolean inGuest(long[] s, int c) {
        Stage stage = stage(s, c);
        return stage == Stage.GUEST || stage == Stage.CONTINUATION_GUEST || stage == Stage.USER;
    }

    /**
     * Whether the vCPU is in its user mode, in Xen or not: its user base is the one that counts
     * (TF_kernel_mode, the other way round).
     */
    public boolean inUserMode(long[] s, int c) {
        return (s[at(c, EXIT, USER_MODE)] & USER_MODE) != 0;
    }

    void setUserMode(long[] s, int c, boolean on) {
        int at = at(c, EXIT);
        s[at] = on ? s[at] | USER_MODE : s[at] & ~USER_MODE;
    }

    /** Whether entries of this PCID are now made from the user base, and not from the kernel's. */
    public boolean isOfUserMode(long[] s, int c, int pcid) {
        return layout.machine().pcid ? (pcid & GuestEntry.PCID_USER) != 0 : inUserMode(s, c);
    }

    /** The base pointer of the mode that the vCPU is in. */
    public int base(long[] s, int c) {
        return inUserMode(s, c) ? userBase(s, c) : kernelBase(s, c);
    }

    /** Id of the domain whose vCPU is loaded on a CPU: who makes its hypercalls. */
    public int domain(long[] s, int c) {
        return machine.domainOf(loadedVcpu(s, c));
    }

    /** Offset of the word of that domain ({@link Domain}). */
    int domainWord(long[] s, int c) {
        return layout.domain(domain(s, c));
    }

    /** Whether the vCPU that is loaded on a CPU is a 32-bit domain's. */
    public boolean isPv32(long[] s, int c) {
        return machine.isPv32(domain(s, c));
    }

    // Which vCPU is scheduled (current), and which has its tables loaded (curr_vcpu).

    /** {@code current}: the vCPU that runs on a CPU, or -1 for the idle one. */
    public int current(long[] s, int c) {
        return machine.schedules
                ? (int) (s[layout.schedule(c)] & MASK16) - 1
                : machine.firstVcpu(c);
    }

    void setCurrent(long[] s, int c, int vcpu) {
        int at = layout.schedule(c);
        s[at] = (s[at] & ~MASK16) | (vcpu + 1L);
    }

    /** {@code curr_vcpu}: the vCPU whose tables a CPU has loaded, or -1 for the idle one's. */
    public int loadedVcpu(long[] s, int c) {
        return machine.schedules ? (int) (s[layout.schedule(c)] >>> 16) - 1 : machine.firstVcpu(c);
    }

    /** Exchanges the loaded vCPU for another one; the other CPUs must not have it. */
    void loadVcpu(long[] s, int c, int vcpu) {
        int old = loadedVcpu(s, c);
        int bases = layout.cpuBase(c) + BASES;
        if (old >= 0) {
            System.arraycopy(s, bases, s, layout.vcpu(old), VCPU_WORDS);
        }
        Arrays.fill(s, bases, bases + VCPU_WORDS, 0);
        if (vcpu >= 0) {
            System.arraycopy(s, layout.vcpu(vcpu), s, bases, VCPU_WORDS);
            Arrays.fill(s, layout.vcpu(vcpu), layout.vcpu(vcpu) + VCPU_WORDS, 0);
        }
        s[layout.schedule(c)] = (s[layout.schedule(c)] & MASK16) | (vcpu + 1L) << 16;
    }

    /** {@code dirty_cpu}: the CPU that has a vCPU loaded, or -1. */
    int dirtyCpu(long[] s, int vcpu) {
        for (int c = 0; c < cpus; c++) {
            if (loadedVcpu(s, c) == vcpu) {
                return c;
            }
        }
        return -1;
    }

    /** The kernel base of a vCPU that is not loaded, or -1. */
    public int savedKernelBase(long[] s, int vcpu) {
        return (int) s[layout.vcpu(vcpu)] - 1;
    }

    /** The user base of a vCPU that is not loaded, or -1. */
    public int savedUserBase(long[] s, int vcpu) {
        return (int) (s[layout.vcpu(vcpu)] >>> 32) - 1;
    }

    void setSavedBases(long[] s, int vcpu, int kernel, int user) {
        s[layout.vcpu(vcpu)] = (kernel + 1L) | (user + 1L) << 32;
    }

    /** CPUs that are switching contexts or walk for a fault: they serve no interrupt. */
    long interruptsOff(long[] s) {
        long off = 0;
        boolean any = machine.schedules || machine.walksOnFault;
        for (int c = 0; any && c < cpus; c++) {
            Stage stage = stage(s, c);
            boolean here =
                    stage == Stage.SWITCH_TABLES
                            || stage == Stage.SWITCH_DONE
                            || stage == Stage.FAULT_WALK;
            off |= here ? 1L << c : 0;
        }
        return off;
    }

    /** {@code vcpumask_to_pcpumask}: the CPUs on which these vCPUs of a domain are loaded. */
    long ofVcpus(long[] s, int domid, long vcpus) {
        long found = 0;
        int number = 0;
        for (int vcpu = 0; vcpu < machine.vcpus(); vcpu++) {
            if (machine.domainOf(vcpu) != domid) {
                continue;
            }
            int c = (vcpus >>> number & 1) != 0 ? dirtyCpu(s, vcpu) : -1;
            found |= c < 0 ? 0 : 1L << c;
            number++;
        }
        return found;
    }

    // The vCPU's base pointers and parked table.

    /** {@code guest_table}; in a 32-bit guest the L3 that hangs in the monitor table. */
    public int kernelBase(long[] s, int c) {
        return (int) s[at(c, BASES)] - 1;
    }

    void setKernelBase(long[] s, int c, int mfn) {
        s[at(c, BASES)] = (s[at(c, BASES)] & ~0xFFFFFFFFL) | (mfn + 1L);
    }

    /** {@code guest_table_user}, or -1. */
    public int userBase(long[] s, int c) {
        return (int) (s[at(c, BASES)] >>> 32) - 1;
    }

    void setUserBase(long[] s, int c, int mfn) {
        s[at(c, BASES)] = (s[at(c, BASES)] & 0xFFFFFFFFL) | ((mfn + 1L) << 32);
    }

    /** {@code old_guest_table}: the table that will be dropped, or -1. */
    public int parked(long[] s, int c) {
        return (int) (s[at(c, PARKED, MASK24)] & MASK24) - 1;
    }

    /** The table that held the parked one, or -1. */
    public int parkedContainer(long[] s, int c) {
        return (int) (s[at(c, PARKED)] >>> 24 & MASK24) - 1;
    }

    /** Entries of a half validated parked table that hold references, or -1 if it is whole. */
    int parkedPartial(long[] s, int c) {
        return (int) (s[at(c, PARKED)] >>> 48) - 1;
    }

    void park(long[] s, int c, int mfn, int container, int partial) {
        s[at(c, PARKED)] = (mfn + 1L) | ((container + 1L) << 24) | ((partial + 1L) << 48);
    }

    void unpark(long[] s, int c) {
        s[at(c, PARKED)] = 0;
    }

    // The call that waits for its continuation while an interrupt handler of the guest runs.

    /** Whether an interrupt handler of the guest runs, and a continuation is still to come. */
    public boolean inHandler(long[] s, int c) {
        return machine.preemption && s[layout.interrupted(c)] != 0;
    }

    void putOff(long[] s, int c) {
        int at = layout.interrupted(c);
        s[at] = s[at(c, CALL)];
        s[at + 1] = s[at(c, DUE)];
        endCall(s, c);
    }

    void takeUp(long[] s, int c) {
        int at = layout.interrupted(c);
        s[at(c, CALL)] = s[at];
        s[at(c, DUE)] = s[at + 1];
        s[at] = 0;
        s[at + 1] = 0;
    }

    // What is due on the way out, and to which mode that way leads.

    public boolean rootPgtChanged(long[] s, int c) {
        return (s[at(c, EXIT)] & ROOT_PGT_CHANGED) != 0;
    }

    void setRootPgtChanged(long[] s, int c, boolean on) {
        int at = at(c, EXIT);
        s[at] = on ? s[at] | ROOT_PGT_CHANGED : s[at] & ~ROOT_PGT_CHANGED;
    }

    /** Flush flags due at the next return to the guest. */
    public int exitFlags(long[] s, int c) {
        return (int) (s[at(c, EXIT)] >>> 16);
    }

    void setExitFlags(long[] s, int c, int flags) {
        s[at(c, EXIT)] = (s[at(c, EXIT)] & 0xFFFF) | ((long) flags << 16);
    }

    int accumulator(long[] s, int c) {
        return (int) s[at(c, ACCUMULATOR)];
    }

    void setAccumulator(long[] s, int c, int accumulator) {
        long shadow = s[at(c, ACCUMULATOR)] & ~0xFFFFFFFFL;
        s[at(c, ACCUMULATOR)] = shadow | (accumulator & 0xFFFFFFFFL);
    }

    /** The second accumulator, of the policy that is compared with the one in force. */
    public int shadowAccumulator(long[] s, int c) {
        return (int) (s[at(c, ACCUMULATOR)] >>> 32);
    }

    void setShadowAccumulator(long[] s, int c, int accumulator) {
        s[at(c, ACCUMULATOR)] = (s[at(c, ACCUMULATOR)] & 0xFFFFFFFFL) | ((long) accumulator << 32);
    }

    // The flush plan: local flags, flags for others, targets left, address, under way.

    /** Flags of the CPU's own part of the flush in progress. */
    public int planLocal(long[] s, int c) {
        return (int) (s[at(c, PLAN)] & MASK16) << FLAGS_SHIFT;
    }

    /** Flags for the CPUs that still have to serve its IPI. */
    public int planOthers(long[] s, int c) {
        return (int) (s[at(c, PLAN)] >>> 16 & MASK16) << FLAGS_SHIFT;
    }

    /** CPUs that still have to serve the flush IPI. */
    public long planTargets(long[] s, int c) {
        return s[at(c, PLAN)] >>> 32 & MASK16;
    }

    /** Number of the address for a single-page flush, or -1. */
    public int planAddress(long[] s, int c) {
        return (int) (s[at(c, PLAN)] >>> 48 & 0x7FFF) - 1;
    }

    /** Whether some but not all targets have served the IPI: the flush lock is held. */
    boolean planUnderWay(long[] s, int c) {
        return s[at(c, PLAN, Long.MIN_VALUE)] < 0;
    }

    boolean hasPlan(long[] s, int c) {
        return s[at(c, PLAN)] != 0;
    }

    void setPlan(long[] s, int c, int local, int others, long targets, int address) {
        long left = others == 0 ? 0 : targets;
        int here = local >>> FLAGS_SHIFT;
        long elsewhere = left == 0 ? 0 : others >>> FLAGS_SHIFT;
        long flags = here | (elsewhere << 16);
        s[at(c, PLAN)] = flags == 0 ? 0 : flags | (left << 32) | ((long) (address + 1) << 48);
    }

    void planLocalDone(long[] s, int c) {
        setPlan(s, c, 0, planOthers(s, c), planTargets(s, c), planAddress(s, c));
    }

    void planTargetDone(long[] s, int c, int target) {
        long left = planTargets(s, c) & ~(1L << target);
        setPlan(s, c, 0, planOthers(s, c), left, planAddress(s, c));
        if (left != 0) {
            s[at(c, PLAN)] |= Long.MIN_VALUE;
        }
    }

    // Registers of calls.

    /**
     * The table that the call works on, or -1: the L1 table that update_va_mapping found, or the
     * table that mmu_update has locked while a type change is in progress.
     */
    public int callTable(long[] s, int c) {
        return (int) s[at(c, REGISTER)] - 1;
    }

    void setCallTable(long[] s, int c, int mfn) {
        s[at(c, REGISTER)] = (s[at(c, REGISTER)] & ~0xFFFFFFFFL) | (mfn + 1L);
    }

    /** The frame that a grant operation maps, or that a call gives to a domain; or -1. */
    public int callFrame(long[] s, int c) {
        return (int) (s[at(c, REGISTER)] >>> 32) - 1;
    }

    void setCallFrame(long[] s, int c, int mfn) {
        s[at(c, REGISTER)] = (s[at(c, REGISTER)] & 0xFFFFFFFFL) | ((mfn + 1L) << 32);
    }

    /** The frame that Xen's walk for a fault will read as a table next, or -1. */
    public int walkedTable(long[] s, int c) {
        return stage(s, c) == Stage.FAULT_WALK ? callTable(s, c) : -1;
    }

    /** As a table of which level. */
    public int walkedLevel(long[] s, int c) {
        return (int) (s[at(c, DUE)] >>> WALK_SHIFT);
    }

    void setWalk(long[] s, int c, int mfn, int level) {
        setCallTable(s, c, mfn);
        s[at(c, DUE)] = (s[at(c, DUE)] & (1L << WALK_SHIFT) - 1) | (long) level << WALK_SHIFT;
    }

    /** The operations that a polite guest owes, bit i for operation i. */
    public long owed(long[] s, int c) {
        return s[at(c, OWED)];
    }

    void setOwed(long[] s, int c, long operations) {
        s[at(c, OWED)] = operations;
    }

    /** CPUs that have not yet executed a must-do flag of the call on this CPU. */
    public long due(long[] s, int c) {
        return s[at(c, DUE)] & MASK16;
    }

    void setDue(long[] s, int c, long cpus) {
        s[at(c, DUE)] = (s[at(c, DUE)] & ~MASK16) | cpus;
    }

    // Whose tables and frames the call is about; the caller's unless it says otherwise.

    /** Domain id of the owner of the data frames that the call names ({@code pg_owner}). */
    public int pgOwner(long[] s, int c) {
        int stored = (int) (s[at(c, DUE)] >>> PG_OWNER_SHIFT & MASK16);
        return stored == 0 ? domain(s, c) : stored - 1;
    }

    /** Domain id of the owner of the page tables that the call edits ({@code pt_owner}). */
    public int ptOwner(long[] s, int c) {
        int stored = (int) (s[at(c, DUE)] >>> PT_OWNER_SHIFT & MASK16);
        return stored == 0 ? domain(s, c) : stored - 1;
    }

    /** Says whose frames and tables the call is about; {@link #endCall} forgets it. */
    void setOwners(long[] s, int c, int pgOwner, int ptOwner) {
        int caller = domain(s, c);
        long owners =
                (ownerWord(pgOwner, caller) << PG_OWNER_SHIFT)
                        | (ownerWord(ptOwner, caller) << PT_OWNER_SHIFT);
        s[at(c, DUE)] = (s[at(c, DUE)] & MASK16) | owners;
    }

    /** The usual owner is 0, so that the word is 0 for the calls that nearly all guests make. */
    private static long ownerWord(int domid, int caller) {
        return domid == caller ? 0 : domid + 1L;
    }

    // The stack of type changes in progress.

    int stackDepth(long[] s, int c) {
        return (int) s[at(c, STACK_DEPTH)];
    }

    void setStackDepth(long[] s, int c, int depth) {
        s[at(c, STACK_DEPTH)] = depth;
    }

    long stackWord(long[] s, int c, int level) {
        return s[at(c, STACK + level)];
    }

    void setStackWord(long[] s, int c, int level, long word) {
        s[at(c, STACK + level)] = word;
    }

    /** Forgets everything that belongs to the call; only a MOV to CR3 may leave a table parked. */
    void endCall(long[] s, int c) {
        s[at(c, CALL)] = 0;
        s[at(c, ACCUMULATOR)] = 0;
        s[at(c, PLAN)] = 0;
        s[at(c, REGISTER)] = 0;
        s[at(c, DUE)] = 0;
    }

    public int root(long[] s, int c) {
        return ControlRegister.root(s[at(c, CR3)]);
    }

    /** Renumbers CPUs in the masks of a CPU's block. */
    void permuteCpus(long[] s, int c, int[] to) {
        int plan = at(c, PLAN);
        long targets = permuteMask(planTargets(s, c), to);
        s[plan] = (s[plan] & ~(MASK16 << 32)) | (targets << 32);
        setDue(s, c, permuteMask(due(s, c), to));
        if (machine.storeBuffers) {
            StoreBuffer.permuteCpus(layout, s, c, to);
        }
    }

    static long permuteMask(long mask, int[] to) {
        long permuted = 0;
        for (long left = mask; left != 0; left &= left - 1) {
            permuted |= 1L << to[Long.numberOfTrailingZeros(left)];
        }
        return permuted;
    }
}
