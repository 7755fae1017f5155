package shootdown.workload.replay;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Pte;
import shootdown.hypervisor.ReplayMachine;
import shootdown.workload.trace.OrderCheck;
import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.CallBegin;
import shootdown.workload.trace.TraceEvent.EntryWrite;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.TableContent;
import shootdown.workload.trace.TraceEvent.TableDropped;
import shootdown.workload.trace.TraceEvent.TableValidated;
import shootdown.workload.trace.TraceReader;

/** The events of a recording that a machine can have: its CPUs, and tables in its memory. */
final class Bounded {
    /** The id of operations in the stock form, which does not name tables by machine frames. */
    private static final int STOCK = 0;

    private final TraceReader reader;
    private final OrderCheck order;

    Bounded(TraceReader reader) {
        this.reader = reader;
        this.order = new OrderCheck(reader);
    }

    /**
     * The next one, or null at the end.
     *
     * @throws shootdown.workload.trace.TraceException if one is out of bounds, and the reader is
     *     not lenient; else it is among the reader's skipped
     */
    @Nullable TraceEvent next() {
        TraceEvent event = order.next();
        while (event != null && !passes(event)) {
            event = order.next();
        }
        return event;
    }

    private boolean passes(TraceEvent event) {
        if (event.cpu() >= ReplayMachine.MOST_CPUS) {
            reader.refuse(
                    "too many CPUs",
                    "CPU %d; a machine that follows a recording has at most %d"
                            .formatted(event.cpu(), ReplayMachine.MOST_CPUS));
            return false;
        }
        long table = highestTable(event);
        if (table >= ReplayMachine.MOST_FRAMES) {
            reader.refuse(
                    "table beyond memory",
                    "a table in frame %x; a machine that follows a recording has those below %x"
                            .formatted(table, ReplayMachine.MOST_FRAMES));
            return false;
        }
        return true;
    }

    /** The highest frame that must be a table, or 0. */
    static long highestTable(TraceEvent event) {
        return switch (event) {
            case EntryWrite e ->
                    Math.max(
                            e.ma() >>> Pte.PAGE_SHIFT,
                            Math.max(child(e.level(), e.old()), child(e.level(), e.value())));
            case TableValidated e -> e.mfn();
            case TableContent e ->
                    Math.max(
                            e.ma() >>> Pte.PAGE_SHIFT,
                            child(e.level(), e.value()) + (e.level() > 1 ? e.run() - 1 : 0));
            case TableDropped e -> e.mfn();
            case CallBegin e -> Math.max(e.kernelMfn(), e.userMfn());
            case Mmuext e -> e.id() != STOCK && namesTable(e) ? e.arg1() & Long.MAX_VALUE : 0;
            default -> 0;
        };
    }

    private static long child(int level, long entry) {
        return level > 1 && Pte.isPresent(entry) ? Pte.mfn(entry) : 0;
    }

    private static boolean namesTable(Mmuext e) {
        return switch (e.command()) {
            case PIN_L1, PIN_L2, PIN_L3, PIN_L4, UNPIN, NEW_BASEPTR, NEW_USER_BASEPTR -> true;
            default -> false;
        };
    }
}
