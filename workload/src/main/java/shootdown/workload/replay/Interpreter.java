package shootdown.workload.replay;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.BaseLoad;
import shootdown.workload.trace.TraceEvent.CallBegin;
import shootdown.workload.trace.TraceEvent.CallEnd;
import shootdown.workload.trace.TraceEvent.EntryWrite;
import shootdown.workload.trace.TraceEvent.FlushRequest;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.PageFault;
import shootdown.workload.trace.TraceEvent.TableContent;
import shootdown.workload.trace.TraceEvent.TableDropped;
import shootdown.workload.trace.TraceEvent.TableValidated;
import shootdown.workload.trace.TraceEvent.Toggle;
import shootdown.workload.trace.TraceEvent.VaMapping;
import shootdown.workload.trace.TraceEvent.Via;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the events of a recording as what a machine does.
 *
 * <p>A recording tells what Xen did, in its order: the flush of a type change before the entry for
 * which it was made, the contents of a table after the request that validated it, and nothing of
 * the end of an update_va_mapping or mmuext_op. So these are put off to the next event of their CPU
 * that is no part of them.
 *
 * <p>What was there before the recording shows when it is first named: it is told to the machine
 * just before.
 */
final class Interpreter {
    /** Of the count of a table that was alive before, when nobody has recorded it. */
    private static final long MANY = 1 << 20;

    private static final int PAGE_SHIFT = 12;

    /** In the error code of a page fault. */
    private static final int USER = 4;

    /** Those whose flushes are for the CPUs of the domain's dirty mask. */
    private static final Set<String> GUEST_MEMORY =
            Set.of("do_mmu_update", "_get_page_type", "do_mmuext_op", "__do_update_va_mapping");

    /** What is open on a CPU. */
    private static final class Lane {
        boolean seen;
        boolean hasBases;
        int kernel = -1;
        int user = -1;
        boolean userMode;
        int callsLeft;
        boolean goesOn;
        @Nullable VaMapping mapping;
        @Nullable EntryWrite answer;
        @Nullable Mmuext operation;
        int partsLeft;
        long flushed;
        final List<TableDropped> dropped = new ArrayList<>();

        /** Whether a call has begun whose end is not recorded, and it is not complete. */
        boolean isOpen() {
            return mapping != null || operation != null;
        }
    }

    private final Consumer<Step> out;
    private final KnownTables known;
    private final Uses uses;
    private final Lane[] lanes;
    private final Unread unread = new Unread();

    /**
     * @param frames frames below this have tables
     * @param tlbEntries how many translations a CPU holds at most
     */
    Interpreter(int frames, int cpus, int tlbEntries, Consumer<Step> out) {
        this.out = out;
        known = new KnownTables(frames);
        uses = new Uses(cpus, tlbEntries);
        lanes = new Lane[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            lanes[cpu] = new Lane();
        }
    }

    /** What could not be read as a step, with reasons. */
    Unread unread() {
        return unread;
    }

    /** Takes in all events. */
    void all(Ahead events) {
        for (TraceEvent event = events.next(); event != null; event = events.next()) {
            Lane lane = lanes[event.cpu()];
            boolean opens = event instanceof VaMapping || event instanceof Mmuext;
            boolean part = lane.isOpen() && !Ahead.isServed(event);
            int left = opens ? events.rest(event) : lane.partsLeft - (part ? 1 : 0);
            event(event);
            lane.partsLeft = left;
            if (left <= 0 && lane.isOpen()) {
                settle(event.cpu());
            }
        }
        end();
    }

    private void event(TraceEvent event) {
        switch (event) {
            case Multicall e -> multicall(e);
            case CallBegin e -> begin(e);
            case CallEnd e -> end(e);
            case EntryWrite e -> write(e);
            case VaMapping e -> {
                settle(e.cpu());
                lanes[e.cpu()].mapping = e;
            }
            case Mmuext e -> {
                settle(e.cpu());
                lanes[e.cpu()].operation = e;
            }
            case BaseLoad e -> seen(e.cpu());
            case Toggle e -> toggle(e);
            case FlushRequest e -> requested(e);
            case TraceEvent.Flush e -> flushed(e);
            case TableValidated e -> validated(e);
            case TableContent e -> content(e);
            case TableDropped e -> lanes[e.cpu()].dropped.add(e);
            case PageFault e -> fault(e);
            case TraceEvent.LinuxBatch e -> throw stock();
            case TraceEvent.LinuxWrite e -> throw stock();
            case TraceEvent.LinuxFlush e -> throw stock();
            case TraceEvent.DirectWrite e -> throw stock();
        }
    }

