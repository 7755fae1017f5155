package shootdown.hypervisor;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;

import shootdown.hardware.NoCaches;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Access;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.hypervisor.Operation.Iret;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Syscall;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.policy.Policy;

import java.util.stream.IntStream;

/**
 * A machine of full size that somebody leads: tables of 512 entries, as many frames as a computer
 * has, and a guest whose calls are given one by one, in the order in which a recording has them.
 *
 * <p>The calls are those of the model, and so are types, counts, dirty masks, flushes and root
 * copies. Two things are taken from the recording, because only a CPU knows them: which L1 table
 * Xen's linear read has found, and which entry a write of the guest was for that faulted. A call is
 * done to its end, or to the next request of its batch, before another CPU's begins. The machine
 * belongs to one thread.
 */
public final class ReplayMachine {
    /** Frames that a machine can have: their numbers fit the words of the state. */
    public static final int MOST_FRAMES = 1 << 23;

    /** CPUs that a machine can have: bits of a dirty mask. */
    public static final int MOST_CPUS = 16;

    private static final int SLOTS = 512;
    private static final int DOM0 = 0;

    private final Machine machine;
    private final Hypervisor xen;
    private final TableRoom room;
    private final AliveBefore before;
    private final int[] actions;
    private Observer observer = Observer.NONE;
    private long[] s;

    /**
     * @param frames 1..{@link #MOST_FRAMES}; frames above are those of devices
     * @param cpus 1..{@link #MOST_CPUS}
     * @param xpti whether dom0 runs on root copies
     * @param pcid whether it does so under PCIDs of its own
     */
    public ReplayMachine(int frames, int cpus, boolean xpti, boolean pcid, Policy policy) {
        machine = machine(frames, cpus, xpti, pcid);
        Layout layout = new Layout(machine);
        xen = new Hypervisor(layout, new NoCaches(layout.geometry()), policy);
        room = new TableRoom(layout);
        actions = new int[xen.actionCount()];
        s = new long[layout.length()];
        for (int mfn = 0; mfn < frames; mfn++) {
            xen.pages().allocate(s, mfn, DOM0);
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            xen.cpus().setKernelBase(s, cpu, -1);
            xen.cpus().setUserBase(s, cpu, -1);
            s[layout.geometry().cr4(cpu)] = pcid ? CR4_PCIDE : machine.globalPages ? CR4_PGE : 0;
            xen.pages().flushed(s, cpu);
        }
        before = new AliveBefore(xen);
    }

    private static Machine machine(int frames, int cpus, boolean xpti, boolean pcid) {
        Machine.Builder builder =
                Machine.builder()
                        .replays()
                        .cpus(cpus)
                        .frames(frames)
                        .slots(IntStream.range(0, SLOTS).toArray())
                        .xpti(xpti)
                        .pcid(pcid)
                        .batches(true)
                        .history(false)
                        .domain(DOM0, true, true);
        for (int cpu = 0; cpu < cpus; cpu++) {
            builder.allowOn(cpu, new TlbFlush(new Operation.Scope.Local())); // to be replaced
        }
        return builder.build();
    }

    public Hypervisor hypervisor() {
        return xen;
    }

    /** The state now; changes with every call, and may move. */
    public long[] state() {
        return s;
    }

    /** Hears everything that happens inside of calls from now on. */
    public void observe(Observer by) {
        observer = by;
    }

    /** Who answers what an ideal policy asks. */
    public void setReach(Reach by) {
        xen.mmuUpdate().setReach(by);
    }

    /** What was there before the recording began; frames that it names must have been placed. */
    public AliveBefore before() {
        return before;
    }

    /** The entry in a slot of a frame; 0 for frames without room. */
    public long entry(int mfn, int slot) {
        return mfn < machine.frames ? xen.layout().geometry().read(s, mfn, slot) : 0;
    }

    /** Gives a frame room for entries; it is a table, or will be. */
    public void place(int mfn) {
        s = room.give(s, mfn);
    }

    /** A frame is a table no longer, and what it holds does not matter. */
    public void forget(int mfn) {
        room.take(s, mfn);
    }

    // What the guest does.

    /** One request of the MMU_UPDATE that the CPU is in, or that it begins with this. */
    public void request(int cpu, MmuUpdateRequest request) {
        xen.mmuUpdate().expectMore(true);
        call(cpu, request);
    }

    /** No more requests come: the end of an invocation, if one is still in progress. */
    public void endInvocation(int cpu) {
        if (xen.cpus().stage(s, cpu) == Stage.BATCH) {
            xen.mmuUpdate().expectMore(false);
            perform(cpu, xen.endBatch());
            finish(cpu);
        }
    }

    /** UPDATE_VA_MAPPING that has found this L1 table. */
    public void updateVaMapping(int cpu, int l1, UpdateVaMappingCall call) {
        xen.recordedReads().willFind(l1);
        call(cpu, call);
    }

    /** Another hypercall, or one operation of it. */
    public void call(int cpu, Operation operation) {
        enter(cpu);
        xen.operations().replace(cpu, operation);
        perform(cpu, cpu); // the number of the one operation that is its own
        finish(cpu);
    }

    /** The guest writes to an entry of an L1 table, and Xen emulates it (ptwr). */
    public void write(int cpu, int table, int slot, long value) {
        enter(cpu);
        VirtualAddress va = VirtualAddress.of(0); // the recording tells what it maps
        xen.operations().replace(cpu, new Access(AccessKind.WRITE, false, va, slot, value));
        xen.cpus().setOperation(s, cpu, cpu);
        xen.cpus().setCallTable(s, cpu, table);
        xen.cpus().setStage(s, cpu, Stage.PTWR_LOCK);
        finish(cpu);
    }

    /** The vCPU goes from its kernel to its user mode, or back. */
    public void toggle(int cpu) {
        if (xen.cpus().inUserMode(s, cpu)) {
            xen.operations().replace(cpu, new Syscall());
            perform(cpu, cpu);
            finish(cpu);
        } else {
            call(cpu, new Iret());
            leave(cpu);
        }
    }

    /** Guest to Xen; nothing if the CPU is in Xen. */
    private void enter(int cpu) {
        if (xen.cpus().stage(s, cpu) == Stage.GUEST) {
            perform(cpu, xen.switchMode());
        }
    }

    /** Xen to guest, at the end of a hypercall or a multicall; nothing if it is there. */
    public void leave(int cpu) {
        if (xen.cpus().stage(s, cpu) == Stage.IDLE) {
            perform(cpu, xen.switchMode());
        }
    }

    /** Goes on to the end of the call, or to where the next request of its batch is awaited. */
    private void finish(int cpu) {
        Stage stage = xen.cpus().stage(s, cpu);
        while (stage != Stage.IDLE && stage != Stage.GUEST && stage != Stage.BATCH) {
            if (stage == Stage.DROP) {
                xen.mmuUpdate().expectMore(false); // the rest comes as a call of its own
            }
            if (xen.actions(s, cpu, actions) == 0) {
                throw new IllegalStateException("CPU %d is stuck at %s".formatted(cpu, stage));
            }
            perform(cpu, actions[0]);
            stage = xen.cpus().stage(s, cpu);
        }
    }

    private void perform(int cpu, int action) {
        xen.perform(s, cpu, action, Chooser.FIRST, observer);
    }
}
