package shootdown.hypervisor;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Models;
import shootdown.hardware.TranslationCaches;
import shootdown.hypervisor.Operation.GuestRead;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.policy.Policy;

/**
 * Xen with PV domains, as a machine of steps.
 *
 * <h2>Overview</h2>
 *
 * A step is what one CPU does without another being able to act in between; the {@link Stage} of a
 * CPU tells where it is. In {@link Stage#IDLE}, {@link Stage#GUEST} and {@link Stage#BATCH} a
 * driver chooses what the guest does next; everywhere else the CPU goes on with its call, or waits.
 * {@link #actions} lists what a CPU can do now, {@link #perform} does one of these, and asks its
 * {@link Chooser} where an access has several possible results.
 *
 * <p>A CPU with a program ({@link Machine#program}) has nothing to choose: it enters Xen, leaves
 * it, or goes on.
 *
 * <p>Action numbers: 0..n-1 begin operation i of the machine; then {@link #switchMode}, {@link
 * #endBatch}, {@link #goOn}; then for each CPU t the flush of the current plan on t, and the same
 * getting lost.
 *
 * <p>Changes states in place. Not thread-safe: one instance for each thread.
 */
@Models(
        value = "hypercalls, multicall.c: do_multicall",
        simplified =
                "a CPU between sub-calls may begin another or leave, which "
                        + "covers multicalls of every length")
public final class Hypervisor {
    /** How many grants a run may map. */
    public static final int MOST_GRANT_MAPS = GrantTable.HANDLES;

    private final Layout layout;
    private final Machine machine;
    private final Alphabet operations;
    private final TranslationCaches caches;
    private final PageInfo pages;
    private final CpuState cpus;
    private final UndoLog log;
    private final Events events = new Events();
    private final EntryStore entries;
    private final Flushing flushing;
    private final GuestEntry entry;
    private final EntryReferences refs;
    private final LinearReads linear;
    private final PageTypes types;
    private final MmuUpdate mmuUpdate;
    private final UpdateVaMapping updateVaMapping;
    private final MmuExt mmuExt;
    private final GuestAccess guestAccess;
    private final GuestFlush guestFlush;
    private final Grants grants;
    private final Reservations reservations;
    private final Results results;
    private final ForeignDomains domains;
    private final Programs programs;
    private final SegmentState segments;
    private final DescriptorTables descriptors;
    private final LoadSegment loadSegment;
    private final Ptwr ptwr;
    private final AccessInstruction accesses;
    private final PrivilegedInstructions privileged;
    private final UserMode userMode;
    private final FaultWalk faultWalk;
    private final Preemption preemption;
    private final Scheduler scheduler;
    private final Toolstack toolstack;
    private final long[] owedAfter;

    public Hypervisor(Layout layout, TranslationCaches caches, Policy policy) {
        this(layout, caches, policy, null);
    }

    /**
     * @param compared a second policy that is asked whatever the first is asked, to compare
     */
    public Hypervisor(
            Layout layout, TranslationCaches caches, Policy policy, @Nullable Policy compared) {
        this.layout = layout;
        this.machine = layout.machine();
        this.operations = new Alphabet(machine, layout.geometry().keys());
        this.caches = caches;
        pages = new PageInfo(layout);
        cpus = new CpuState(layout);
        log = new UndoLog(layout);
        results = new Results(layout);
        domains = new ForeignDomains(machine, cpus);
        programs = new Programs(layout, operations, cpus, results, domains, events);
        entries = new EntryStore(layout, pages, cpus, log, events);
        FlushLocal flushLocal = new FlushLocal(layout, pages, cpus, caches, events, entries);
        entry = new GuestEntry(layout, cpus, caches, flushLocal, events);
        ContextSwitch contextSwitch = new ContextSwitch(layout, cpus, flushLocal, entry, events);
        flushing = new Flushing(layout, cpus, flushLocal, entry, contextSwitch, events);
        scheduler = new Scheduler(layout, cpus, operations, flushing, contextSwitch);
        EntryRules rules = new EntryRules(machine);
        refs = new EntryReferences(layout, pages, cpus, rules, entries);
        types = new PageTypes(layout, pages, cpus, rules, entries, refs, flushing, events);
        ModEntry mod = new ModEntry(rules, entries, types, refs, cpus, pages, machine);
        mmuUpdate =
                new MmuUpdate(
                        layout,
                        pages,
                        cpus,
                        domains,
                        programs,
                        entries,
                        types,
                        refs,
                        mod,
                        flushing,
                        flushLocal,
                        events,
                        policy,
                        compared);
        guestFlush = new GuestFlush(layout, cpus, flushing);
        linear =
                machine.replays
                        ? new RecordedReads(layout, entries, caches, events)
                        : new LinearReads(layout, entries, caches, events);
        updateVaMapping =
                new UpdateVaMapping(layout, pages, cpus, domains, linear, types, mod, guestFlush);
        segments = new SegmentState(layout);
        descriptors =
                new DescriptorTables(layout, cpus, pages, entries, refs, types, segments, flushing);
        mmuExt =
                new MmuExt(
                        layout, pages, cpus, entries, types, refs, entry, guestFlush, descriptors);
        reservations = new Reservations(layout, pages, cpus);
        grants =
                new Grants(
                        layout, pages, cpus, results, entries, rules, refs, types, flushing, linear,
                        events);
        Traps traps = new Traps(cpus, results, events);
        loadSegment =
                new LoadSegment(
                        layout, cpus, pages, entries, types, segments, linear, entry, traps);
        ptwr = new Ptwr(layout, cpus, pages, entries, refs, types, linear, traps, events);
        accesses =
                new AccessInstruction(
                        layout, cpus, pages, entries, caches, entry, traps, ptwr, results, events);
        userMode = new UserMode(cpus, entry, traps, linear);
        faultWalk = new FaultWalk(layout, pages, cpus, entries, caches, entry, traps);
        privileged = new PrivilegedInstructions(cpus, entry, mmuExt, traps);
        guestAccess = new GuestAccess(layout, pages, entries, caches, events);
        preemption = new Preemption(layout, cpus, types, programs);
        toolstack = new Toolstack(layout, pages, cpus, entries, refs, flushing, scheduler);
        owedAfter = new PoliteGuest(machine).owedAfter();
    }