    private static IllegalArgumentException stock() {
        return new IllegalArgumentException("a stock recording does not tell what Xen did");
    }

    private void end() {
        for (int cpu = 0; cpu < lanes.length; cpu++) {
            settle(cpu);
        }
    }

    // The guest comes and goes.

    private void seen(int cpu) {
        if (!lanes[cpu].seen) {
            lanes[cpu].seen = true;
            out.accept(new Step.Runs(cpu, -1, -1, false));
        }
    }

    private void multicall(Multicall e) {
        leave(e.cpu());
        lanes[e.cpu()].callsLeft = e.calls();
    }

    /** Something happens that only the guest does. */
    private void leave(int cpu) {
        settle(cpu);
        seen(cpu);
        lanes[cpu].callsLeft = 0;
        lanes[cpu].goesOn = false;
        if (lanes[cpu].hasBases) {
            out.accept(new Step.Leave(cpu));
        }
    }

    private void begin(CallBegin e) {
        int cpu = e.cpu();
        Lane lane = lanes[cpu];
        settle(cpu);
        seen(cpu);
        if (lane.goesOn) {
            lane.goesOn = false;
        } else if (lane.callsLeft > 0) {
            lane.callsLeft--;
        } else {
            leave(cpu);
        }
        bases(cpu, (int) e.kernelMfn(), e.userMfn() == 0 ? -1 : (int) e.userMfn());
    }

    private void bases(int cpu, int kernel, int user) {
        Lane lane = lanes[cpu];
        if (lane.hasBases && lane.kernel == kernel && lane.user == user && !lane.userMode) {
            return;
        }
        if (lane.hasBases) {
            unread.count(Unread.Reason.OTHER_BASES);
        }
        lane.hasBases = true;
        lane.kernel = kernel;
        lane.user = user;
        lane.userMode = false;
        meet(kernel, 4);
        if (user >= 0) {
            meet(user, 4);
        }
        out.accept(new Step.Runs(cpu, kernel, user, false));
    }

    private void toggle(Toggle e) {
        Lane lane = lanes[e.cpu()];
        leave(e.cpu());
        boolean changes = lane.userMode == e.toKernel();
        if (lane.hasBases && changes && lane.user >= 0) {
            lane.userMode = !e.toKernel();
            out.accept(new Step.Toggle(e.cpu(), e.toKernel()));
        }
    }

    private void fault(PageFault e) {
        leave(e.cpu());
        if ((e.errorCode() & USER) != 0) {
            use(e.cpu(), e.instruction() >>> PAGE_SHIFT << 1 | 1);
        }
    }

    /** Translations of the user's pages are global: a change of mode leaves them where they are. */
    private static boolean isOfUser(long entry) {
        return Pte.isPresent(entry) && (entry & Pte.GLOBAL) != 0;
    }

    private void use(int cpu, long what) {
        out.accept(uses.next(cpu, what));
    }

    // MMU_UPDATE, and writes.

    private void write(EntryWrite e) {
        int cpu = e.cpu();
        boolean answers = e.via() == Via.UPDATE_VA_MAPPING && lanes[cpu].mapping != null;
        if (!answers) {
            settle(cpu);
        }
        if (!e.ok()) {
            unread.count(Unread.Reason.PREEMPTED);
            return;
        }
        int table = frame(e.ma());
        int slot = slot(e.ma());
        if (e.level() > 0) {
            meetCounted(e, table);
            child(e.level(), table, e.value());
        } else if (known.level(table) > 0) {
            unread.count(Unread.Reason.TABLE_LOST);
            gone(table);
        }
        if (e.level() > 0 && known.firstUse(table, slot)) {
            child(e.level(), table, e.old());
            out.accept(new Step.Known(e.level(), table, slot, e.old()));
        }
        switch (e.via()) {
            case MMU_UPDATE -> request(e, table, slot);
            case TRAPPED -> {
                leave(cpu);
                out.accept(new Step.Trapped(cpu, table, slot, e.old(), e.value()));
            }
            case UPDATE_VA_MAPPING -> answer(e);
        }
        if (e.level() == 1 && isOfUser(e.value())) {
            use(cpu, e.ma());
        }
    }

    private void request(EntryWrite e, int table, int slot) {
        out.accept(
                new Step.Request(
                        e.cpu(),
                        e.level(),
                        table,
                        slot,
                        e.command(),
                        e.old(),
                        e.value(),
                        e.references()));
    }

