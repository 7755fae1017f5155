package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import shootdown.engine.End;
import shootdown.engine.Partition;
import shootdown.engine.PartitionFull;
import shootdown.engine.SearchOptions;
import shootdown.engine.Violation;

import java.util.ArrayList;
import java.util.List;

/**
 * One member's part of one round.
 *
 * <p>A candidate's key is the number of its parent, counted from the round's first, and its index
 * among those of that parent: the order of keys is the canonical order. Three steps:
 *
 * <ol>
 *   <li>each member expands what it owns of the round, and sends candidates to their owners;
 *   <li>owners add them in the order of keys, and send the keys of the new ones to be ranked: the
 *       parents of the round are split among the members, and each ranks the keys of its slice;
 *   <li>ranks come back with the size of each slice, so that owners know the numbers of their new
 *       states, and all know what was counted and found.
 * </ol>
 *
 * A member that can not go on takes part in all steps nevertheless, and says so in the third.
 */
final class Round {
    /** Messages of candidates are about this long. */
    private static final int BATCH_BYTES = 128 * 1024;

    /** States are added so many at once. */
    private static final int BATCH_STATES = 4096;

    /** What a member counted in this round. */
    private record Counted(long transitions, long[] counters) {}

    private final Peers peers;
    private final Exchange exchange;
    private final Totals before;
    private final SearchOptions options;
    private final Partition part;
    private final Longs numbers;
    private final Longs parents;
    private final long count;

    private final List<Offence> offences = new ArrayList<>();
    private final List<Integer> preceding = new ArrayList<>();
    private final Longs added = new Longs();
    private @Nullable End failed;
    private Counted counted = new Counted(0, new long[0]);

    /**
     * @param peers what is known of the other members
     * @param numbers of the states of {@code part}; those of new states are added
     * @param parents the numbers of their parents, -1 for initial states
     * @param most the most states of a round
     */
    Round(
            Peers peers,
            Exchange exchange,
            Totals before,
            SearchOptions options,
            Longs numbers,
            Longs parents,
            int most) {
        this.peers = peers;
        this.exchange = exchange;
        this.before = before;
        this.options = options;
        this.numbers = numbers;
        this.parents = parents;
        part = peers.part();
        count = Math.min(before.levelEnd() - before.explored(), most);
    }

    /** Takes the three steps. */
    Totals run() {
        Found own = new Found(part.blocks());
        expand(own);
        merge(own, exchange.finish());
        sendKeys();
        rank(exchange.finish());
        return number(exchange.finish());
    }

    private void expand(Found own) {
        long transitions = part.transitions();
        long[] counters = part.counters();
        try {
            if (before.round() == 0) {
                addInitial(own);
            } else {
                expandOwned(own);
            }
        } catch (PartitionFull full) {
            failed = End.MEMORY_LIMIT;
        }
        long[] more = part.counters();
        for (int i = 0; i < more.length; i++) {
            more[i] -= counters[i];
        }
        counted = new Counted(part.transitions() - transitions, more);
    }

    /** Everybody enumerates the initial states, and takes its own. */
    private void addInitial(Found own) {
        int[] index = {0};
        part.initialStates(
                ids -> {
                    if (part.owner(ids, 0, exchange.size()) == exchange.self()) {
                        own.add(index[0], ids, 0);
                    }
                    index[0]++;
                });
    }

    private void expandOwned(Found own) {
        int first = numbers.below(before.explored());
        int end = numbers.below(before.explored() + count);
        Out[] batches = new Out[exchange.size()];
        long[] last = new long[exchange.size()];
        for (int to = 0; to < batches.length; to++) {
            batches[to] = new Out();
        }
        Partition.Candidates out =
                new Partition.Candidates() {
                    @Override
                    public void candidate(int place, int index, int[] ids, int from) {
                        if (peers.recent().has(ids, from)) {
                            return;
                        }
                        long offset = offset(place);
                        int to = part.owner(ids, from, exchange.size());
                        if (to == exchange.self()) {
                            own.add(offset << Integer.SIZE | index, ids, from);
                        } else {
                            Out batch = batches[to];
                            batch.number(offset - last[to]).number(index);
                            last[to] = offset;
                            peers.writer(to).write(batch, ids, from);
                            if (batch.size() >= BATCH_BYTES) {
                                exchange.send(to, batch.take());
                            }
                        }
                    }

                    @Override
                    public void violation(long properties, int place, int step, int before) {
                        note(properties, place, step, before);
                    }
                };
        if (!part.expand(first, end - first, out)) {
            failed = End.CANCELLED;
        }
        for (int to = 0; to < batches.length; to++) {
            if (batches[to].size() > 0) {
                exchange.send(to, batches[to].take());
            }
        }
    }

    private long offset(int place) {
        return numbers.get(place) - before.explored();
    }

    private void note(long properties, int place, int step, int candidatesBefore) {
        long state = numbers.get(place);
        boolean byState = step == Violation.NO_STEP;
        int depth = before.depth() + (byState ? 0 : 1);
        offences.add(new Offence(properties, depth, byState ? state : 0, state, step));
        preceding.add(candidatesBefore);
    }

    private void merge(Found own, List<List<byte[]>> batches) {
        try {
            List<Found> found = new ArrayList<>();
            for (int from = 0; from < exchange.size(); from++) {
                found.add(from == exchange.self() ? own : read(from, batches.get(from)));
            }
            add(found);
        } catch (PartitionFull full) {
            failed = End.MEMORY_LIMIT;
        }
    }