    public Layout layout() {
        return layout;
    }

    public PageInfo pages() {
        return pages;
    }

    public CpuState cpus() {
        return cpus;
    }

    /** The descriptor tables of the vCPUs. */
    public SegmentState segments() {
        return segments;
    }

    public UndoLog log() {
        return log;
    }

    /** What the calls of programs have given the guest. */
    public Results results() {
        return results;
    }

    /** Whether the program of a CPU is over; also where there is none. */
    public boolean programDone(long[] s, int cpu) {
        return !programs.runs(cpu) || programs.isDone(s, cpu);
    }

    /** Whether a CPU is back in its guest with the calls before this one done. */
    public boolean hasReached(long[] s, int cpu, int call) {
        return programs.hasReached(s, cpu, call);
    }

    /** The operation that the program of a CPU begins when it goes on, or null if none. */
    public @Nullable Operation next(long[] s, int cpu) {
        boolean begins = programs.runs(cpu) && programs.decides(s, cpu);
        int op = begins ? programs.peek(s, cpu) : Programs.NONE;
        return op == Programs.NONE ? null : operations.get(op);
    }

    /** The operation with this number: those that are allowed, then those of the programs. */
    public Operation operation(int number) {
        return operations.get(number);
    }

    /** The frames whose entries have changed, for the receiver to clear. */
    long[] touched() {
        return entries.touched();
    }

    /** Puts something into memory that nobody has cached yet. */
    void set(long[] s, int mfn, int slot, long value) {
        entries.touch(mfn);
        s[layout.geometry().entry(mfn, slot)] = value;
        caches.memoryChanged(s);
    }

    Programs programs() {
        return programs;
    }

    public TranslationCaches caches() {
        return caches;
    }

    /** Whether the remote part of a flush is left to a hypervisor below Xen. */
    public boolean isAssisted(long[] s, int cpu) {
        return flushing.isAssisted(s, cpu);
    }

    /** Whether a CPU is carrying out a flush that its guest asked for. */
    public boolean isGuestFlush(long[] s, int cpu) {
        return entries.isGuestFlush(s, cpu);
    }

    /** The CPUs that may have tables of a domain loaded ({@code dirty_cpumask}). */
    public long dirtyMask(long[] s, int domid) {
        return Domain.dirtyMask(s, layout.domain(domid));
    }

    /** Offset of the word of the domain that runs on a CPU. */
    private int domain(long[] s, int cpu) {
        return layout.domain(cpus.domain(s, cpu));
    }

    private boolean isCrashed(long[] s, int cpu) {
        return Domain.crashed(s, domain(s, cpu));
    }

    // Action numbers.

    /** Begin an operation: its own number. Enter or leave Xen: this. */
    public int switchMode() {
        return operations.size();
    }

    public int endBatch() {
        return operations.size() + 1;
    }

    public int goOn() {
        return operations.size() + 2;
    }

    /** The flush of the plan in progress on {@code target}. */
    public int serve(int target) {
        return operations.size() + 3 + target;
    }

    /** The same, getting lost. */
    public int lose(int target) {
        return serve(machine.cpus) + target;
    }

    /** Preempt the call in progress; only on machines with preemption, as the next. */
    public int preempt() {
        return lose(machine.cpus);
    }

