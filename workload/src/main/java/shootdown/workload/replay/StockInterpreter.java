package shootdown.workload.replay;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.DirectWrite;
import shootdown.workload.trace.TraceEvent.LinuxBatch;
import shootdown.workload.trace.TraceEvent.LinuxFlush;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.VaMapping;
import shootdown.workload.trace.TraceEvent.Via;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the events of a stock recording as what a machine does.
 *
 * <p>Linux tells what it asks for, and Xen nothing but the writes that it emulates. So:
 *
 * <ul>
 *   <li>A call is made when all of it has been told; in truth, at the end of its multicall.
 *   <li>Each CPU runs dom0 from the start, so the dirty mask holds all of them.
 *   <li>Where a CPU's first base pointers are not known, it has two L4 of its own for them.
 *   <li>Of an entry of an L4, Linux tells once and writes it twice, for the kernel and the user.
 *   <li>Pages that are no tables have no type: what L1 entries name is not led through the model,
 *       but for Linux's own mappings of the pages that it makes tables.
 *   <li>An upper entry whose old value is not known, nowhere, is taken for present.
 * </ul>
 */
final class StockInterpreter {
    /** Xen and the CPU may have set others in between. */
    private static final long COMPARED = Pte.MFN_MASK | Pte.PRESENT | Pte.RW;

    private static final long EVERYTHING = -1L;

    /** The mmu_update that a CPU is making, and its base pointers. */
    private static final class Lane {
        final List<LinuxWrite> batch = new ArrayList<>();
        int count = -1;
        boolean ownCall;
        boolean hasBases;
        int kernel = -1;
        int user = -1;
        int pinnedKernel = -1;
        int loadedKernel = -1;
    }

    private final Consumer<Step> out;
    private final Unread unread = new Unread();
    private final StockFrames frames;
    private final KnownTables known;
    private final StockTables tables;
    private final Uses uses;
    private final Lane[] lanes;

    StockInterpreter(Recording recording, int tlbEntries, Consumer<Step> out) {
        this.out = out;
        frames = new StockFrames(recording.pseudoPhysical());
        known = new KnownTables(recording.frames());
        tables = new StockTables(known, frames, unread, out);
        uses = new Uses(recording.cpus(), tlbEntries);
        lanes = new Lane[recording.cpus()];
        for (int cpu = 0; cpu < lanes.length; cpu++) {
            lanes[cpu] = new Lane();
        }
    }

    /** What could not be read as a step, with reasons. */
    Unread unread() {
        return unread;
    }

    /** Takes in all events. */
    void all(Ahead events) {
        TraceEvent event = events.next();
        for (int cpu = 0; cpu < lanes.length && event != null; cpu++) {
            out.accept(new Step.Runs(cpu, -1, -1, false));
        }
        while (event != null) {
            event(event);
            event = events.next();
        }
        for (int cpu = 0; cpu < lanes.length; cpu++) {
            issue(cpu);
        }
    }

    private void event(TraceEvent event) {
        switch (event) {
            case LinuxBatch e -> begin(e);
            case LinuxWrite e -> write(e);
            case DirectWrite e -> direct(e);
            case VaMapping e -> mapping(e);
            case Mmuext e -> mmuext(e);
            case LinuxFlush e -> flush(e);
            case Multicall e -> multicall(e);
            default -> throw new IllegalArgumentException("an event of full recordings: " + event);
        }
    }

    // The guest comes and goes.

    /** The guest calls. Nobody has told yet on which base pointers, so it is on some. */
    private void enter(int cpu) {
        Lane lane = lanes[cpu];
        if (!lane.hasBases) {
            lane.hasBases = true;
            lane.kernel = frames.unknownBase(cpu, false);
            lane.user = frames.unknownBase(cpu, true);
            tables.meet(lane.kernel, 4);
            tables.meet(lane.user, 4);
            out.accept(new Step.Runs(cpu, lane.kernel, lane.user, false));
        }
    }

    /** Its line comes last, but the entry that found it full belongs to the next one. */
    private void multicall(Multicall e) {
        Lane lane = lanes[e.cpu()];
        if (lane.count >= 0) {
            issue(e.cpu());
        }
        lane.pinnedKernel = -1;
        leave(e.cpu());
    }

    private void leave(int cpu) {
        if (lanes[cpu].hasBases) {
            out.accept(new Step.Leave(cpu));
        }
    }

    private void call(int cpu, Operation operation) {
        enter(cpu);
        out.accept(new Step.Call(cpu, operation));
    }

    // MMU_UPDATE, and writes.

    private void begin(LinuxBatch e) {
        Lane lane = lanes[e.cpu()];
        if (!lane.batch.isEmpty() && lane.batch.get(0).id() != e.id()) {
            issue(e.cpu());
        }
        lane.count = e.count();
        lane.ownCall = lane.batch.isEmpty();
        issueIfComplete(e.cpu());
    }