    private Found read(int from, List<byte[]> batches) {
        Found found = new Found(part.blocks());
        long offset = 0;
        for (byte[] batch : batches) {
            In in = new In(batch);
            while (!in.isAtEnd()) {
                offset += in.number();
                long index = in.number();
                found.add(offset << Integer.SIZE | index, peers.reader(from).read(in), 0);
            }
        }
        return found;
    }

    /** Adds all candidates in the canonical order, and notes the keys of the new ones. */
    private void add(List<Found> found) {
        int width = part.blocks();
        int[] ids = new int[BATCH_STATES * width];
        long[] keys = new long[BATCH_STATES];
        boolean[] fresh = new boolean[BATCH_STATES];
        Merge merge = new Merge(found);
        while (!merge.isAtEnd()) {
            int size = 0;
            for (; size < BATCH_STATES && !merge.isAtEnd(); merge.advance()) {
                int[] from = found.get(merge.sender()).ids();
                System.arraycopy(from, merge.place() * width, ids, size * width, width);
                keys[size++] = merge.key();
            }
            part.add(ids, size, fresh);
            for (int c = 0; c < size; c++) {
                if (fresh[c]) {
                    added.add(keys[c]);
                }
            }
        }
    }

    // Ranks.

    /** Returns which member ranks the candidates of a parent. */
    private int ranker(long offset) {
        return count == 0 ? 0 : (int) (offset * exchange.size() / count);
    }

    private void sendKeys() {
        int next = 0;
        for (int to = 0; to < exchange.size(); to++) {
            int end = next;
            while (end < added.size() && ranker(added.get(end) >>> Integer.SIZE) == to) {
                end++;
            }
            Out out = new Out().number(end - next);
            long last = 0;
            for (; next < end; next++) {
                out.number(added.get(next) - last);
                last = added.get(next);
            }
            writeOffences(out, to);
            exchange.send(to, out.take());
        }
    }

    private void writeOffences(Out out, int to) {
        for (int i = 0; i < offences.size(); i++) {
            Offence offence = offences.get(i);
            if (ranker(offence.state() - before.explored()) == to) {
                write(out, offence);
                out.number(preceding.get(i));
            }
        }
    }

    private static void write(Out out, Offence offence) {
        out.number(offence.properties()).number(offence.depth()).number(offence.rank());
        out.number(offence.state()).number(offence.step() - Violation.NO_STEP);
    }

    private static Offence readOffence(In in) {
        return new Offence(
                in.number(), in.small(), in.number(), in.number(), in.small() + Violation.NO_STEP);
    }

    /** Ranks the keys of this member's slice, and answers those who sent them. */
    private void rank(List<List<byte[]>> messages) {
        Longs all = new Longs();
        List<Longs> keys = new ArrayList<>();
        List<Offence> found = new ArrayList<>();
        Longs places = new Longs();
        for (List<byte[]> message : messages) {
            In in = new In(message.getFirst());
            Longs of = new Longs();
            long key = 0;
            for (long left = in.number(); left > 0; left--) {
                key += in.number();
                of.add(key);
                all.add(key);
            }
            keys.add(of);
            while (!in.isAtEnd()) {
                found.add(readOffence(in));
                long offset = found.getLast().state() - before.explored();
                places.add(offset << Integer.SIZE | in.number());
            }
        }
        all.sort();
        for (int to = 0; to < exchange.size(); to++) {
            Out out = header(all.size());
            out.number(found.size());
            for (int i = 0; i < found.size(); i++) {
                write(out, found.get(i));
                out.number(all.below(places.get(i)));
            }
            long last = 0;
            for (int i = 0; i < keys.get(to).size(); i++) {
                long rank = all.below(keys.get(to).get(i));
                out.number(rank - last);
                last = rank;
            }
            exchange.send(to, out.take());
        }
    }

    private Out header(int size) {
        Out out = new Out().text(failed == null ? "" : failed.name()).number(size);
        out.number(counted.transitions());
        for (long counter : counted.counters()) {
            out.number(counter);
        }
        return out;
    }

    /** Numbers the new states, and sums up. */
    private Totals number(List<List<byte[]>> messages) {
        Sums sums = new Sums(before.first().length, before.counters().length);
        long base = before.states();
        Longs fresh = new Longs();
        End stop = null;
        for (List<byte[]> message : messages) {
            In in = new In(message.getFirst());
            String reason = in.text();
            stop = reason.isEmpty() ? stop : End.valueOf(reason);
            long size = in.number();
            sums.addTransitions(in.number());
            for (int i = 0; i < before.counters().length; i++) {
                sums.addCounter(i, in.number());
            }
            for (long left = in.number(); left > 0; left--) {
                Offence offence = readOffence(in);
                sums.offer(ranked(offence, base + in.number()));
            }
            long number = base;
            while (!in.isAtEnd()) {
                number += in.number();
                fresh.add(number);
            }
            base += size;
        }
        if (stop != null) {
            return before.ended(stop);
        }
        for (int i = 0; i < fresh.size() && fresh.get(i) < options.maxStates(); i++) {
            numbers.add(fresh.get(i));
            parents.add(parent(added.get(i)));
        }
        return before.next(count, base - before.states(), sums, options);
    }

    private long parent(long key) {
        return before.round() == 0 ? -1 : before.explored() + (key >>> Integer.SIZE);
    }

    private static Offence ranked(Offence offence, long rank) {
        return offence.step() == Violation.NO_STEP
                ? offence
                : new Offence(
                        offence.properties(),
                        offence.depth(),
                        rank,
                        offence.state(),
                        offence.step());
    }
}