    /** An interrupt handler of the guest begins before a continuation, or ends. */
    public int interrupt() {
        return preempt() + 1;
    }

    /** What the CPU has stored reaches memory; only on machines with store buffers. */
    public int drain() {
        return interrupt() + 1;
    }

    /** Number of different actions of a CPU. */
    public int actionCount() {
        return drain() + 1;
    }

    // What a CPU can do now.

    /**
     * Lists the actions that {@code cpu} can take, ascending.
     *
     * @param out receives them; {@link #actionCount} is always enough
     * @return how many
     */
    public int actions(long[] s, int cpu, int[] out) {
        int n = callActions(s, cpu, out);
        if (entries.buffer().isFull(s, cpu)) {
            out[n++] = drain();
        }
        return n;
    }

    private int callActions(long[] s, int cpu, int[] out) {
        if (isCrashed(s, cpu)) {
            return 0;
        }
        if (programs.runs(cpu) && programs.decides(s, cpu)) {
            return programActions(s, cpu, out);
        }
        return switch (cpus.stage(s, cpu)) {
            case IDLE -> idleActions(s, cpu, out);
            case GUEST -> {
                int n = guestActions(s, cpu, out);
                if (!cpus.inUserMode(s, cpu)) { // hypercalls are the kernel's
                    out[n++] = switchMode();
                }
                yield orInterrupt(s, cpu, true, out, n);
            }
            case BATCH -> {
                int n = requests(s, cpu, out);
                out[n] = endBatch();
                yield orPreempt(s, cpu, out, n + 1);
            }
            case FLUSHING -> flushActions(s, cpu, out);
            case UVM_LOCK -> goOnIf(updateVaMapping.canLock(s, cpu), out);
            case GRANT_ENTRY -> goOnIf(grants.canLock(s, cpu), out);
            case PTWR_LOCK -> goOnIf(ptwr.canLock(s, cpu), out);
            case TYPE_WAIT -> goOnIf(!types.isWaiting(s, cpu), out);
            case DROP -> goOnIf(!types.dropOfParkedWaits(s, cpu), out);
            case PAUSE_WAIT ->
                    goOnIf(scheduler.isAsleep(s, Scheduler.paused(control(s, cpu))), out);
            case TYPE_VALIDATE,
                    TYPE_PUBLISH,
                    CONTEXT_SWITCH,
                    SWITCH_TABLES,
                    SWITCH_DONE,
                    PAUSED,
                    ALLOCATED,
                    UVM_MODIFY,
                    STORED,
                    GRANT_FIND,
                    GRANT_UNMAPPED,
                    USER,
                    FAULT_READ,
                    FAULT_WALK,
                    PTWR_MODIFY,
                    INVOCATION_END,
                    INVOCATION_DONE,
                    CONTINUATION_LEAVE,
                    RETURN ->
                    goOnIf(true, out);
            case CONTINUATION_GUEST -> orInterrupt(s, cpu, true, out, goOnIf(true, out));
        };
    }

    /** A program leaves no choice. */
    private int programActions(long[] s, int cpu, int[] out) {
        if (programs.isDone(s, cpu)) {
            return 0;
        }
        if (programs.switchesMode(s, cpu)) {
            out[0] = switchMode();
            return 1;
        }
        int op = programs.peek(s, cpu);
        int n = goOnIf(op == Programs.NONE || canBegin(s, cpu, op, true), out);
        return orPreempt(s, cpu, out, n);
    }

    private int orPreempt(long[] s, int cpu, int[] out, int n) {
        out[n] = preempt();
        return preemption.isPossible(s, cpu) ? n + 1 : n;
    }

    private int orInterrupt(long[] s, int cpu, boolean inGuest, int[] out, int n) {
        out[n] = interrupt();
        return preemption.mayInterrupt(s, cpu, inGuest) ? n + 1 : n;
    }

    private int goOnIf(boolean enabled, int[] out) {
        out[0] = goOn();
        return enabled ? 1 : 0;
    }

    private int idleActions(long[] s, int cpu, int[] out) {
        if (cpus.current(s, cpu) < 0) {
            return schedulingActions(s, cpu, out);
        }
        if (!mayCall(s, cpu)) {
            out[0] = switchMode();
            return 1;
        }
        long owed = cpus.owed(s, cpu);
        int caller = cpus.domain(s, cpu);
        boolean inGuest = !leavingMatters(s, cpu);
        int n = 0;
        for (int op = 0; op < operations.size(); op++) {
            boolean asked =
                    owed == 0 ? operations.isAllowed(op, cpu, caller) : (owed >>> op & 1) != 0;
            if (asked && mayTouch(s, op, caller) && canBegin(s, cpu, op, inGuest)) {
                out[n++] = op;
            }
        }
        if (leavingMatters(s, cpu)) {
            out[n++] = switchMode();
        }
        if (preemption.canDrop(s, cpu)) {
            out[n++] = goOn();
        }
        return orInterrupt(s, cpu, inGuest, out, n);
    }

