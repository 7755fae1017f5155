package shootdown.cluster;

import shootdown.engine.Partition;

import java.util.ArrayList;
import java.util.List;

/**
 * Deals states out among the members that remain. Each sends two runs of states, its own and its
 * copy of another's, each in the order of numbers; receivers merge all runs.
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
    Deal(Exchange exchange, Partition from, long limit) {
        this.exchange = exchange;
        this.from = from;
        this.limit = limit;
        batches = new Out[exchange.size()];
        last = new long[exchange.size()];
        for (int to = 0; to < batches.length; to++) {
            batches[to] = new Out();
            writers.add(new StateWriter(from));
        }
    }

    void send(long number, long parent, int[] ids) {
        if (number >= limit) {
            return;
        }
        int to = from.owner(ids, 0, exchange.size());
        Out batch = batches[to];
        batch.number(number - last[to] + 1);
        Copy.write(batch, writers.get(to), number, number, parent, ids);
        last[to] = number;
        if (batch.size() >= BATCH_BYTES) {
            exchange.send(to, batch.take());
        }
    }

    /** Ends a run. */
    void end() {
        for (int to = 0; to < batches.length; to++) {
            batches[to].number(0);
            last[to] = 0;
        }
    }

    /** Takes what comes, in the order of numbers. */
    void receive(Partition part, Longs numbers, Longs parents) {
        for (int to = 0; to < batches.length; to++) {
            exchange.send(to, batches[to].take());
        }
        List<Found> runs = new ArrayList<>();
        List<Longs> parentRuns = new ArrayList<>();
        for (List<byte[]> messages : exchange.finish()) {
            read(messages, part, runs, parentRuns);
        }
        int width = part.blocks();
        int[] ids = new int[width];
        boolean[] fresh = new boolean[1];
        for (Merge merge = new Merge(runs); !merge.isAtEnd(); merge.advance()) {
            Found run = runs.get(merge.sender());
            System.arraycopy(run.ids(), merge.place() * width, ids, 0, width);
            part.add(ids, 1, fresh);
            if (!fresh[0]) {
                throw new IllegalStateException("state " + merge.key() + " was dealt out twice");
            }
            numbers.add(merge.key());
            parents.add(parentRuns.get(merge.sender()).get(merge.place()));
        }
    }

    private static void read(
            List<byte[]> messages, Partition part, List<Found> runs, List<Longs> parentRuns) {
        StateReader reader = new StateReader(part);
        Found run = new Found(part.blocks());
        Longs parents = new Longs();
        long number = 0;
        for (byte[] message : messages) {
            In in = new In(message);
            while (!in.isAtEnd()) {
                long step = in.number();
                if (step == 0) {
                    runs.add(run);
                    parentRuns.add(parents);
                    run = new Found(part.blocks());
                    parents = new Longs();
                    number = 0;
                } else {
                    number += step - 1;
                    in.number();
                    parents.add(number - in.number());
                    run.add(number, reader.read(in), 0);
                }
            }
        }
    }
}
