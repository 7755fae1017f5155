package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import shootdown.engine.End;
import shootdown.engine.MemoryBudget;
import shootdown.engine.MemoryExhausted;
import shootdown.engine.Partition;
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
 * A member that can not go on takes part in all steps nevertheless, and says so in the third. What
 * it needs to note its new states it takes before: whoever said that it can go on, can.
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
    private final MemoryBudget temporary;
    private final Longs numbers;
    private final Longs parents;
    private final long count;

    private final List<Offence> offences = new ArrayList<>();
    private final List<Integer> preceding = new ArrayList<>();
    private final Found own;
    private final Longs added;
    private final Longs fresh;
    private @Nullable End failed;
    private Counted counted = new Counted(0, new long[0]);

    /**
     * @param peers what is known of the other members
     * @param numbers of the states of {@code part}; those of new states are added
     * @param parents the numbers of their parents, -1 for initial states
     * @param most the most states of a round
     * @param failed why this member cannot go on; null if it can
     */
    Round(
            Peers peers,
            Exchange exchange,
            Totals before,
            SearchOptions options,
            Longs numbers,
            Longs parents,
            int most,
            @Nullable End failed) {
        this.peers = peers;
        this.exchange = exchange;
        this.before = before;
        this.options = options;
        this.numbers = numbers;
        this.parents = parents;
        this.failed = failed;
        part = peers.part();
        temporary = peers.budget().part(1);
        own = new Found(part.blocks(), temporary);
        added = new Longs(temporary);
        fresh = new Longs(temporary);
        count = Math.min(before.levelEnd() - before.explored(), most);
    }

    /** Takes the three steps. */
    Totals run() {
        try (temporary) {
            guarded(this::expand);
            List<List<byte[]>> candidates = exchange.finish();
            guarded(() -> merge(candidates));
            sendKeys();
            Ranking ranking = new Ranking(before.explored(), temporary);
            List<List<byte[]>> keys = exchange.finish();
            guarded(() -> ranking.read(keys));
            guarded(this::reserve);
            sendRanks(ranking);
            return number(exchange.finish());
        }
    }

    /** Does what needs memory, unless something before it did not have enough. */
    private void guarded(Runnable work) {
        if (failed == null) {
            try {
                work.run();
            } catch (MemoryExhausted | OutOfMemoryError full) {
                failed = End.MEMORY_LIMIT;
            }
        }
    }

    private void expand() {
        long transitions = part.transitions();
        long[] counters = part.counters();
        if (before.round() == 0) {
            addInitial();
        } else {
            expandOwned();
        }
        long[] more = part.counters();
        for (int i = 0; i < more.length; i++) {
            more[i] -= counters[i];
        }
        counted = new Counted(part.transitions() - transitions, more);
    }

    /** Everybody enumerates the initial states, and takes its own. */
    private void addInitial() {
        int[] index = {0};
        part.initialStates(
                ids -> {
                    if (part.owner(ids, 0, exchange.size()) == exchange.self()) {
                        own.add(index[0], ids, 0);
                    }
                    index[0]++;
                });
    }

    private void expandOwned() {
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

    private void merge(List<List<byte[]>> batches) {
        List<Found> found = new ArrayList<>();
        for (int from = 0; from < exchange.size(); from++) {
            found.add(from == exchange.self() ? own : read(from, batches.get(from)));
        }
        add(found);
    }

    private Found read(int from, List<byte[]> batches) {
        Found found = new Found(part.blocks(), temporary);
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
                offence.write(out);
                out.number(preceding.get(i));
            }
        }
    }

    /** Makes sure that the new states can be noted. */
    private void reserve() {
        fresh.reserve(added.size());
        numbers.reserve(added.size());
        parents.reserve(added.size());
    }

    private void sendRanks(Ranking ranking) {
        for (int to = 0; to < exchange.size(); to++) {
            Out out = new Out().text(failed == null ? "" : failed.name());
            if (failed == null) {
                out.number(ranking.size()).number(counted.transitions());
                for (long counter : counted.counters()) {
                    out.number(counter);
                }
                ranking.write(out, to);
            }
            exchange.send(to, out.take());
        }
    }

    /** Numbers the new states, and sums up. */
    private Totals number(List<List<byte[]>> messages) {
        Sums sums = new Sums(before.first().length, before.counters().length);
        long base = before.states();
        for (List<byte[]> message : messages) {
            In in = new In(message.getFirst());
            String reason = in.text();
            if (!reason.isEmpty()) {
                return before.ended(End.valueOf(reason));
            }
            base += readRanks(in, base, sums);
        }
        for (int i = 0; i < fresh.size() && fresh.get(i) < options.maxStates(); i++) {
            numbers.add(fresh.get(i));
            parents.add(parent(added.get(i)));
        }
        return before.next(count, base - before.states(), sums, options);
    }

    /** Returns the size of the slice, whose first new state has the number {@code base}. */
    private long readRanks(In in, long base, Sums sums) {
        long size = in.number();
        sums.addTransitions(in.number());
        for (int i = 0; i < before.counters().length; i++) {
            sums.addCounter(i, in.number());
        }
        for (long left = in.number(); left > 0; left--) {
            Offence offence = Offence.read(in);
            sums.offer(offence.ranked(base + in.number()));
        }
        long number = base;
        while (!in.isAtEnd()) {
            number += in.number();
            fresh.add(number);
        }
        return size;
    }

    private long parent(long key) {
        return before.round() == 0 ? -1 : before.explored() + (key >>> Integer.SIZE);
    }
}