    private boolean leavingMatters(long[] s, int cpu) {
        return machine.entryMatters() || cpus.exitFlags(s, cpu) != 0 || cpus.inUserMode(s, cpu);
    }

    /**
     * Whether a CPU is in Xen between sub-calls, so that another may begin: not in a multicall that
     * has left for user mode, which ends there (XSA-213).
     */
    public boolean mayCall(long[] s, int cpu) {
        return cpus.stage(s, cpu) == Stage.IDLE
                && (!cpus.inUserMode(s, cpu) || machine.has(Defect.CALLS_GO_ON_IN_USER_MODE));
    }

    private boolean mayTouch(long[] s, int op, int caller) {
        return toolstack.mayTouch(s, caller, operations.about(op, caller));
    }

    /** Of an idle CPU only the scheduler asks anything. */
    private int schedulingActions(long[] s, int cpu, int[] out) {
        int caller = cpus.domain(s, cpu);
        int n = 0;
        for (int op = 0; op < operations.size(); op++) {
            if (operations.when(op) == Alphabet.When.CONTROL
                    && operations.isAllowed(op, cpu, caller)
                    && canBegin(s, cpu, op, false)) {
                out[n++] = op;
            }
        }
        return n;
    }

    private boolean canBegin(long[] s, int cpu, int op, boolean inGuest) {
        if (dropsParked(operations.get(op)) && preemption.mustDropFirst(s, cpu)) {
            return false;
        }
        return switch (operations.when(op)) {
            case ALWAYS -> true;
            case NEVER -> false;
            case IN_GUEST -> inGuest && !cpus.inUserMode(s, cpu);
            case IN_USER_MODE -> inGuest && cpus.inUserMode(s, cpu);
            case CONTROL -> toolstack.canBegin(s, cpu, (Operation.Control) operations.get(op));
            case TABLE_UNLOCKED -> mmuUpdate.canBegin(s, (MmuUpdateRequest) operations.get(op));
            case DROP_POSSIBLE -> mmuExt.canUnpin(s, cpu, (Unpin) operations.get(op));
            case STORE_POSSIBLE ->
                    inGuest
                            && guestAccess.canWrite(
                                    s,
                                    cpu,
                                    (GuestWrite) operations.get(op),
                                    operations.address(op));
            case FAULT_POSSIBLE ->
                    inGuest
                            && !cpus.inUserMode(s, cpu)
                            && faultWalk.canBegin(
                                    s,
                                    cpu,
                                    ((Operation.FaultingWrite) operations.get(op)).va(),
                                    operations.address(op));
        };
    }

    private int guestActions(long[] s, int cpu, int[] out) {
        int caller = cpus.domain(s, cpu);
        int n = 0;
        for (int op = 0; op < operations.size(); op++) {
            Alphabet.When when = operations.when(op);
            boolean guest =
                    when == Alphabet.When.STORE_POSSIBLE
                            || when == Alphabet.When.FAULT_POSSIBLE
                            || when == Alphabet.When.IN_GUEST
                            || when == Alphabet.When.IN_USER_MODE;
            if (guest && operations.isAllowed(op, cpu, caller) && canBegin(s, cpu, op, true)) {
                out[n++] = op;
            }
        }
        return n;
    }

    private int requests(long[] s, int cpu, int[] out) {
        int caller = cpus.domain(s, cpu);
        int n = 0;
        for (int op = 0; op < operations.size(); op++) {
            if (operations.when(op) == Alphabet.When.TABLE_UNLOCKED
                    && operations.isAllowed(op, cpu, caller)
                    && operations.about(op, caller) == cpus.ptOwner(s, cpu)
                    && mayTouch(s, op, caller)
                    && canBegin(s, cpu, op, true)) {
                out[n++] = op;
            }
        }
        return n;
    }

    private int flushActions(long[] s, int cpu, int[] out) {
        long ready = flushing.ready(s, cpu);
        int n = 0;
        for (long left = ready; left != 0; left &= left - 1) {
            out[n++] = serve(Long.numberOfTrailingZeros(left));
        }
        if (machine.losesOneFlush && !Domain.flushLost(s) && flushing.isPolicyFlush(s, cpu)) {
            for (long left = ready; left != 0; left &= left - 1) {
                out[n++] = lose(Long.numberOfTrailingZeros(left));
            }
        }
        return n;
    }

    // Doing it.

