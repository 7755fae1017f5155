package shootdown.workload.trace;

import org.jspecify.annotations.Nullable;

import shootdown.workload.trace.TraceEvent.BaseLoad;
import shootdown.workload.trace.TraceEvent.CallBegin;
import shootdown.workload.trace.TraceEvent.CallEnd;
import shootdown.workload.trace.TraceEvent.DirectWrite;
import shootdown.workload.trace.TraceEvent.EntryWrite;
import shootdown.workload.trace.TraceEvent.Flush;
import shootdown.workload.trace.TraceEvent.FlushRequest;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceEvent.LinuxBatch;
import shootdown.workload.trace.TraceEvent.LinuxFlush;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.MmuextCommand;
import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.PageFault;
import shootdown.workload.trace.TraceEvent.TableContent;
import shootdown.workload.trace.TraceEvent.TableDropped;
import shootdown.workload.trace.TraceEvent.TableValidated;
import shootdown.workload.trace.TraceEvent.Toggle;
import shootdown.workload.trace.TraceEvent.VaMapping;
import shootdown.workload.trace.TraceEvent.Via;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a recording has, counted in one pass; of either form.
 *
 * <p>Calls and entries that were preempted are counted each time they were tried, unless a method
 * says otherwise.
 */
public final class TraceSummary {
    private static final int LEVELS = 5;

    private long events;
    private final List<Tally<Via>> entries = perLevel(Via.class);
    private final long[] refused = new long[LEVELS];
    private final List<Tally<Transition>> transitions = perLevel(Transition.class);
    private final Tally<Hypercall> calls = new Tally<>(Hypercall.class);
    private final Tally<MmuextCommand> operations = new Tally<>(MmuextCommand.class);
    private final Tally<MmuextCommand> repeated = new Tally<>(MmuextCommand.class);
    private final @Nullable Mmuext[] last = new Mmuext[EventParser.CPUS];
    private final long[] directWrites = new long[LEVELS];
    private long linuxFlushes;
    private long linearFlushes;
    private long flushes;
    private long targets;

    private static <E extends Enum<E>> List<Tally<E>> perLevel(Class<E> things) {
        return Stream.generate(() -> new Tally<>(things)).limit(LEVELS).toList();
    }

    /** What a write changes of an entry's presence. */
    public enum Transition {
        /** Not present before and after. */
        NONE,
        /** Present afterwards only. */
        LINK,
        /** Present before only. */
        UNLINK,
        /** Present before and after. */
        CHANGE;

        /** That of an entry with these values. */
        public static Transition of(long old, long value) {
            if ((old & 1) == 0) {
                return (value & 1) == 0 ? NONE : LINK;
            }
            return (value & 1) == 0 ? UNLINK : CHANGE;
        }
    }

    /** Of all events that the reader has left. */
    public static TraceSummary of(TraceReader reader) {
        TraceSummary summary = new TraceSummary();
        for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
            summary.add(event);
        }
        return summary;
    }

    /** Counts one event. */
    public void add(TraceEvent event) {
        events++;
        switch (event) {
            case CallBegin e -> calls.add(e.call());
            case CallEnd e -> linearFlushes += e.flushedForLinear() ? 1 : 0;
            case EntryWrite e -> add(e);
            case Mmuext e -> add(e);
            case FlushRequest e -> targets += Long.bitCount(e.targets());
            case Flush e -> flushes++;
            case LinuxBatch e -> calls.add(e.call());
            case LinuxWrite e -> add(e);
            case LinuxFlush e -> linuxFlushes++;
            case DirectWrite e -> directWrites[e.level()]++;
            case VaMapping e -> add(e);
            case Multicall e -> {}
            case BaseLoad e -> {}
            case Toggle e -> {}
            case TableValidated e -> {}
            case TableContent e -> {}
            case TableDropped e -> {}
            case PageFault e -> {}
        }
    }

    private void add(EntryWrite e) {
        entries.get(e.level()).add(e.via());
        if (!e.ok()) {
            refused[e.level()]++;
        } else {
            transitions.get(e.level()).add(Transition.of(e.old(), e.value()));
        }
    }

    private void add(LinuxWrite e) {
        entries.get(e.level()).add(e.via());
        if (e.oldKnown()) {
            transitions.get(e.level()).add(Transition.of(e.old(), e.value()));
        }
    }

    private void add(Mmuext e) {
        operations.add(e.command());
        Mmuext before = last[e.cpu()];
        if (before != null
                && e.command().pins()
                && e.command() == before.command()
                && e.arg1() == before.arg1()) {
            repeated.add(e.command());
        }
        last[e.cpu()] = e;
    }

    /** In the stock form nothing else tells of the call, nor of its entry. */
    private void add(VaMapping e) {
        if (e.id() == 0) {
            calls.add(Hypercall.UPDATE_VA_MAPPING);
        }
    }

    /** All events. */
    public long events() {
        return events;
    }

    /** Entries of tables of a level, 0 for pages that were none, written in one way. */
    public long entries(int level, Via via) {
        return entries.get(level).of(via);
    }

    /** Entries of tables of a level. */
    public long entries(int level) {
        return entries.get(level).sum();
    }

    /** Of these, those that were refused. */
    public long refused(int level) {
        return refused[level];
    }

    /** Entries that were written, of those whose old value is known, by what became of them. */
    public long transitions(int level, Transition transition) {
        return transitions.get(level).of(transition);
    }

    /** The same for L2 to L4 together. */
    public long upper(Transition transition) {
        return transitions(2, transition) + transitions(3, transition) + transitions(4, transition);
    }

    /** Calls that began. Of mmuext_op, none in the stock form, which has only its operations. */
    public long calls(Hypercall call) {
        return calls.of(call);
    }

    /** Operations of mmuext_op of one kind. */
    public long operations(MmuextCommand command) {
        return operations.of(command);
    }

    /** Of these, pins that were preempted, and asked for once more; full form. */
    public long repeated(MmuextCommand command) {
        return repeated.of(command);
    }

    /** Operations by which the guest flushes; in the stock form with those on several CPUs. */
    public long guestFlushes() {
        long sum = linuxFlushes;
        for (MmuextCommand command : MmuextCommand.values()) {
            sum += command.flushes() ? operations(command) : 0;
        }
        return sum;
    }

    /** Calls that flushed for the linear page tables (XSA-286); full form. */
    public long linearFlushes() {
        return linearFlushes;
    }

    /** Flushes that were executed, on any CPU; full form. */
    public long flushes() {
        return flushes;
    }

    /** CPUs that were interrupted for flushes, each time; full form. */
    public long targets() {
        return targets;
    }

    /** Entries of unpinned tables that Linux wrote itself; stock form. */
    public long directWrites(int level) {
        return directWrites[level];
    }
}
