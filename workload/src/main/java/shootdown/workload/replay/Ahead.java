package shootdown.workload.replay;

import org.jspecify.annotations.Nullable;

import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.EntryWrite;
import shootdown.workload.trace.TraceEvent.Flush;
import shootdown.workload.trace.TraceEvent.FlushRequest;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.TableContent;
import shootdown.workload.trace.TraceEvent.TableDropped;
import shootdown.workload.trace.TraceEvent.TableValidated;
import shootdown.workload.trace.TraceEvent.VaMapping;
import shootdown.workload.trace.TraceEvent.Via;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Looks ahead in a recording to tell where an update_va_mapping or an mmuext_op is complete: its
 * end is not recorded, but what it does follows it on its CPU.
 */
final class Ahead {
    /**
     * Enough for the validation of any tree but those with whole tables that nothing repeats in.
     */
    private static final int SIZE = 1 << 12;

    private final Supplier<@Nullable TraceEvent> source;
    private final LongSupplier lines;
    private final @Nullable TraceEvent[] ring = new TraceEvent[SIZE];
    private final long[] ringLines = new long[SIZE];
    private long line;
    private long returned;
    private int first;
    private int count;
    private boolean over;

    /**
     * @param source the events, then null
     * @param lines the line of the one that came last
     */
    Ahead(Supplier<@Nullable TraceEvent> source, LongSupplier lines) {
        this.source = source;
        this.lines = lines;
    }

    /** The line of the event that {@link #next} has returned last. */
    long line() {
        return line;
    }

    /** How many events it has returned. */
    long returned() {
        return returned;
    }

    /** The next event, or null at the end. */
    @Nullable TraceEvent next() {
        TraceEvent event = peek(0);
        if (event != null) {
            line = ringLines[first];
            returned++;
            ring[first] = null;
            first = (first + 1) % SIZE;
            count--;
        }
        return event;
    }

    private @Nullable TraceEvent peek(int distance) {
        while (count <= distance && !over) {
            TraceEvent event = source.get();
            if (event == null) {
                over = true;
            } else {
                ring[(first + count) % SIZE] = event;
                ringLines[(first + count) % SIZE] = lines.getAsLong();
                count++;
            }
        }
        return distance < count ? ring[(first + distance) % SIZE] : null;
    }

    /** How many events of the call that has just been returned are still to come. */
    int rest(TraceEvent call) {
        int parts = 0;
        for (int i = 0; i < SIZE; i++) {
            TraceEvent event = peek(i);
            if (event == null) {
                break;
            }
            if (event.cpu() == call.cpu() && !isServed(event)) {
                if (!isPart(event, call)) {
                    break;
                }
                parts++;
            }
        }
        return parts;
    }

    /** A CPU serves others' flushes whatever it is in. */
    static boolean isServed(TraceEvent event) {
        return event instanceof Flush flush && flush.who().equals("invalidate_interrupt");
    }

    /** Whether an event comes from within this call, if it is on its CPU and comes behind it. */
    private static boolean isPart(TraceEvent event, TraceEvent call) {
        return switch (event) {
            case FlushRequest e -> true;
            case Flush e -> true;
            case TableValidated e -> call instanceof Mmuext;
            case TableContent e -> call instanceof Mmuext;
            case TableDropped e -> call instanceof Mmuext;
            case EntryWrite e -> call instanceof VaMapping && e.via() == Via.UPDATE_VA_MAPPING;
            default -> false;
        };
    }
}