    /**
     * Takes one step.
     *
     * @param s the state, changed in place
     * @param action one of {@link #actions}
     */
    public void perform(long[] s, int cpu, int action, Chooser chooser, Observer observer) {
        events.chooser = chooser;
        events.observer = observer;
        if (action < operations.size()) {
            begin(s, cpu, action);
        } else if (action == switchMode()) {
            switchMode(s, cpu);
        } else if (action == endBatch()) {
            cpus.setStage(s, cpu, Stage.INVOCATION_END);
        } else if (action == goOn()) {
            goOn(s, cpu);
        } else if (action == drain()) {
            entries.drain(s, cpu);
        } else if (action == preempt()) {
            preemption.preempt(s, cpu);
        } else if (action == interrupt()) {
            preemption.interrupt(s, cpu);
        } else {
            boolean lost = action >= lose(0);
            if (lost) {
                Domain.setFlushLost(s);
            }
            flushing.serve(s, cpu, action - (lost ? lose(0) : serve(0)), lost);
        }
        advance(s, cpu);
        if (entries.hasChanged()) {
            caches.tablesChanged(s, entries.changed());
            entries.forgetChanged();
        }
        if (entries.takeBuffered()) {
            caches.memoryChanged(s, cpu);
        }
    }

    /**
     * Takes a step, and leaves out some of the flags of the policy's flushes in it: to see what
     * these flags change.
     */
    public void performWithout(int flags, long[] s, int cpu, int action, Chooser chooser) {
        events.withheld = flags;
        perform(s, cpu, action, chooser, Observer.NONE);
        events.withheld = 0;
    }

    /**
     * Enters or leaves Xen whatever the CPU is doing: to see what it could use on the other side.
     * No step of the machine; for copies of states.
     */
    public void crossOver(long[] s, int cpu) {
        events.observer = Observer.NONE;
        if (cpus.inGuest(s, cpu)) {
            entry.enter(s, cpu);
        } else {
            entry.leave(s, cpu);
        }
    }

    private void begin(long[] s, int cpu, int op) {
        Operation operation = operations.get(op);
        if (operation instanceof GuestWrite write) {
            guestAccess.write(s, cpu, write, operations.address(op));
            return;
        }
        if (operation instanceof GuestRead) {
            guestAccess.read(s, cpu, operations.address(op));
            return;
        }
        entries.locked(s, cpu);
        if (operation instanceof Operation.Instruction instruction) {
            beginInstruction(s, cpu, op, instruction);
            return;
        }
        cpus.setOperation(s, cpu, op);
        if (cpus.parked(s, cpu) >= 0 && dropsParked(operation)) {
            types.dropParked(s, cpu);
        }
        int caller = cpus.domain(s, cpu);
        int about = operations.about(op, caller);
        if (about != caller) {
            cpus.setOwners(s, cpu, about, about);
        }
        switch (operation) {
            case MmuUpdateRequest r -> mmuUpdate.begin(s, cpu, r);
            case UpdateVaMappingCall u -> updateVaMapping.begin(s, cpu, u, operations.window(op));
            case Pin p -> mmuExt.pin(s, cpu, p);
            case Unpin u -> mmuExt.unpin(s, cpu, u);
            case NewBaseptr b -> mmuExt.newBaseptr(s, cpu, b);
            case NewUserBaseptr b -> mmuExt.newUserBaseptr(s, cpu, b);
            case TlbFlush t -> mmuExt.tlbFlush(s, cpu, t);
            case Invlpg i -> mmuExt.invlpg(s, cpu, i, operations.address(op));
            case GuestRead r -> throw new AssertionError(r);
            case GuestWrite w -> throw new AssertionError(w);
            case LinearL1Read r -> throw new IllegalArgumentException("not an operation: " + r);
            case Operation.FlushCache f -> mmuExt.flushCache(s, cpu, f);
            case Operation.ClearPage c -> mmuExt.clearPage(s, cpu, c);
            case Operation.CopyPage c -> mmuExt.copyPage(s, cpu, c);
            case Operation.MarkSuper m -> cpus.returns(s, cpu, Errno.EOPNOTSUPP);
            case Operation.UnknownMmuext u -> cpus.returns(s, cpu, Errno.ENOSYS);
            case Operation.SetLdt l -> descriptors.setLdt(s, cpu, l);
            case Operation.GrantAccess g -> grants.access(s, cpu, g);
            case Operation.MapGrant m -> grants.map(s, cpu, m);
            case Operation.UnmapGrant u -> grants.unmap(s, cpu, u.target(), u.handle());
            case Operation.UnmapAndReplace u -> grants.unmap(s, cpu, u.target(), u.handle());
            case Operation.SetGdt g -> descriptors.setGdt(s, cpu, g);
            case Operation.UpdateDescriptor d -> descriptors.updateDescriptor(s, cpu, d);
            case Operation.DecreaseReservation d -> reservations.decrease(s, cpu, d);
            case Operation.Exchange e -> reservations.exchange(s, cpu, e);
            case Operation.VmAssist a ->
                    cpus.returns(s, cpu, Domain.vmAssist(s, domain(s, cpu), a));
            case Operation.Iret i -> userMode.iret(s, cpu);
            case Operation.Control c -> toolstack.begin(s, cpu, c);
            case Operation.Instruction i -> throw new AssertionError(i);
        }
    }

