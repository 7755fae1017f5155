package shootdown.capture.raw;

import org.jspecify.annotations.Nullable;

import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.DirectWrite;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceEvent.LinuxBatch;
import shootdown.workload.trace.TraceEvent.LinuxFlush;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.MmuextCommand;
import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.VaMapping;
import shootdown.workload.trace.TraceEvent.Via;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What Linux does on one CPU: from the lines of its trace to the calls that Xen gets.
 *
 * <p>Overview. A function that sets an entry says so (a kprobe with the old value, then a trace
 * point), and one of three things follows on its CPU:
 *
 * <ul>
 *   <li>the buffer of the multicall gets a call for it, or its last call gets one more request: the
 *       entry is part of a batch, and Xen sees it when the buffer is issued;
 *   <li>nothing, and the entry is of an L1: it was a call of its own, made at once;
 *   <li>nothing, and the entry is of an upper level: the table is not pinned, and Linux wrote it
 *       without a call.
 * </ul>
 *
 * So an entry is <em>open</em> until the next line of its CPU that concerns calls. Events of other
 * CPUs that come in between wait ({@link Output}).
 *
 * <p>The operations of mmuext_op get ready in the same way, and are always taken.
 */
final class LinuxCpu {
    private static final int MMU_UPDATE = 1;
    private static final int VA_MAPPING = 14;
    private static final int MMUEXT = 26;

    /** The first commands of mmuext_op, by number. */
    private static final List<MmuextCommand> PINS =
            List.of(
                    MmuextCommand.PIN_L1,
                    MmuextCommand.PIN_L2,
                    MmuextCommand.PIN_L3,
                    MmuextCommand.PIN_L4,
                    MmuextCommand.UNPIN);

    /** Where events go. */
    interface Output {
        /** A new number for a call. */
        int newId();

        void put(TraceEvent event);
    }

    /** An entry that was set, and what has become of it is not known yet. */
    private record Open(
            LinuxLine line,
            LinuxEvent.Setter setter,
            long kva,
            long value,
            boolean known,
            long old) {}

    /** A call in the buffer. */
    private sealed interface Call {}

    private record Update(List<Open> entries) implements Call {}

    private record VaUpdate(long va, long value, long flags) implements Call {}

    private record Extended(List<LinuxEvent.Operation> operations) implements Call {}

    /** One that does not concern page tables. */
    private record Unrelated() implements Call {}

    private final int cpu;
    private final Output output;
    private final ImportReport report;
    private final Deque<Open> open = new ArrayDeque<>();
    private final List<Call> buffer = new ArrayList<>();
    private LinuxEvent.@Nullable Probe probe;
    private LinuxEvent.@Nullable Operation ready;

    /** Whether a new call will take what is open, once the full buffer has been issued. */
    private boolean claimed;

    /** Whether the buffer's content is known: not before it was issued once. */
    private boolean inStep;

    LinuxCpu(int cpu, Output output, ImportReport report) {
        this.cpu = cpu;
        this.output = output;
        this.report = report;
    }

    /** The time of the first entry of which it is not known how it is written; else the largest. */
    long openSince() {
        Open first = open.peek();
        return first == null ? Long.MAX_VALUE : first.line.time();
    }

    void take(LinuxLine line) {
        switch (line.event()) {
            case LinuxEvent.Probe started -> {
                settle();
                probe = started;
            }
            case LinuxEvent.Set set -> set(line, set);
            case LinuxEvent.Operation operation -> {
                settle();
                report.notIssued += ready == null ? 0 : 1;
                ready = operation;
            }
            case LinuxEvent.Entry entry -> entry(entry);
            case LinuxEvent.Extend extend -> extend(extend);
            case LinuxEvent.Issue issue -> issue(line, issue);
            case LinuxEvent.Lost lost -> lost(lost);
            case LinuxEvent.Other other -> report.otherEvents++;
        }
    }

    /** At the end, or when others have waited too long: what is open is not part of a batch. */
    void settle() {
        for (Open entry : open) {
            if (entry.setter == LinuxEvent.Setter.PTE) {
                directCall(entry);
            } else if (entry.setter == LinuxEvent.Setter.MODIFY) {
                report.notIssued++;
            } else {
                directWrite(entry);
            }
        }
        open.clear();
        claimed = false;
    }

    private void set(LinuxLine line, LinuxEvent.Set set) {
        settle();
        LinuxEvent.Probe begun = probe;
        probe = null;
        if (begun != null && begun.setter() == set.setter() && begun.kva() == set.kva()) {
            open(line, set.setter(), set.kva(), begun.value(), begun.oldKnown(), begun.old());
            if (set.userKva() != 0) {
                // Linux keeps both L4s the same where they have an entry of the user's half.
                open(
                        line,
                        set.setter(),
                        set.userKva(),
                        begun.value(),
                        begun.oldKnown(),
                        begun.old());
            }
        } else {
            report.withoutProbe++;
            if (set.setter() == LinuxEvent.Setter.P4D) {
                report.leftOut++;
            } else {
                open(line, set.setter(), set.kva(), set.raw(), false, 0);
            }
        }
    }

    private void open(
            LinuxLine line,
            LinuxEvent.Setter setter,
            long kva,
            long value,
            boolean oldKnown,
            long old) {
        open.add(new Open(line, setter, kva, value, oldKnown, old));
    }

    private void directCall(Open entry) {
        LinuxLine line = entry.line;
        int id = output.newId();
        report.linux.call(Hypercall.MMU_UPDATE);
        output.put(new LinuxBatch(line.time(), cpu, line.task(), id, Hypercall.MMU_UPDATE, 1));
        output.put(write(line, id, entry));
    }

