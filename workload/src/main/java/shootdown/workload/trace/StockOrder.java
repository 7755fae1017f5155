package shootdown.workload.trace;

import org.jspecify.annotations.Nullable;

import shootdown.workload.trace.OrderCheck.Misplaced;
import shootdown.workload.trace.TraceEvent.DirectWrite;
import shootdown.workload.trace.TraceEvent.LinuxBatch;
import shootdown.workload.trace.TraceEvent.LinuxFlush;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.VaMapping;
import shootdown.workload.trace.TraceEvent.Via;

/**
 * What can follow what in the stock form.
 *
 * <p>On each CPU the ids of mmu_updates grow, the entries of one come together, and are as many as
 * its line says when the next call begins or the multicall is made. That line comes before the
 * first entry or behind it; where the multicall was full, the one that it ends lies between the
 * two: Linux tells of the entry, makes room, then opens the batch. Of what was cut off by the
 * recording's begin, only the first call of each CPU is forgiven.
 */
final class StockOrder implements OrderCheck.Order {
    private static final int UNKNOWN = -1;

    private final Cpu[] cpus = new Cpu[EventParser.CPUS];

    StockOrder() {
        for (int i = 0; i < cpus.length; i++) {
            cpus[i] = new Cpu();
        }
    }

    /** The mmu_update that one CPU is making. */
    private static final class Cpu {
        int id;
        int entries;
        int count;

        /** Whether it need not be complete: the first here, or complained about already. */
        boolean isForgiven = true;

        void begin(int newId) {
            isForgiven = id == 0;
            id = newId;
            entries = 0;
            count = UNKNOWN;
        }
    }

    @Override
    public @Nullable Misplaced accept(TraceEvent event) {
        Cpu cpu = cpus[event.cpu()];
        return switch (event) {
            case LinuxBatch e -> batch(cpu, e);
            case LinuxWrite e -> e.via() == Via.TRAPPED ? trapped(e) : entry(cpu, e);
            case Multicall e -> cpu.count == UNKNOWN ? null : complete(cpu);
            case Mmuext e -> null;
            case VaMapping e -> null;
            case LinuxFlush e -> null;
            case DirectWrite e -> null;
            default -> new Misplaced("form", "an event of full recordings in a stock one");
        };
    }

    private static @Nullable Misplaced batch(Cpu cpu, LinuxBatch e) {
        Misplaced problem = goTo(cpu, e.id());
        if (problem != null) {
            return problem;
        }
        if (cpu.count != UNKNOWN) {
            return new Misplaced("begin", "call %d begins twice".formatted(e.id()));
        }
        if (e.count() < cpu.entries) {
            return tooMany(e.id(), cpu.entries, e.count());
        }
        cpu.count = e.count();
        return null;
    }

    private static @Nullable Misplaced entry(Cpu cpu, LinuxWrite e) {
        Misplaced problem = goTo(cpu, e.id());
        if (problem == null && cpu.count != UNKNOWN && cpu.entries == cpu.count) {
            problem = tooMany(e.id(), cpu.entries + 1, cpu.count);
        }
        if (problem == null) {
            cpu.entries++;
        }
        return problem;
    }

    private static Misplaced tooMany(int id, int entries, int count) {
        return new Misplaced(
                "count", "entry %d of call %d, which has %d".formatted(entries, id, count));
    }

    private static @Nullable Misplaced trapped(LinuxWrite e) {
        return e.id() == 0
                ? null
                : new Misplaced(
                        "call", "a trapped write is in no call, but has id %d".formatted(e.id()));
    }

    /** The CPU is in this call now. */
    private static @Nullable Misplaced goTo(Cpu cpu, int id) {
        if (id == cpu.id && id != 0) {
            return null;
        }
        if (id < cpu.id || id == 0) {
            return new Misplaced(
                    "ids", "call %d after call %d of the same CPU".formatted(id, cpu.id));
        }
        Misplaced problem = complete(cpu);
        if (problem == null) {
            cpu.begin(id);
        }
        return problem;
    }

    /** The CPU's call is over: it has what it should. */
    private static @Nullable Misplaced complete(Cpu cpu) {
        if (cpu.isForgiven || cpu.entries == cpu.count) {
            return null;
        }
        cpu.isForgiven = true; // said once
        return cpu.count == UNKNOWN
                ? Misplaced.before(
                        "entries without begin",
                        "call %d is over, and has never begun".formatted(cpu.id))
                : Misplaced.before(
                        "entries missing",
                        "call %d is over with %d entries, but has %d"
                                .formatted(cpu.id, cpu.entries, cpu.count));
    }
}