    /** What a MOV to CR3 that failed has left is dropped first by the calls that drop such. */
    private static boolean dropsParked(Operation operation) {
        return operation instanceof MmuUpdateRequest
                || operation instanceof Operation.Mmuext
                || operation instanceof Operation.MovToCr3;
    }

    /** An instruction that does not enter Xen is over with this step. */
    private void beginInstruction(long[] s, int cpu, int op, Operation.Instruction instruction) {
        Stage before = cpus.stage(s, cpu);
        cpus.setOperation(s, cpu, op);
        switch (instruction) {
            case Operation.Access a -> accesses.begin(s, cpu, a, operations.address(op));
            case Operation.LoadSelector l -> loadSegment.begin(s, cpu, l);
            case Operation.MovToCr3 m -> {
                if (cpus.parked(s, cpu) >= 0) {
                    types.dropParked(s, cpu);
                }
                privileged.movToCr3(s, cpu, m);
            }
            case Operation.FaultingWrite f -> faultWalk.begin(s, cpu, operations.address(op));
            case Operation.InvlpgInstruction i -> privileged.invlpg(s, cpu);
            case Operation.Syscall c -> userMode.syscall(s, cpu);
            case Operation.LdtFault l -> userMode.ldtFault(s, cpu);
        }
        if (cpus.stage(s, cpu) == before) {
            cpus.endCall(s, cpu);
            cpus.setStage(s, cpu, before);
        }
    }

    private Operation.Access access(long[] s, int cpu) {
        return (Operation.Access) call(s, cpu);
    }

    private void switchMode(long[] s, int cpu) {
        entries.locked(s, cpu);
        if (cpus.stage(s, cpu) == Stage.GUEST) {
            entry.enter(s, cpu);
            cpus.setStage(s, cpu, Stage.IDLE);
        } else {
            entry.leave(s, cpu);
            results.left(s, cpu);
            boolean staysOut = machine.entryMatters() || cpus.inUserMode(s, cpu);
            cpus.setStage(s, cpu, staysOut ? Stage.GUEST : Stage.IDLE);
        }
    }

    private void goOn(long[] s, int cpu) {
        switch (cpus.stage(s, cpu)) {
            case TYPE_VALIDATE, TYPE_WAIT -> resume(s, cpu, types.run(s, cpu));
            case TYPE_PUBLISH -> resume(s, cpu, types.publishAfterFlush(s, cpu));
            case USER -> accesses.inUserMode(s, cpu, access(s, cpu), address(s, cpu));
            case FAULT_READ -> readForFault(s, cpu);
            case FAULT_WALK -> faultWalk.readEntry(s, cpu, (Operation.FaultingWrite) call(s, cpu));
            case PTWR_LOCK -> ptwr.lock(s, cpu, access(s, cpu));
            case PTWR_MODIFY -> ptwr.modify(s, cpu, access(s, cpu));
            case UVM_LOCK -> updateVaMapping.lock(s, cpu);
            case STORED -> stored(s, cpu);
            case GRANT_FIND -> grants.find(s, cpu, (Operation.MapGrant) call(s, cpu));
            case GRANT_ENTRY -> grants.change(s, cpu, (Operation.Grant) call(s, cpu));
            case GRANT_UNMAPPED -> grants.putUnmapped(s, cpu);
            case UVM_MODIFY -> updateVaMapping.modify(s, cpu, uvm(s, cpu), address(s, cpu));
            case SWITCH_TABLES -> scheduler.loadTables(s, cpu, (Operation.Schedule) call(s, cpu));
            case SWITCH_DONE -> scheduler.leaveMask(s, cpu);
            case PAUSE_WAIT -> scheduler.finishPause(s, cpu, Scheduler.paused(control(s, cpu)));
            case CONTINUATION_LEAVE -> {
                entry.leave(s, cpu);
                if (machine.preemption) {
                    log.clear(s, cpu); // its flush block is done: what follows is another call
                }
                cpus.setStage(s, cpu, Stage.CONTINUATION_GUEST);
            }
            case CONTINUATION_GUEST -> {
                entry.enter(s, cpu);
                if (cpus.parked(s, cpu) >= 0) {
                    cpus.setStage(s, cpu, Stage.DROP);
                } else {
                    continueCall(s, cpu);
                }
            }
            case DROP -> {
                types.dropParked(s, cpu);
                continueCall(s, cpu);
            }
            case IDLE, GUEST, BATCH -> {
                if (preemption.mustDropFirst(s, cpu)) {
                    types.dropParked(s, cpu);
                } else {
                    runProgram(s, cpu);
                }
            }
            case FLUSHING,
                    INVOCATION_END,
                    INVOCATION_DONE,
                    CONTEXT_SWITCH,
                    PAUSED,
                    ALLOCATED,
                    RETURN ->
                    throw new IllegalStateException("CPU " + cpu + " does not wait to go on");
        }
    }