    private void write(LinuxWrite e) {
        if (e.via() == Via.TRAPPED) {
            trapped(e);
            return;
        }
        Lane lane = lanes[e.cpu()];
        if (!lane.batch.isEmpty() && lane.batch.get(0).id() != e.id()) {
            issue(e.cpu());
        }
        lane.batch.add(e);
        issueIfComplete(e.cpu());
    }

    private void issueIfComplete(int cpu) {
        if (lanes[cpu].count >= 0 && lanes[cpu].batch.size() >= lanes[cpu].count) {
            issue(cpu);
        }
    }

    /** One mmu_update, with what must be there before it. */
    private void issue(int cpu) {
        Lane lane = lanes[cpu];
        List<LinuxWrite> batch = List.copyOf(lane.batch);
        boolean ownCall = lane.ownCall;
        lane.batch.clear();
        lane.count = -1;
        lane.ownCall = false;
        if (batch.isEmpty()) {
            return;
        }
        enter(cpu);
        List<Step> requests = new ArrayList<>();
        for (LinuxWrite e : batch) {
            int table = table(e.kva());
            int slot = slot(e.kva());
            requests.add(request(e, table, slot));
            int user = e.level() == 4 ? tables.userBase(table, slot) : -1;
            if (user >= 0 && batch.stream().noneMatch(other -> table(other.kva()) == user)) {
                requests.add(request(e, user, slot));
            } else if (e.level() == 4 && user < 0 && batch.size() == 1) {
                unread.count(Unread.Reason.USER_BASE_UNKNOWN);
            }
        }
        requests.forEach(out);
        out.accept(new Step.EndInvocation(cpu, false));
        if (ownCall) {
            leave(cpu);
        }
    }

    private Step request(LinuxWrite e, int table, int slot) {
        int level = tables.levelOf(table, e.level());
        long old = old(e, level, table, slot);
        tables.child(e.cpu(), level, e.value());
        tables.written(e.level(), table, slot, old, e.value());
        use(e, table, slot);
        return new Step.Request(
                e.cpu(),
                level,
                table,
                slot,
                0,
                frames.entry(e.level(), old),
                frames.entry(e.level(), e.value()),
                0);
    }

    /** What was there before a write, as recorded or as written last. */
    private long old(LinuxWrite e, int level, int table, int slot) {
        boolean first = level > 0 && known.firstUse(table, slot);
        long written = tables.content(table, slot);
        long old = e.oldKnown() ? e.old() : written;
        if (first && !e.oldKnown() && level > 1) {
            unread.count(Unread.Reason.OLD_UNKNOWN);
            old = e.value() | Pte.PRESENT;
        }
        if (!first && e.oldKnown() && ((old ^ written) & COMPARED) != 0) {
            unread.count(Unread.Reason.OLD_DIFFERS);
        }
        if (first) {
            tables.child(e.cpu(), level, old);
            out.accept(new Step.Known(level, table, slot, frames.entry(level, old)));
        }
        return old;
    }

    private void trapped(LinuxWrite e) {
        enter(e.cpu());
        leave(e.cpu());
        int table = table(e.kva());
        int slot = slot(e.kva());
        tables.meet(table, 1); // else it would not have trapped
        long old = old(e, 1, table, slot);
        tables.written(1, table, slot, old, e.value());
        out.accept(
                new Step.Trapped(
                        e.cpu(), table, slot, frames.entry(1, old), frames.entry(1, e.value())));
        use(e, table, slot);
    }

    private void use(LinuxWrite e, int table, int slot) {
        boolean ofUser = Pte.isPresent(e.value()) && (e.value() & Pte.USER) != 0;
        if (e.level() == 1 && ofUser) {
            out.accept(uses.next(e.cpu(), (long) table << Pte.PAGE_SHIFT | slot << 3));
        }
    }

    private void direct(DirectWrite e) {
        int table = table(e.kva());
        if (known.level(table) != 0) {
            unread.count(Unread.Reason.TABLE_LOST);
            tables.gone(table);
        }
        tables.linuxHas(table);
        tables.linuxLinks(e.value());
        tables.written(e.level(), table, slot(e.kva()), e.old(), e.value());
    }

    private int table(long kva) {
        return frames.page(PseudoPhysical.page(kva));
    }

    private static int slot(long kva) {
        return (int) (kva & 0xFFF) >>> 3;
    }

    // Linux's own mapping of a page that becomes a table, or was one.

    private void mapping(VaMapping e) {
        if (!PseudoPhysical.isMapped(e.va()) || !Pte.isPresent(e.value())) {
            unread.count(Unread.Reason.NO_TABLES);
            return;
        }
        issue(e.cpu());
        enter(e.cpu());
        long page = PseudoPhysical.page(e.va());
        int table = frames.page(page);
        if (Pte.isWritable(e.value())) {
            tables.release(e.cpu(), table);
        } else {
            if (known.level(table) != 0) {
                unread.count(Unread.Reason.TABLE_LOST);
                tables.gone(table);
            }
            tables.linuxHas(table);
        }
        remap(e, frames.mapOf(page), Pte.of(table, Pte.flags(e.value())));
    }

