package shootdown.workload.trace;

import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a recording and refuses those that cannot come where they are: an end without
 * its begin, content without its table, a flush that nobody asked for. Use it in place of the
 * reader's {@link TraceReader#next()}.
 *
 * <p>What it refuses cannot have happened; what it lets pass may still make no sense to a machine,
 * of which it knows nothing. A recording may begin in the middle of things and end there: what
 * began before it is believed, once for each CPU or frame.
 *
 * <p>Memory: a few words for each CPU, and in the full form two for each frame that is ever a
 * table.
 */
public final class OrderCheck {
    private final TraceReader reader;
    private final Order order;

    public OrderCheck(TraceReader reader) {
        this.reader = reader;
        this.order = reader.form() == TraceForm.FULL ? new FullOrder() : new StockOrder();
    }

    /** The rules of one form; remembers of the events before what they need. */
    interface Order {
        /** What is wrong with this event here, or null, and then it has happened. */
        @Nullable Misplaced accept(TraceEvent event);
    }

    /**
     * Why an event cannot come here.
     *
     * @param rule the same whenever the same is wrong
     * @param problem what is wrong this time
     * @param ofEarlier whether it is what came before that is wrong: told once, and the event can
     *     then be tried again
     */
    record Misplaced(String rule, String problem, boolean ofEarlier) {
        /** The event itself is wrong here. */
        Misplaced(String rule, String problem) {
            this(rule, problem, false);
        }

        /** Something is missing before the event. */
        static Misplaced before(String rule, String problem) {
            return new Misplaced(rule, problem, true);
        }
    }

    /**
     * The next event that can follow those before, or null at the end.
     *
     * @throws TraceException if one cannot, and the reader is not lenient; else it is among the
     *     reader's skipped
     */
    public @Nullable TraceEvent next() {
        while (true) {
            TraceEvent event = reader.next();
            if (event == null) {
                return null;
            }
            if (passes(event)) {
                return event;
            }
        }
    }

    private boolean passes(TraceEvent event) {
        Misplaced misplaced = order.accept(event);
        while (misplaced != null) {
            reader.refuse(misplaced.rule(), misplaced.problem());
            if (!misplaced.ofEarlier()) {
                return false;
            }
            misplaced = order.accept(event);
        }
        return true;
    }
}