    private void readForFault(long[] s, int cpu) {
        if (call(s, cpu) instanceof Operation.LoadSelector l) {
            loadSegment.findLdtPage(s, cpu, l.selector());
        } else if (call(s, cpu) instanceof Operation.LdtFault l) {
            userMode.lookUpLdtPage(s, cpu, l, window(s, cpu));
        } else {
            ptwr.read(s, cpu, access(s, cpu), window(s, cpu));
        }
    }

    private void stored(long[] s, int cpu) {
        if (call(s, cpu) instanceof MmuUpdateRequest request) {
            mmuUpdate.stored(s, cpu, request);
        } else {
            updateVaMapping.stored(s, cpu, uvm(s, cpu), address(s, cpu));
        }
    }

    /** The continuation goes on with what is left of the call. */
    private void continueCall(long[] s, int cpu) {
        boolean more = preemption.isDue(s, cpu);
        if (more) {
            cpus.setRc(s, cpu, Errno.OK);
        } else {
            more =
                    cpus.rc(s, cpu) == Errno.OK
                            && call(s, cpu) instanceof MmuUpdateRequest
                            && mmuUpdate.hasMore(s, cpu);
        }
        cpus.setStage(s, cpu, more ? Stage.BATCH : Stage.RETURN);
    }

    private void runProgram(long[] s, int cpu) {
        if (!programs.runs(cpu)) {
            throw new IllegalStateException("CPU " + cpu + " has no program");
        }
        Stage before = cpus.stage(s, cpu);
        int op = programs.next(s, cpu);
        if (op == Programs.NONE) {
            return;
        }
        begin(s, cpu, op);
        if (cpus.stage(s, cpu) == before && operations.get(op) instanceof Operation.Instruction) {
            cpus.endCall(s, cpu);
            cpus.setStage(s, cpu, before);
            programs.instructionDone(s, cpu);
        }
    }

    private Operation call(long[] s, int cpu) {
        return operations.get(cpus.operation(s, cpu));
    }

    private Operation.Control control(long[] s, int cpu) {
        return (Operation.Control) call(s, cpu);
    }

    private UpdateVaMappingCall uvm(long[] s, int cpu) {
        return (UpdateVaMappingCall) call(s, cpu);
    }

    private int address(long[] s, int cpu) {
        return operations.address(cpus.operation(s, cpu));
    }

    /** Number of the linear page through which Xen reads an entry for the call, or -1. */
    public int window(long[] s, int cpu) {
        return operations.window(cpus.operation(s, cpu));
    }

    private void resume(long[] s, int cpu, int result) {
        if (result == Errno.SUSPENDED) {
            return;
        }
        switch (call(s, cpu)) {
            case MmuUpdateRequest r -> mmuUpdate.resume(s, cpu, r, result);
            case UpdateVaMappingCall u ->
                    updateVaMapping.resume(s, cpu, u, address(s, cpu), result);
            case Pin p -> mmuExt.pinned(s, cpu, p, result);
            case NewBaseptr b -> mmuExt.newBaseptrTyped(s, cpu, b, result);
            case NewUserBaseptr b -> mmuExt.newUserBaseptrTyped(s, cpu, b, result);
            case Operation.ClearPage c -> mmuExt.cleared(s, cpu, c, result);
            case Operation.CopyPage c -> mmuExt.copied(s, cpu, c, result);
            case Operation.MapGrant m -> grants.mapTyped(s, cpu, m, result);
            case Operation.SetGdt g -> descriptors.resume(s, cpu, g, result);
            case Operation.UpdateDescriptor d -> descriptors.resume(s, cpu, d, result);
            case Operation.LoadSelector l -> loadSegment.resume(s, cpu, l.selector(), result);
            case Operation.MovToCr3 m -> privileged.resume(s, cpu, m, result);
            case Operation.Access a -> ptwr.resume(s, cpu, a, result);
            default -> throw new AssertionError(call(s, cpu)); // takes no type
        }
    }