    private LinuxWrite write(LinuxLine line, int id, Open entry) {
        report.linux.requests(Hypercall.MMU_UPDATE, 1);
        return new LinuxWrite(
                line.time(),
                cpu,
                line.task(),
                id,
                Via.MMU_UPDATE,
                entry.setter.level,
                entry.kva,
                entry.known,
                entry.old,
                entry.value);
    }

    private void directWrite(Open entry) {
        LinuxLine line = entry.line;
        if (!entry.known) {
            report.leftOut++;
            return;
        }
        output.put(
                new DirectWrite(
                        line.time(),
                        cpu,
                        line.task(),
                        entry.setter.level,
                        entry.kva,
                        entry.old,
                        entry.value));
    }

    // The buffer.

    private void extend(LinuxEvent.Extend extend) {
        if (extend.taken()) {
            request(extend.hypercall());
        } else {
            claimed = extend.hypercall() == MMU_UPDATE;
        }
    }

    private void entry(LinuxEvent.Entry entry) {
        claimed = false;
        long[] args = entry.args();
        switch (entry.hypercall()) {
            case MMU_UPDATE -> {
                buffer.add(new Update(new ArrayList<>()));
                request(MMU_UPDATE);
            }
            case VA_MAPPING -> {
                settle();
                buffer.add(new VaUpdate(args[0], args[1], args[2]));
            }
            case MMUEXT -> {
                buffer.add(new Extended(new ArrayList<>()));
                request(MMUEXT);
            }
            default -> buffer.add(new Unrelated());
        }
    }

    /** The last call gets the next entry or operation that waits for one. */
    private void request(int hypercall) {
        switch (buffer.isEmpty() ? null : buffer.getLast()) {
            case Update update when hypercall == MMU_UPDATE -> take(update.entries, open.poll());
            case Extended extended when hypercall == MMUEXT -> {
                take(extended.operations, ready);
                ready = null;
            }
            case null, default -> report.outOfStep += inStep ? 1 : 0;
        }
    }

    private <T> void take(List<T> requests, @Nullable T request) {
        if (request == null) {
            report.unknownRequests++;
        } else {
            requests.add(request);
        }
    }

    private void issue(LinuxLine line, LinuxEvent.Issue issue) {
        if (!claimed) {
            settle();
        }
        if (issue.calls() != buffer.size()) {
            report.outOfStep += inStep ? 1 : 0;
        }
        inStep = true;
        while (buffer.size() > issue.calls()) {
            buffer.removeFirst(); // of before the trace points for issuing were there
        }
        boolean any = false;
        for (Call call : buffer) {
            any |= !(call instanceof Unrelated);
            issue(line, call);
        }
        if (any) {
            output.put(new Multicall(line.time(), cpu, line.task(), issue.calls()));
        }
        buffer.clear();
    }

    private void issue(LinuxLine line, Call call) {
        switch (call) {
            case Update update -> mmuUpdate(line, update.entries);
            case VaUpdate update -> vaMapping(line, update);
            case Extended extended -> mmuext(line, extended.operations);
            case Unrelated other -> {}
        }
    }

    private void mmuUpdate(LinuxLine line, List<Open> entries) {
        int id = output.newId();
        report.linux.call(Hypercall.MMU_UPDATE);
        output.put(
                new LinuxBatch(
                        line.time(), cpu, line.task(), id, Hypercall.MMU_UPDATE, entries.size()));
        entries.forEach(entry -> output.put(write(line, id, entry)));
    }

    private void vaMapping(LinuxLine line, VaUpdate update) {
        report.linux.call(Hypercall.UPDATE_VA_MAPPING);
        report.linux.requests(Hypercall.UPDATE_VA_MAPPING, 1);
        output.put(
                new VaMapping(
                        line.time(), cpu, line.task(), 0, update.va, update.value, update.flags));
    }

    private void mmuext(LinuxLine line, List<LinuxEvent.Operation> operations) {
        report.linux.call(Hypercall.MMUEXT_OP);
        report.linux.requests(Hypercall.MMUEXT_OP, operations.size());
        operations.forEach(operation -> output.put(operation(line, operation)));
    }

    private TraceEvent operation(LinuxLine line, LinuxEvent.Operation operation) {
        return switch (operation) {
            case LinuxEvent.Pin pin -> mmuext(line, PINS.get(pin.command()), pin.pfn());
            case LinuxEvent.FlushLocal all -> mmuext(line, MmuextCommand.TLB_FLUSH_LOCAL, 0);
            case LinuxEvent.FlushPage page -> mmuext(line, MmuextCommand.INVLPG_LOCAL, page.va());
            case LinuxEvent.Base base ->
                    mmuext(
                            line,
                            base.kernel()
                                    ? MmuextCommand.NEW_BASEPTR
                                    : MmuextCommand.NEW_USER_BASEPTR,
                            base.address());
            case LinuxEvent.FlushMany many ->
                    new LinuxFlush(
                            line.time(),
                            cpu,
                            line.task(),
                            0,
                            many.cpus(),
                            many.mm(),
                            many.start(),
                            many.end());
        };
    }

    private Mmuext mmuext(LinuxLine line, MmuextCommand command, long argument) {
        return new Mmuext(line.time(), cpu, line.task(), 0, command, argument, 0);
    }

    /** What is in the buffer is not known any longer. */
    private void lost(LinuxEvent.Lost lost) {
        report.lostByLinux += lost.events();
        settle();
        probe = null;
        ready = null;
        claimed = false;
        buffer.clear();
        inStep = false;
    }
}
