package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import shootdown.engine.End;
import shootdown.engine.MemoryBudget;
import shootdown.engine.MemoryExhausted;
import shootdown.engine.Partition;
import shootdown.engine.Progress;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.engine.TransitionSystem;
import shootdown.engine.Violation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One member of a search: owns the states whose contents hash to it.
 *
 * <p><b>Overview.</b> A state has a number, the same that it has in a search by one process: its
 * place in the canonical order (see {@link shootdown.engine.Search}). A member keeps the numbers of
 * its states and of their parents; the frontier is a range of numbers, which all members take in
 * rounds ({@link Round}). After each round all know the same {@link Totals}, and so all come to the
 * same decisions: nobody leads.
 *
 * <p>Each member sends its new states also to the next one, which keeps them unread ({@link Copy}).
 * They travel with the first step of the next round. When somebody has completed round r, all have
 * completed round r - 1 and all copies of r - 1 have arrived; so whoever is lost, the others go
 * back by at most one round, deal all states out anew among themselves ({@link #takeOver}), and go
 * on.
 *
 * <p>Rejected: asking the owner about each state (a message a state is thousands of times dearer
 * than a batch); a leader that numbers all states (its network is the limit); a rendezvous only at
 * the end of levels (the candidates of a big level do not fit in memory).
 *
 * <p>Threads: one.
 */
final class Member {
    /** States of a round of a search without limits, for each member. */
    private static final int ROUND_STATES = 64 * 1024;

    /** States of a round of other searches: the same as in one process, which ends at rounds. */
    private static final int LIMITED_ROUND_STATES = 16 * 1024;

    private static final long NO_PARENT = -1;

    private final long started = System.nanoTime();
    private final TransitionSystem system;
    private final SearchOptions options;
    private final MemoryBudget budget;
    private Peers peers;
    private Longs numbers;
    private Longs parents;
    private Totals totals;
    private @Nullable Totals before;
    private Copy copy;

    /** How the states of this member go to the next one. */
    private StateWriter copyWriter;

    /** The place of the first state that has not yet gone there, and the last number that has. */
    private int copied;

    private long lastCopied;

    /** Whether parts are being dealt out; if that is interrupted, this one's is gone. */
    private boolean dealing;

    /**
     * @param budget takes what is allocated; closed by whoever made it
     * @throws MemoryExhausted if not even the beginning fits
     */
    Member(TransitionSystem system, SearchOptions options, MemoryBudget budget) {
        this.system = system;
        this.options = options;
        this.budget = budget;
        MemoryBudget own = budget.part(1);
        peers = new Peers(new Partition(system, options, own), own);
        numbers = new Longs(own);
        parents = new Longs(own);
        copy = new Copy(own);
        copyWriter = new StateWriter(part(), own);
        totals = Totals.none(system.properties(), system.counters());
    }

    private Partition part() {
        return peers.part();
    }

    /** Searches, or goes on with a search that was interrupted. */
    SearchResult search(Exchange exchange) {
        Progress progress = options.progress();
        while (totals.end() == null) {
            @Nullable End failed = sendCopy(exchange) ? null : End.MEMORY_LIMIT;
            Exchange watched = new FirstStep(exchange, this::keepCopies);
            Totals next =
                    new Round(
                                    peers,
                                    watched,
                                    totals,
                                    options,
                                    numbers,
                                    parents,
                                    roundStates(exchange.size()),
                                    failed)
                            .run();
            before = totals;
            totals = next;
            progress.update(
                    totals.states(),
                    totals.transitions(),
                    Math.max(0, totals.depth()),
                    totals.levelEnd() - totals.explored());
        }
        return result(exchange, totals, totals.end());
    }

    private int roundStates(int members) {
        boolean limited = options.maxStates() != Long.MAX_VALUE || options.stopWhenViolated() != 0;
        return limited
                ? LIMITED_ROUND_STATES
                : (int) Math.min(Integer.MAX_VALUE, (long) ROUND_STATES * members);
    }

    // Copies.

    /** Returns whether all was sent; if not, memory does not suffice to remember what was. */
    private boolean sendCopy(Exchange exchange) {
        Out out = new Out();
        if (exchange.size() == 1) {
            copied = numbers.size();
        }
        int[] ids = new int[part().blocks()];
        boolean enough = true;
        try {
            for (; copied < numbers.size(); copied++) {
                part().ids(copied, ids);
                long number = numbers.get(copied);
                out.number(number - lastCopied);
                Copy.write(out, copyWriter, number, parents.get(copied), ids);
                lastCopied = number;
            }
        } catch (MemoryExhausted exhausted) {
            enough = false;
        }
        exchange.send((exchange.self() + 1) % exchange.size(), out.take());
        return enough;
    }

    /** Takes the copy out of the messages of the first step of a round. */
    private List<List<byte[]>> keepCopies(int previous, List<List<byte[]>> messages) {
        List<List<byte[]>> rest = new ArrayList<>(messages);
        List<byte[]> from = messages.get(previous);
        copy.add(from.subList(0, 1), totals.round());
        rest.set(previous, from.subList(1, from.size()));
        return rest;
    }

    // Losses.

    /**
     * Takes over the parts of members that are lost, together with the others, and goes back to a
     * round that all have in full.
     *
     * @param exchange among those who remain
     * @param remaining the old numbers of those who remain, in the order of their new ones
     * @param members how many there were
     * @throws Lost if a copy was lost with what it is a copy of, or not all fits in memory
     */
    void takeOver(Exchange exchange, int[] remaining, int members) {
        if (dealing) {
            throw new Lost("another member was lost while parts were dealt out");
        }
        boolean[] here = new boolean[members];
        for (int member : remaining) {
            here[member] = true;
        }
        for (int member = 0; member < members; member++) {
            if (!here[member] && !here[(member + 1) % members]) {
                throw new Lost("a member and the one that had a copy of its part are lost");
            }
        }
        int self = remaining[exchange.self()];
        int previous = (self + members - 1) % members;
        boolean copyCounts = !here[previous];
        Totals common = common(exchange, copyCounts);
        dealing = true;
        try {
            dealOut(exchange, common, copyCounts);
        } catch (MemoryExhausted exhausted) {
            throw new Lost("what a lost member had does not fit in the others' memory");
        }
        dealing = false;
    }

    private Totals common(Exchange exchange, boolean copyCounts) {
        int round = copyCounts ? Math.min(totals.round(), copy.round()) : totals.round();
        for (int to = 0; to < exchange.size(); to++) {
            exchange.send(to, new Out().number(round + 1).take());
        }
        int least = Integer.MAX_VALUE;
        for (List<byte[]> message : exchange.finish()) {
            least = Math.min(least, new In(message.getFirst()).small() - 1);
        }
        if (totals.round() == least) {
            return totals;
        }
        if (before == null || before.round() != least) {
            throw new Lost("a member was lost before there was a copy of its part");
        }
        return before;
    }

    /** Sends every state that this member has to whom it belongs now, and takes those that come. */
    private void dealOut(Exchange exchange, Totals common, boolean withCopy) {
        Deal deal = new Deal(exchange, part(), peers.budget(), common.states());
        int[] ids = new int[part().blocks()];
        for (int place = 0; place < numbers.size(); place++) {
            part().ids(place, ids);
            deal.send(numbers.get(place), parents.get(place), ids);
        }
        deal.endRun();
        if (withCopy) {
            copy.read(part(), deal::send);
            deal.endRun();
        }
        deal.flush();
        peers.budget().close(); // before as much comes again
        MemoryBudget own = budget.part(1);
        Partition fresh = new Partition(system, options, own);
        peers = new Peers(fresh, own);
        numbers = new Longs(own);
        parents = new Longs(own);
        copy = new Copy(own);
        copyWriter = new StateWriter(fresh, own);
        copied = 0;
        lastCopied = 0;
        new Dealt(fresh, own).receive(exchange.finish(), numbers, parents);
        totals = common;
        before = null;
    }

    // Results.

    private SearchResult result(Exchange exchange, Totals last, End end) {
        long[] bytes = new long[1];
        List<Violation> violations = violations(exchange, last, bytes);
        long[] frontiers = last.allFrontiers();
        return new SearchResult(
                end,
                last.states(),
                last.transitions(),
                Math.max(0, frontiers.length - 1),
                last.counters(),
                frontiers,
                violations,
                bytes[0],
                System.nanoTime() - started);
    }

    /** Follows the paths of all violations at once, one state a step. */
    private List<Violation> violations(Exchange exchange, Totals last, long[] bytes) {
        Map<Integer, List<long[]>> paths = new HashMap<>();
        Map<Integer, Long> wanted = new HashMap<>();
        for (int property = 0; property < system.properties(); property++) {
            Offence offence = last.first()[property];
            if (offence != null) {
                paths.put(property, new ArrayList<>());
                wanted.put(property, offence.state());
            }
        }
        do {
            bytes[0] = 0;
            for (In answer : ask(exchange, wanted)) {
                bytes[0] += answer.number();
                while (!answer.isAtEnd()) {
                    int property = answer.small();
                    wanted.put(property, answer.number() - 1);
                    long[] state = new long[answer.small()];
                    for (int w = 0; w < state.length; w++) {
                        state[w] = answer.number();
                    }
                    paths.getOrDefault(property, new ArrayList<>()).addFirst(state);
                }
            }
            wanted.values().removeIf(number -> number == NO_PARENT);
        } while (!wanted.isEmpty());
        List<Violation> violations = new ArrayList<>();
        for (int property = 0; property < system.properties(); property++) {
            Offence offence = last.first()[property];
            List<long[]> path = paths.get(property);
            if (offence != null && path != null) {
                violations.add(new Violation(property, offence.depth(), path, offence.step()));
            }
        }
        return violations;
    }

    /** Sends those wanted states that this member has to all, and returns what all have. */
    private List<In> ask(Exchange exchange, Map<Integer, Long> wanted) {
        Out out = new Out().number(budget.peakBytes());
        wanted.forEach(
                (property, number) -> {
                    int place = numbers.below(number);
                    if (place < numbers.size() && numbers.get(place) == number) {
                        long[] state = part().state(place);
                        out.number(property).number(parents.get(place) + 1).number(state.length);
                        for (long word : state) {
                            out.number(word);
                        }
                    }
                });
        byte[] message = out.take();
        for (int to = 0; to < exchange.size(); to++) {
            exchange.send(to, message);
        }
        return exchange.finish().stream().map(sent -> new In(sent.getFirst())).toList();
    }
}
