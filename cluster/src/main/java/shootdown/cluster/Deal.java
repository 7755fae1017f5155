package shootdown.cluster;

import shootdown.engine.MemoryBudget;
import shootdown.engine.Partition;

import java.util.ArrayList;
import java.util.List;

/**
 * Deals states out among the members that remain. Each sends two runs of states, its own and its
 * copy of another's, each in the order of numbers; receivers merge all runs ({@link Dealt}).
 */
final class Deal {
    private static final int BATCH_BYTES = 128 * 1024;

    private final Exchange exchange;
    private final Partition from;
    private final long limit;
    private final Out[] batches;
    private final long[] last;
    private final List<StateWriter> writers = new ArrayList<>();

    /**
     * @param from whose block ids the states have
     * @param limit the least number that is left out
     */
    Deal(Exchange exchange, Partition from, MemoryBudget budget, long limit) {
        this.exchange = exchange;
        this.from = from;
        this.limit = limit;
        batches = new Out[exchange.size()];
        last = new long[exchange.size()];
        for (int to = 0; to < batches.length; to++) {
            batches[to] = new Out();
            writers.add(new StateWriter(from, budget));
        }
    }

    void send(long number, long parent, int[] ids) {
        if (number >= limit) {
            return;
        }
        int to = from.owner(ids, 0, exchange.size());
        Out batch = batches[to];
        batch.number(number - last[to] + 1);
        Copy.write(batch, writers.get(to), number, parent, ids);
        last[to] = number;
        if (batch.size() >= BATCH_BYTES) {
            exchange.send(to, batch.take());
        }
    }

    /** Ends a run. */
    void endRun() {
        for (int to = 0; to < batches.length; to++) {
            batches[to].number(0);
            last[to] = 0;
        }
    }

    /** Sends what is left. */
    void flush() {
        for (int to = 0; to < batches.length; to++) {
            exchange.send(to, batches[to].take());
        }
    }
}