    /** Goes through the stages that need no step of their own. */
    private void advance(long[] s, int cpu) {
        while (true) {
            switch (cpus.stage(s, cpu)) {
                case INVOCATION_END -> mmuUpdate.endInvocation(s, cpu);
                case INVOCATION_DONE -> {
                    mmuUpdate.invocationDone(s, cpu);
                    cpus.setStage(s, cpu, afterFlushBlock(s, cpu));
                }
                case CONTEXT_SWITCH ->
                        scheduler.switchContext(s, cpu, (Operation.Schedule) call(s, cpu));
                case PAUSED -> toolstack.paused(s, cpu, control(s, cpu));
                case ALLOCATED -> toolstack.give(s, cpu, control(s, cpu));
                case RETURN -> {
                    returns(s, cpu);
                    return;
                }
                case IDLE,
                        GUEST,
                        BATCH,
                        TYPE_VALIDATE,
                        TYPE_WAIT,
                        TYPE_PUBLISH,
                        FLUSHING,
                        UVM_LOCK,
                        UVM_MODIFY,
                        STORED,
                        GRANT_ENTRY,
                        GRANT_FIND,
                        GRANT_UNMAPPED,
                        USER,
                        FAULT_READ,
                        FAULT_WALK,
                        PTWR_LOCK,
                        PTWR_MODIFY,
                        CONTINUATION_LEAVE,
                        CONTINUATION_GUEST,
                        SWITCH_TABLES,
                        SWITCH_DONE,
                        PAUSE_WAIT,
                        DROP -> {
                    return;
                }
            }
        }
    }

    private Stage afterFlushBlock(long[] s, int cpu) {
        if (preemption.isDue(s, cpu)) {
            return Stage.CONTINUATION_LEAVE;
        }
        if (cpus.parked(s, cpu) < 0) {
            return Stage.RETURN;
        }
        boolean leavingMatters =
                machine.entryMatters() || machine.preemption || cpus.exitFlags(s, cpu) != 0;
        return machine.forcedContinuation && leavingMatters ? Stage.CONTINUATION_LEAVE : Stage.DROP;
    }

    private void returns(long[] s, int cpu) {
        int op = cpus.operation(s, cpu);
        int rc = cpus.rc(s, cpu);
        if (op >= 0) {
            reportGuestFlush(s, cpu, rc);
        }
        boolean instruction = op >= 0 && operations.get(op) instanceof Operation.Instruction;
        events.observer.returns(s, cpu, op, rc);
        entries.drain(s, cpu);
        log.clear(s, cpu);
        cpus.endCall(s, cpu);
        cpus.setStage(s, cpu, Stage.IDLE);
        if (instruction && !isCrashed(s, cpu)) {
            switchMode(s, cpu);
        }
        boolean resumes = op >= 0 && operations.get(op) instanceof Operation.Schedule;
        if (resumes && machine.entryMatters() && cpus.current(s, cpu) >= 0) {
            switchMode(s, cpu);
        }
        if (programs.runs(cpu)) {
            programs.returned(s, cpu, rc);
        }
        if (machine.polite) {
            long owed = cpus.owed(s, cpu) & ~(1L << op);
            cpus.setOwed(s, cpu, rc == Errno.OK ? owed | owedAfter[op] : owed);
        }
    }

    private void reportGuestFlush(long[] s, int cpu, int rc) {
        Operation call = call(s, cpu);
        Operation.Scope scope;
        if (call instanceof Invlpg i) {
            scope = i.scope();
        } else if (call instanceof TlbFlush t) {
            scope = t.scope();
        } else if (call instanceof UpdateVaMappingCall u && rc == Errno.OK && u.flushes()) {
            scope = u.scope();
        } else {
            return;
        }
        long targets = guestFlush.cpus(s, cpu, scope);
        events.observer.guestFlushReturns(s, cpu, address(s, cpu), targets);
    }

    /**
     * Whether a grant map is still there.
     *
     * @param handle the place of a map among those that succeeded
     */
    public boolean isMapped(long[] s, int handle) {
        return grants.isLive(s, handle);
    }

    /** The references of grants that are mapped for devices: frame, and whether it is writable. */
    public void forEachDeviceMap(long[] s, ReferenceVisitor visitor) {
        grants.forEachDeviceMap(s, visitor);
    }

    /** Whether a domain's maps of grants hold a frame, also while one of them is taken back. */
    public boolean isGrantHeld(long[] s, int domid, int mfn) {
        return grants.isHeld(s, domid, mfn);
    }

    Grants grants() {
        return grants;
    }

    MmuExt mmuExt() {
        return mmuExt;
    }

    PageTypes types() {
        return types;
    }

    EntryReferences refs() {
        return refs;
    }

    MmuUpdate mmuUpdate() {
        return mmuUpdate;
    }

    Alphabet operations() {
        return operations;
    }

    RecordedReads recordedReads() {
        return (RecordedReads) linear;
    }

    GuestEntry entry() {
        return entry;
    }
}
