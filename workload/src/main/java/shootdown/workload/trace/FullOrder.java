package shootdown.workload.trace;

import org.jspecify.annotations.Nullable;

import shootdown.workload.trace.OrderCheck.Misplaced;
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
import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.PageFault;
import shootdown.workload.trace.TraceEvent.TableContent;
import shootdown.workload.trace.TraceEvent.TableDropped;
import shootdown.workload.trace.TraceEvent.TableValidated;
import shootdown.workload.trace.TraceEvent.Toggle;
import shootdown.workload.trace.TraceEvent.VaMapping;
import shootdown.workload.trace.TraceEvent.Via;

import java.util.Locale;

/**
 * What can follow what in the full form.
 *
 * <p>CPUs interleave, so each has its own order:
 *
 * <ul>
 *   <li>An mmu_update is begun, has at most as many entries as requests, and ends; meanwhile its
 *       CPU does nothing for the guest. Of the other calls the end is not recorded: they last until
 *       the guest does something else, and nothing tells when that was.
 *   <li>Entries, arguments and operations carry the id of the call that their CPU is in.
 *   <li>A table's content follows its validation at once, whole, and within its frame.
 *   <li>A flush on request follows its request.
 * </ul>
 *
 * Over all CPUs, ids of calls grow, and a frame is validated, written and dropped as a table of one
 * level in turn.
 */
final class FullOrder implements OrderCheck.Order {
    private static final int ENTRY = 8;

    private final Cpu[] cpus = new Cpu[EventParser.CPUS];
    private final FrameLevels levels = new FrameLevels();
    private int lastId;

    FullOrder() {
        for (int i = 0; i < cpus.length; i++) {
            cpus[i] = new Cpu();
        }
    }

    /** What one CPU is at. */
    private static final class Cpu {
        /** The last call that began here; 0 before the first. */
        int id;

        Hypercall call = Hypercall.MMU_UPDATE;
        int count;

        /** Entries or operations so far, refused ones included. */
        int requests;

        int written;

        /** Whether it is an mmu_update that did not end. */
        boolean open;

        boolean hasArguments;

        /** The table whose content is due, with so many present entries left to come. */
        long mfn;

        int level;
        int left;

        /** Requests that this CPU has not yet followed: of others, and its own. */
        int asked;

        int askedItself;
        boolean everAsked;
        boolean everAskedItself;
    }

    @Override
    public @Nullable Misplaced accept(TraceEvent event) {
        Cpu cpu = cpus[event.cpu()];
        if (cpu.left > 0 && !(event instanceof TableContent)) {
            int missing = cpu.left;
            cpu.left = 0;
            return Misplaced.before(
                    "content cut short",
                    "CPU %d goes on, but %d present entries of table %x have not come"
                            .formatted(event.cpu(), missing, cpu.mfn));
        }
        return switch (event) {
            case CallBegin e -> begin(cpu, e);
            case CallEnd e -> end(cpu, e);
            case EntryWrite e -> write(cpu, e);
            case VaMapping e -> arguments(cpu, e);
            case Mmuext e -> operation(cpu, e);
            case TableValidated e -> validated(cpu, e);
            case TableContent e -> content(cpu, e);
            case TableDropped e -> dropped(e);
            case FlushRequest e -> request(e);
            case Flush e -> flush(cpu, e);
            case Multicall e -> outside(cpu, e, "a multicall");
            case Toggle e -> outside(cpu, e, "a change of mode");
            case PageFault e -> outside(cpu, e, "a page fault of the guest");
            case BaseLoad e -> null;
            case LinuxBatch e -> stockOnly();
            case LinuxWrite e -> stockOnly();
            case LinuxFlush e -> stockOnly();
            case DirectWrite e -> stockOnly();
        };
    }

    private static Misplaced stockOnly() {
        return new Misplaced("form", "an event of stock recordings in a full one");
    }