    private void answer(EntryWrite e) {
        if (lanes[e.cpu()].mapping == null || lanes[e.cpu()].answer != null) {
            unread.count(Unread.Reason.WRITE_WITHOUT_CALL);
        } else {
            lanes[e.cpu()].answer = e;
        }
    }

    private void end(CallEnd e) {
        Lane lane = lanes[e.cpu()];
        settle(e.cpu());
        out.accept(new Step.EndInvocation(e.cpu(), e.flushedForLinear()));
        settle(e.cpu());
        lane.goesOn = e.rc() > 0;
        if (!lane.goesOn && lane.callsLeft == 0) {
            out.accept(new Step.Leave(e.cpu()));
        }
    }

    // Tables.

    private static int frame(long ma) {
        return (int) (ma >>> PAGE_SHIFT);
    }

    private static int slot(long ma) {
        return (int) (ma & 0xFFF) >>> 3;
    }

    /** A table is named; unless it is known, it must have been there before. */
    private void meet(int mfn, int level) {
        if (known.level(mfn) == level) {
            return;
        }
        if (known.level(mfn) != 0) {
            unread.count(Unread.Reason.TABLE_LOST);
            gone(mfn);
        }
        known.alive(mfn, level);
        out.accept(new Step.Alive(mfn, level, MANY, false));
    }

    /** As {@link #meet}, where the recording has its count. */
    private void meetCounted(EntryWrite e, int table) {
        meet(table, e.level());
        if (known.isOpaque(table)) {
            known.firstCount(table);
            out.accept(new Step.Alive(table, e.level(), e.references() - 1L, e.pinned()));
        }
    }

    /** The table that an entry of an upper one names. */
    private void child(int level, int table, long entry) {
        int mfn = Pte.mfn(entry);
        boolean linear = known.level(mfn) == level;
        if (level >= 2 && Pte.isPresent(entry) && mfn != table && !linear) {
            meet(mfn, level - 1);
        }
    }

    private void gone(int mfn) {
        known.gone(mfn);
        out.accept(new Step.Gone(mfn));
    }

    private void validated(TableValidated e) {
        int mfn = (int) e.mfn();
        for (int cpu = 0; cpu < lanes.length; cpu++) {
            if (lanes[cpu].dropped.stream().anyMatch(drop -> drop.mfn() == mfn)) {
                settle(cpu);
            }
        }
        if (known.level(mfn) != 0) {
            unread.count(Unread.Reason.TABLE_LOST);
            gone(mfn);
        }
        known.validated(mfn, e.level());
        out.accept(new Step.Content(e.level(), mfn, 0, 0, 0));
    }

    private void content(TableContent e) {
        int table = frame(e.ma());
        for (int i = 0; i < e.run(); i++) {
            child(e.level(), table, e.value() + ((long) i << PAGE_SHIFT));
        }
        out.accept(new Step.Content(e.level(), table, slot(e.ma()), e.value(), e.run()));
    }

    // Calls whose end is not recorded.

    private void requested(FlushRequest e) {
        for (int cpu = 0; cpu < lanes.length; cpu++) {
            if ((e.cpuMask() >>> cpu & 1) != 0 && GUEST_MEMORY.contains(e.who())) {
                seen(cpu); // it is in the dirty mask, whatever it does
            }
        }
        if (e.who().equals("do_mmu_update")) {
            recorded(e, Step.Recorded.Sender.OTHERS);
        } else if (e.who().equals("_get_page_type")) {
            recorded(e, Step.Recorded.Sender.TYPE_CHANGE);
        } else {
            lanes[e.cpu()].flushed |= e.cpuMask();
        }
    }

    private void recorded(FlushRequest e, Step.Recorded.Sender sender) {
        out.accept(new Step.Recorded(e.cpu(), sender, e.flags(), e.cpuMask()));
    }

    private void flushed(TraceEvent.Flush e) {
        if (e.who().equals("do_mmu_update")) {
            out.accept(new Step.Recorded(e.cpu(), Step.Recorded.Sender.LOCAL, e.flags(), 0));
        } else if (!e.who().equals("invalidate_interrupt")) {
            lanes[e.cpu()].flushed |= 1L << e.cpu();
        }
    }

    /** What is open on a CPU is complete now. */
    private void settle(int cpu) {
        Lane lane = lanes[cpu];
        VaMapping mapping = lane.mapping;
        EntryWrite answer = lane.answer;
        Mmuext operation = lane.operation;
        lane.mapping = null;
        lane.answer = null;
        lane.operation = null;
        if (mapping != null && answer != null) {
            out.accept(mapped(mapping, answer));
        } else if (mapping != null) {
            unread.count(Unread.Reason.CALL_WITHOUT_WRITE);
        }
        if (operation != null) {
            mmuext(operation);
        }
        lane.flushed = 0;
        for (TableDropped drop : lane.dropped) {
            gone((int) drop.mfn());
        }
        lane.dropped.clear();
    }

