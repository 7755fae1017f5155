package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Expands chunks of the frontier. Used by one thread at a time. */
final class Worker {

    private static final int POLL_MASK = 15;

    private final Blocks blocks;
    private final BooleanSupplier cancelled;
    private final Canonical canonical;
    private final Expansion expansion;
    private final LastCandidates last;
    private final int[] ids;

    /**
     * @param answers what the parts of the system have answered, or null if it has none
     */
    Worker(
            TransitionSystem system,
            SearchOptions options,
            Blocks blocks,
            @Nullable Answers answers,
            MemoryBudget budget) {
        this.blocks = blocks;
        canonical = new Canonical(system, options.symmetry(), blocks.stateLength());
        cancelled = options.cancelled();
        last = new LastCandidates(budget);
        ids = new int[blocks.count()];
        expansion = expansion(system, answers, budget);
    }

    private Expansion expansion(
            TransitionSystem system, @Nullable Answers answers, MemoryBudget budget) {
        Expander expander = system.expander();
        Chunk none = new Chunk(blocks.count(), 1, budget);
        if (answers == null) {
            return new Direct(expander, blocks, canonical, none);
        }
        Recall recall = new Recall(expander, answers, blocks, canonical);
        Supplier<Expansion> direct = () -> new Direct(system.expander(), blocks, canonical, none);
        return Worker.class.desiredAssertionStatus()
                ? new Verified(recall, direct.get(), blocks.count(), budget)
                : new WhilePaying(recall, recall::asked, direct, WhilePaying.WINDOW);
    }

    /** Adds what this worker has counted to {@code sums}. */
    void addCounters(long[] sums) {
        expansion.addCounters(sums);
    }

    /** Returns what it met of this round. */
    LastCandidates last() {
        return last;
    }

    /** Expands all states of a chunk; leaves it incomplete when cancelled. */
    void expand(Chunk into, StateLog log, KeyLayout layout) {
        for (int place = 0; place < into.states; place++) {
            if ((place & POLL_MASK) == 0) {
                if (cancelled.getAsBoolean()) {
                    return;
                }
                readAhead(into, place, log, layout);
            }
            unpack(into.firstState + place, log, layout);
            expansion.expand(ids, into, place);
            into.ends[place] = into.size;
        }
        into.complete = true;
    }

    private void readAhead(Chunk into, int place, StateLog log, KeyLayout layout) {
        int end = Math.min(place + POLL_MASK + 1, into.states);
        for (int ahead = place; ahead < end; ahead++) {
            unpack(into.firstState + ahead, log, layout);
            expansion.readAhead(ids);
        }
    }

    private void unpack(int number, StateLog log, KeyLayout layout) {
        layout.unpack(log.keyArray(number), log.keyOffset(number), ids, 0);
    }

    /** Adds an initial state to a chunk. */
    void addInitial(Chunk into, long[] initial) {
        long[] least = canonical.of(initial);
        int at = into.reserve();
        for (int b = 0; b < ids.length; b++) {
            into.ids[at + b] = blocks.table(b).intern(least, blocks.offset(b));
        }
        into.size++;
    }
}