    /** What the guest does, or what is done to it, while it is in no mmu_update. */
    private static @Nullable Misplaced outside(Cpu cpu, TraceEvent event, String what) {
        if (cpu.open) {
            return new Misplaced(
                    "within a call",
                    "%s on CPU %d, which is in call %d, an mmu_update"
                            .formatted(what, event.cpu(), cpu.id));
        }
        return null;
    }

    private @Nullable Misplaced begin(Cpu cpu, CallBegin e) {
        if (cpu.open) {
            return new Misplaced(
                    "begin without end",
                    "call %d begins on CPU %d, which is in call %d"
                            .formatted(e.id(), e.cpu(), cpu.id));
        }
        if (e.id() <= lastId) {
            return new Misplaced("ids", "call %d begins after call %d".formatted(e.id(), lastId));
        }
        lastId = e.id();
        cpu.id = e.id();
        cpu.call = e.call();
        cpu.count = e.count();
        cpu.requests = 0;
        cpu.written = 0;
        cpu.open = e.call() == Hypercall.MMU_UPDATE;
        cpu.hasArguments = false;
        return null;
    }

    private static @Nullable Misplaced end(Cpu cpu, CallEnd e) {
        if (!cpu.open || cpu.id != e.id() || cpu.call != e.call()) {
            return new Misplaced(
                    "end without begin",
                    "call %d ends on CPU %d, which is not in it".formatted(e.id(), e.cpu()));
        }
        boolean finished = e.done() == cpu.count;
        if (e.done() > cpu.count || e.done() < cpu.written || (e.rc() == 0 && !finished)) {
            return new Misplaced(
                    "end",
                    "call %d ends with %d requests done and rc %d; it has %d, and wrote %d entries"
                            .formatted(e.id(), e.done(), e.rc(), cpu.count, cpu.written));
        }
        cpu.open = false;
        return null;
    }

    private @Nullable Misplaced write(Cpu cpu, EntryWrite e) {
        Misplaced problem =
                switch (e.via()) {
                    case MMU_UPDATE -> inCall(cpu, e, e.id(), Hypercall.MMU_UPDATE, "an entry");
                    case UPDATE_VA_MAPPING ->
                            inCall(cpu, e, e.id(), Hypercall.UPDATE_VA_MAPPING, "an entry");
                    case TRAPPED -> trapped(cpu, e);
                };
        if (problem == null) {
            problem = ofLevel(e);
        }
        if (problem == null && e.via() != Via.TRAPPED) {
            cpu.requests++;
            cpu.written += e.ok() ? 1 : 0;
        }
        return problem;
    }

    private static @Nullable Misplaced trapped(Cpu cpu, EntryWrite e) {
        if (e.id() != 0) {
            return new Misplaced(
                    "call", "a trapped write is in no call, but has id %d".formatted(e.id()));
        }
        return outside(cpu, e, "a trapped write");
    }

    /** An entry's table is of the level as which it was validated, if that was seen. */
    private @Nullable Misplaced ofLevel(EntryWrite e) {
        long mfn = e.ma() >>> 12;
        int level = levels.of(mfn);
        if (level != FrameLevels.UNSEEN && level != e.level()) {
            return new Misplaced(
                    "level",
                    "an entry of level %d in frame %x, which %s"
                            .formatted(e.level(), mfn, described(level)));
        }
        return null;
    }

    private static String described(int level) {
        return level == 0 ? "is no table now" : "was validated as L" + level;
    }

    private static @Nullable Misplaced arguments(Cpu cpu, VaMapping e) {
        Hypercall call = Hypercall.UPDATE_VA_MAPPING;
        if (cpu.hasArguments || cpu.requests > 0) {
            return new Misplaced(
                    "call", "call %d has its arguments twice, or too late".formatted(e.id()));
        }
        Misplaced problem = inCall(cpu, e, e.id(), call, "arguments");
        cpu.hasArguments |= problem == null;
        return problem;
    }