    /** What an update_va_mapping with these flags flushes. */
    static Flush flush(long flags) {
        return switch ((int) flags & 3) {
            case 1 -> Flush.TLB_FLUSH;
            case 2 -> Flush.INVLPG;
            case 3 -> Flush.BOTH;
            default -> Flush.NONE;
        };
    }

    private Step mapped(VaMapping call, EntryWrite answer) {
        Flush flush = flush(call.flags());
        VirtualAddress va = VirtualAddress.of(call.va());
        UpdateVaMappingCall update =
                new UpdateVaMappingCall(va, call.value(), flush, scope(call.cpu(), call.flags()));
        return new Step.VaMapping(
                call.cpu(), frame(answer.ma()), update, answer.old(), answer.value());
    }

    /** Whom a flush is for: of a set of vCPUs the recording has the CPUs that flushed. */
    private Scope scope(int cpu, long flags) {
        long where = flags & ~3L;
        if (where == 0) {
            return new Scope.Local();
        }
        return where == 4 ? new Scope.All() : new Scope.Multi(lanes[cpu].flushed);
    }

    private void mmuext(Mmuext e) {
        int cpu = e.cpu();
        int mfn = (int) e.arg1();
        switch (e.command()) {
            case PIN_L1 -> pin(cpu, 1, mfn);
            case PIN_L2 -> pin(cpu, 2, mfn);
            case PIN_L3 -> pin(cpu, 3, mfn);
            case PIN_L4 -> pin(cpu, 4, mfn);
            case UNPIN -> unpin(cpu, mfn);
            case NEW_BASEPTR -> {
                meet(mfn, 4);
                lanes[cpu].kernel = mfn;
                call(cpu, new Operation.NewBaseptr(mfn));
            }
            case NEW_USER_BASEPTR -> {
                int base = mfn == 0 ? -1 : mfn;
                if (base >= 0) {
                    meet(base, 4);
                }
                lanes[cpu].user = base;
                call(cpu, new Operation.NewUserBaseptr(base));
            }
            case TLB_FLUSH_LOCAL -> call(cpu, new Operation.TlbFlush(new Scope.Local()));
            case TLB_FLUSH_ALL -> call(cpu, new Operation.TlbFlush(new Scope.All()));
            case TLB_FLUSH_MULTI -> call(cpu, new Operation.TlbFlush(named(cpu)));
            case INVLPG_LOCAL -> invlpg(e, new Scope.Local());
            case INVLPG_ALL -> invlpg(e, new Scope.All());
            case INVLPG_MULTI -> invlpg(e, named(cpu));
            case SET_LDT, FLUSH_CACHE, FLUSH_CACHE_GLOBAL, MARK_SUPER, UNMARK_SUPER ->
                    unread.count(Unread.Reason.NO_TABLES);
            case CLEAR_PAGE, COPY_PAGE -> unread.count(Unread.Reason.NO_TABLES);
        }
    }

    private Scope named(int cpu) {
        return new Scope.Multi(lanes[cpu].flushed);
    }

    private void invlpg(Mmuext e, Scope scope) {
        call(e.cpu(), new Operation.Invlpg(VirtualAddress.of(e.arg1()), scope));
    }

    private void call(int cpu, Operation operation) {
        out.accept(new Step.Call(cpu, operation));
    }

    /**
     * A frame that is no table yet is validated within the call; if that is not recorded, the call
     * was preempted, and comes again.
     */
    private void pin(int cpu, int level, int mfn) {
        if (known.level(mfn) != level) {
            unread.count(Unread.Reason.PREEMPTED);
            return;
        }
        call(cpu, new Operation.Pin(level, mfn));
    }

    /** Of a table that is named here for the first time, its end may tell the level. */
    private void unpin(int cpu, int mfn) {
        int level = known.level(mfn);
        for (TableDropped drop : lanes[cpu].dropped) {
            level = drop.mfn() == mfn ? drop.level() : level;
        }
        if (level == 0) {
            unread.count(Unread.Reason.UNKNOWN_UNPINNED);
            return;
        }
        meet(mfn, level);
        if (known.firstCount(mfn)) {
            out.accept(new Step.Alive(mfn, level, MANY, true));
        }
        call(cpu, new Operation.Unpin(mfn));
    }
}
