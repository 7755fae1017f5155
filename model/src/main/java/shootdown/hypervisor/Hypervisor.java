package shootdown.hypervisor;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Models;
import shootdown.hardware.TranslationCaches;
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
 * <p>Here is only what drivers call. {@link Wiring} connects the classes of which Xen is made,
 * {@link Actions} knows what a CPU can do, {@link Calls} hands an operation to its class, {@link
 * Stages} goes on with it, and {@link Crossing} enters and leaves.
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

    private final Wiring xen;
    private final Alphabet operations;
    private final TranslationCaches caches;
    private final Events events;
    private final EntryStore entries;
    private final Actions actions;
    private final Calls calls;
    private final Crossing crossing;
    private final Stages stages;
    private @Nullable Interrupt unhandled;

    public Hypervisor(Layout layout, TranslationCaches caches, Policy policy) {
        this(layout, caches, policy, null);
    }

    /**
     * @param compared a second policy that is asked whatever the first is asked, to compare
     */
    public Hypervisor(
            Layout layout, TranslationCaches caches, Policy policy, @Nullable Policy compared) {
        xen = new Wiring(layout, caches, policy, compared);
        operations = xen.operations;
        this.caches = caches;
        events = xen.events;
        entries = xen.entries;
        actions = new Actions(xen);
        calls = new Calls(xen);
        crossing = new Crossing(xen);
        stages = new Stages(xen, calls, crossing);
    }

    /** The same from now on, noting what the policy is asked and decides. */
    public Hypervisor noting(Decisions decisions) {
        xen.mmuUpdate.setDecisions(decisions);
        return this;
    }

    public Layout layout() {
        return xen.layout;
    }

    public PageInfo pages() {
        return xen.pages;
    }

    public CpuState cpus() {
        return xen.cpus;
    }

    /** The descriptor tables of the vCPUs. */
    public SegmentState segments() {
        return xen.segments;
    }

    public UndoLog log() {
        return xen.log;
    }

    /** What the calls of programs have given the guest. */
    public Results results() {
        return xen.results;
    }

    /** Whether the program of a CPU is over; also where there is none. */
    public boolean programDone(long[] s, int cpu) {
        return !xen.programs.runs(cpu) || xen.programs.isDone(s, cpu);
    }

    /** Whether a CPU is back in its guest with the calls before this one done. */
    public boolean hasReached(long[] s, int cpu, int call) {
        return xen.programs.hasReached(s, cpu, call);
    }

    /** The operation that the program of a CPU begins when it goes on, or null if none. */
    public @Nullable Operation next(long[] s, int cpu) {
        boolean begins = xen.programs.runs(cpu) && xen.programs.decides(s, cpu);
        int op = begins ? xen.programs.peek(s, cpu) : Programs.NONE;
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
        s[xen.layout.geometry().entry(mfn, slot)] = value;
        caches.memoryChanged(s);
    }

    Programs programs() {
        return xen.programs;
    }

    public TranslationCaches caches() {
        return caches;
    }

    /** Whether the remote part of a flush is left to a hypervisor below Xen. */
    public boolean isAssisted(long[] s, int cpu) {
        return xen.flushing.isAssisted(s, cpu);
    }

    /** Who asked for the flush that a CPU is carrying out; it must be in one. */
    public Observer.FlushSource flushSource(long[] s, int cpu) {
        return xen.flushing.source(s, cpu);
    }

    /** An entry as a CPU sees it: with what it has stored, but others do not see yet. */
    public long seen(long[] s, int cpu, int mfn, int slot) {
        return entries.seen(s, cpu, mfn, slot);
    }

    /** Whether a CPU is carrying out a flush that its guest asked for. */
    public boolean isGuestFlush(long[] s, int cpu) {
        return entries.isGuestFlush(s, cpu);
    }

    /** The CPUs that may have tables of a domain loaded ({@code dirty_cpumask}). */
    public long dirtyMask(long[] s, int domid) {
        return Domain.dirtyMask(s, xen.layout.domain(domid));
    }

    // Action numbers.

    /** Begin an operation: its own number. Enter or leave Xen: this. */
    public int switchMode() {
        return actions.switchMode();
    }

    public int endBatch() {
        return actions.endBatch();
    }

    public int goOn() {
        return actions.goOn();
    }

    /** The flush of the plan in progress on {@code target}. */
    public int serve(int target) {
        return actions.serve(target);
    }

    /** The same, getting lost. */
    public int lose(int target) {
        return actions.lose(target);
    }

    /** Whether an action is a flush that gets lost. */
    public boolean isLoss(int action) {
        return action >= lose(0) && action < preempt();
    }

    /** Preempt the call in progress; only on machines with preemption, as the next. */
    public int preempt() {
        return actions.preempt();
    }

    /** An interrupt handler of the guest begins before a continuation, or ends. */
    public int interrupt() {
        return actions.interrupt();
    }

    /** What the CPU has stored reaches memory; only on machines with store buffers. */
    public int drain() {
        return actions.drain();
    }

    /** Number of different actions of a CPU. */
    public int actionCount() {
        return actions.count();
    }

    // What a CPU can do now.

    /**
     * Lists the actions that {@code cpu} can take, ascending.
     *
     * @param out receives them; {@link #actionCount} is always enough
     * @return how many
     */
    public int actions(long[] s, int cpu, int[] out) {
        return actions.list(s, cpu, out);
    }

    /**
     * Whether a CPU is in Xen between sub-calls, so that another may begin: not in a multicall that
     * has left for user mode, which ends there (XSA-213).
     */
    public boolean mayCall(long[] s, int cpu) {
        return actions.mayCall(s, cpu);
    }

    // Doing it.

    /**
     * Takes one step.
     *
     * @param s the state, changed in place
     * @param action one of {@link #actions}
     */
    public void perform(long[] s, int cpu, int action, Chooser chooser, Observer observer) {
        act(s, cpu, action, chooser, observer);
        stages.advance(s, cpu);
        if (entries.hasChanged()) {
            caches.tablesChanged(s, entries.changed());
            entries.forgetChanged();
        }
        if (entries.takeBuffered()) {
            caches.memoryChanged(s, cpu);
        }
    }

    /**
     * Takes one step as {@link #perform} does, but leaves to others what is theirs, on a layout
     * that tells what is looked at: another CPU that the step interrupts has yet to {@link #handle}
     * it, whereupon this one has yet to {@link #advance}.
     *
     * @return the CPUs whose caches have yet to {@link #follow} what has changed, bit for bit
     */
    public long performAlone(long[] s, int cpu, int action, Chooser chooser, Observer observer) {
        xen.flushing.defer(true);
        act(s, cpu, action, chooser, observer);
        xen.flushing.defer(false);
        unhandled = xen.flushing.takeDeferred();
        if (unhandled == null) {
            stages.advance(s, cpu);
        }
        return behind(s, cpu);
    }

    /** The interrupt that the last step alone has left to be handled, or null. */
    public @Nullable Interrupt unhandled() {
        return unhandled;
    }

    /**
     * A CPU handles an interrupt.
     *
     * @return as {@link #performAlone}
     */
    public long handle(long[] s, Interrupt asked, Chooser chooser, Observer observer) {
        events.chooser = chooser;
        events.observer = observer;
        xen.flushing.handle(s, asked);
        return behind(s, asked.cpu());
    }

    /**
     * A CPU goes on after an interrupt that it has asked for.
     *
     * @return as {@link #performAlone}
     */
    public long advance(long[] s, int cpu, Chooser chooser, Observer observer) {
        events.chooser = chooser;
        events.observer = observer;
        stages.advance(s, cpu);
        return behind(s, cpu);
    }

    /** The caches of a CPU follow what has changed in memory. */
    public void follow(long[] s, int cpu) {
        caches.memoryChanged(s, cpu);
    }

    /** Lets caches follow that were looked at; returns the CPUs with the others. */
    private long behind(long[] s, int cpu) {
        if (!entries.hasChanged()) {
            return 0;
        }
        entries.forgetChanged();
        long looked = xen.layout.looked().caches() | 1L << cpu;
        for (long left = looked; left != 0; left &= left - 1) {
            follow(s, Long.numberOfTrailingZeros(left));
        }
        return (1L << xen.layout.geometry().cpus()) - 1 & ~looked;
    }

    private void act(long[] s, int cpu, int action, Chooser chooser, Observer observer) {
        events.chooser = chooser;
        events.observer = observer;
        if (action < operations.size()) {
            calls.begin(s, cpu, action);
        } else if (action == switchMode()) {
            crossing.switchMode(s, cpu);
        } else if (action == endBatch()) {
            xen.cpus.setStage(s, cpu, Stage.INVOCATION_END);
        } else if (action == goOn()) {
            stages.goOn(s, cpu);
        } else if (action == drain()) {
            entries.drain(s, cpu);
        } else if (action == preempt()) {
            xen.preemption.preempt(s, cpu);
        } else if (action == interrupt()) {
            xen.preemption.interrupt(s, cpu);
        } else {
            boolean lost = action >= lose(0);
            if (lost) {
                Domain.setFlushLost(s);
            }
            xen.flushing.serve(s, cpu, action - (lost ? lose(0) : serve(0)), lost);
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
        crossing.crossOver(s, cpu);
    }

    /** Number of the linear page through which Xen reads an entry for the call, or -1. */
    public int window(long[] s, int cpu) {
        return xen.current.window(s, cpu);
    }

    /**
     * Whether a grant map is still there.
     *
     * @param handle the place of a map among those that succeeded
     */
    public boolean isMapped(long[] s, int handle) {
        return xen.grants.isLive(s, handle);
    }

    /** The references of grants that are mapped for devices: frame, and whether it is writable. */
    public void forEachDeviceMap(long[] s, ReferenceVisitor visitor) {
        xen.grants.forEachDeviceMap(s, visitor);
    }

    /** Whether a domain's maps of grants hold a frame, also while one of them is taken back. */
    public boolean isGrantHeld(long[] s, int domid, int mfn) {
        return xen.grants.isHeld(s, domid, mfn);
    }

    Grants grants() {
        return xen.grants;
    }

    MmuExt mmuExt() {
        return xen.mmuExt;
    }

    PageTypes types() {
        return xen.types;
    }

    EntryReferences refs() {
        return xen.refs;
    }

    MmuUpdate mmuUpdate() {
        return xen.mmuUpdate;
    }

    Alphabet operations() {
        return operations;
    }

    RecordedReads recordedReads() {
        return (RecordedReads) xen.linear;
    }

    GuestEntry entry() {
        return xen.entry;
    }
}