    /** Linux changes these entries in one bit only, so what was there has the other value of it. */
    private void remap(VaMapping e, int l1, long value) {
        VirtualAddress va = VirtualAddress.of(e.va());
        long old = value ^ Pte.RW;
        tables.meet(l1, 1);
        if (known.firstUse(l1, va.i1())) {
            out.accept(new Step.Known(1, l1, va.i1(), old));
        } else {
            old = tables.content(l1, va.i1());
        }
        tables.written(1, l1, va.i1(), old, value);
        Scope scope = (e.flags() & ~3L) == 0 ? new Scope.Local() : new Scope.All();
        UpdateVaMappingCall call =
                new UpdateVaMappingCall(va, value, Interpreter.flush(e.flags()), scope);
        out.accept(new Step.VaMapping(e.cpu(), l1, call, old, value));
    }

    // MMUEXT_OP.

    private void mmuext(Mmuext e) {
        int cpu = e.cpu();
        issue(cpu);
        switch (e.command()) {
            case PIN_L1 -> pin(cpu, 1, e.arg1());
            case PIN_L2 -> pin(cpu, 2, e.arg1());
            case PIN_L3 -> pin(cpu, 3, e.arg1());
            case PIN_L4 -> pin(cpu, 4, e.arg1());
            case UNPIN -> {
                enter(cpu);
                tables.unpin(cpu, frames.page(e.arg1()));
            }
            case NEW_BASEPTR -> kernelBase(cpu, frames.page(e.arg1() >>> Pte.PAGE_SHIFT));
            case NEW_USER_BASEPTR -> userBase(cpu, e.arg1());
            case TLB_FLUSH_LOCAL -> call(cpu, new Operation.TlbFlush(new Scope.Local()));
            case TLB_FLUSH_ALL -> call(cpu, new Operation.TlbFlush(new Scope.All()));
            case TLB_FLUSH_MULTI -> call(cpu, new Operation.TlbFlush(everybody()));
            case INVLPG_LOCAL -> invlpg(cpu, e.arg1(), new Scope.Local());
            case INVLPG_ALL -> invlpg(cpu, e.arg1(), new Scope.All());
            case INVLPG_MULTI -> invlpg(cpu, e.arg1(), everybody());
            case SET_LDT, FLUSH_CACHE, FLUSH_CACHE_GLOBAL, MARK_SUPER, UNMARK_SUPER ->
                    unread.count(Unread.Reason.NO_TABLES);
            case CLEAR_PAGE, COPY_PAGE -> unread.count(Unread.Reason.NO_TABLES);
        }
    }

    /** The kernel's L4 is pinned first, then the user's. */
    private void pin(int cpu, int level, long page) {
        Lane lane = lanes[cpu];
        int table = frames.page(page);
        enter(cpu);
        if (level == 4 && lane.pinnedKernel >= 0) {
            tables.pairForPin(lane.pinnedKernel, table);
            lane.pinnedKernel = -1;
        } else if (level == 4) {
            lane.pinnedKernel = table;
        }
        tables.pin(cpu, level, table);
    }

    private void kernelBase(int cpu, int base) {
        enter(cpu);
        tables.meet(base, 4, 1, true);
        lanes[cpu].loadedKernel = base;
        call(cpu, new Operation.NewBaseptr(base));
    }

    private void userBase(int cpu, long address) {
        if (address == 0) {
            call(cpu, new Operation.NewUserBaseptr(-1));
            return;
        }
        int base = frames.page(address >>> Pte.PAGE_SHIFT);
        enter(cpu);
        tables.meet(base, 4, 1, true);
        if (lanes[cpu].loadedKernel >= 0) {
            tables.pair(lanes[cpu].loadedKernel, base);
        }
        call(cpu, new Operation.NewUserBaseptr(base));
    }

    // Linux's flushes.

    private void flush(LinuxFlush e) {
        issue(e.cpu());
        boolean all = e.cpus() >= lanes.length;
        Scope scope = all ? everybody() : new Scope.Multi(first(e.cpus(), e.cpu()));
        if (!all) {
            unread.count(Unread.Reason.WHICH_CPUS);
        }
        if (e.end() != EVERYTHING && e.end() - e.start() <= 1L << Pte.PAGE_SHIFT) {
            invlpg(e.cpu(), e.start(), scope);
        } else {
            call(e.cpu(), new Operation.TlbFlush(scope));
        }
    }

    private void invlpg(int cpu, long address, Scope scope) {
        call(cpu, new Operation.Invlpg(VirtualAddress.of(address), scope));
    }

    private Scope everybody() {
        return new Scope.Multi((1L << lanes.length) - 1);
    }

    /** So many CPUs, this one among them. */
    private static long first(int count, int cpu) {
        long mask = 1L << cpu;
        for (int other = 0; Long.bitCount(mask) < count; other++) {
            mask |= 1L << other;
        }
        return mask;
    }
}