    private static @Nullable Misplaced operation(Cpu cpu, Mmuext e) {
        Misplaced problem = inCall(cpu, e, e.id(), Hypercall.MMUEXT_OP, "an operation");
        cpu.requests += problem == null ? 1 : 0;
        return problem;
    }

    private static @Nullable Misplaced inCall(
            Cpu cpu, TraceEvent event, int id, Hypercall call, String what) {
        boolean over = call == Hypercall.MMU_UPDATE && !cpu.open;
        if (cpu.id != id || id == 0 || cpu.call != call || over) {
            return new Misplaced(
                    "call",
                    "%s of call %d on CPU %d, which is in no such %s"
                            .formatted(
                                    what, id, event.cpu(), call.name().toLowerCase(Locale.ROOT)));
        }
        if (cpu.requests == cpu.count) {
            return new Misplaced(
                    "count", "%s more than the %d that call %d has".formatted(what, cpu.count, id));
        }
        return null;
    }

    private @Nullable Misplaced validated(Cpu cpu, TableValidated e) {
        int level = levels.of(e.mfn());
        if (level > 0) {
            return new Misplaced(
                    "validated twice",
                    "frame %x is validated as L%d, but %s already"
                            .formatted(e.mfn(), e.level(), described(level)));
        }
        levels.set(e.mfn(), e.level());
        cpu.mfn = e.mfn();
        cpu.level = e.level();
        cpu.left = e.present();
        return null;
    }

    private static @Nullable Misplaced content(Cpu cpu, TableContent e) {
        if (cpu.left == 0) {
            return new Misplaced(
                    "content without table",
                    "content of a table on CPU %d, which has just validated none that lacks any"
                            .formatted(e.cpu()));
        }
        long last = e.ma() + (long) (e.run() - 1) * ENTRY;
        if (e.ma() >>> 12 != cpu.mfn || last >>> 12 != cpu.mfn || e.level() != cpu.level) {
            return new Misplaced(
                    "content of another table",
                    "%d entries of level %d from %x on are not of table %x, an L%d"
                            .formatted(e.run(), e.level(), e.ma(), cpu.mfn, cpu.level));
        }
        if (e.run() > cpu.left) {
            return new Misplaced(
                    "content",
                    "%d entries of table %x, which has %d more"
                            .formatted(e.run(), cpu.mfn, cpu.left));
        }
        cpu.left -= e.run();
        return null;
    }

    private @Nullable Misplaced dropped(TableDropped e) {
        int level = levels.of(e.mfn());
        if (level != FrameLevels.UNSEEN && level != e.level()) {
            return new Misplaced(
                    "dropped",
                    "frame %x is no L%d any longer, but %s"
                            .formatted(e.mfn(), e.level(), described(level)));
        }
        levels.set(e.mfn(), 0);
        return null;
    }

    private @Nullable Misplaced request(FlushRequest e) {
        for (long rest = e.targets(); rest != 0; rest &= rest - 1) {
            Cpu target = cpus[Long.numberOfTrailingZeros(rest)];
            target.asked++;
            target.everAsked = true;
        }
        if (e.targets() != e.cpuMask()) {
            cpus[e.cpu()].askedItself++;
            cpus[e.cpu()].everAskedItself = true;
        }
        return null;
    }

    private static @Nullable Misplaced flush(Cpu cpu, Flush e) {
        if (e.who().equals("invalidate_interrupt")) {
            if (cpu.everAsked && cpu.asked == 0) {
                return unasked(e);
            }
            cpu.asked = Math.max(0, cpu.asked - 1);
        } else if (e.who().equals("flush_area_mask")) {
            if (cpu.everAskedItself && cpu.askedItself == 0) {
                return unasked(e);
            }
            cpu.askedItself = Math.max(0, cpu.askedItself - 1);
        }
        return null;
    }

    private static Misplaced unasked(Flush e) {
        return new Misplaced(
                "flush without request",
                "CPU %d flushes (%s), but nobody asked it to".formatted(e.cpu(), e.who()));
    }
}
