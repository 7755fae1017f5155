package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** One search: goes through the levels, round by round, until there is a reason to end. */
final class Exploration {

    private static final long PROGRESS_NANOS = 50_000_000;

    private final long started = System.nanoTime();
    private final TransitionSystem system;
    private final SearchOptions options;
    private final MemoryBudget budget;
    private final Store store;
    private final StateLog log;
    private final Findings findings;
    private long[] frontiers = new long[16];
    private int levels;
    private int explored;
    private int states;
    private long transitions;
    private long[] counters;
    private long lastProgress = started;

    private Exploration(TransitionSystem system, SearchOptions options, MemoryBudget budget) {
        this.system = system;
        this.options = options;
        this.budget = budget;
        store = new Store(system, options.covering(), budget);
        log = store.log();
        findings = new Findings(system.properties());
        counters = new long[system.counters()];
    }

    static SearchResult run(TransitionSystem system, SearchOptions options) {
        require(system.properties() <= TransitionSystem.MAX_PROPERTIES, "too many properties");
        require(
                options.stopWhenViolated() >>> system.properties() == 0,
                "no such property to stop at");
        int blocks = system.blockLengths().length;
        int firstSet = system.firstSetBlock();
        require(firstSet >= 0 && firstSet <= blocks, "no such block: " + firstSet);
        MemoryBudget budget = new MemoryBudget(options.memoryBytes());
        Exploration exploration;
        try {
            exploration = new Exploration(system, options, budget);
        } catch (MemoryExhausted tooLittle) {
            return new SearchResult(
                    End.MEMORY_LIMIT,
                    0,
                    0,
                    0,
                    new long[system.counters()],
                    new long[0],
                    List.of(),
                    budget.peakBytes(),
                    0);
        }
        return exploration.result(exploration.end());
    }

    private static void require(boolean held, String otherwise) {
        if (!held) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private End end() {
        try (Round round = new Round(system, options, store, findings, budget)) {
            return explore(round);
        } catch (MemoryExhausted exhausted) {
            return End.MEMORY_LIMIT;
        }
    }

    private End explore(Round round) {
        round.addInitial(system);
        settle(round);
        End end = endBetweenRounds(round);
        int levelEnd = log.size();
        addLevel(levelEnd);
        while (end == null) {
            int count = Math.min(levelEnd - explored, Round.STATES);
            if (!round.run(explored, count, levels - 1)) {
                return End.CANCELLED;
            }
            explored += count;
            settle(round);
            tellProgress();
            end = endBetweenRounds(round);
            if (explored == levelEnd) {
                addLevel(log.size() - levelEnd);
                levelEnd = log.size();
            }
        }
        return end;
    }

    private @Nullable End endBetweenRounds(Round round) {
        if (findings.settled(options.stopWhenViolated(), explored)) {
            return explored == log.size() && !round.cut() ? End.EXHAUSTED : End.VIOLATED;
        }
        if (round.cut()) {
            return End.STATE_LIMIT;
        }
        return explored == log.size() ? End.EXHAUSTED : null;
    }

    /** Takes over the totals of a finished round; an unfinished one is not counted. */
    private void settle(Round round) {
        states = log.size();
        transitions = round.transitions();
        long[] sums = new long[counters.length];
        round.addCounters(sums);
        counters = sums;
    }

    private void addLevel(int size) {
        if (size > 0) {
            if (levels == frontiers.length) {
                frontiers = Arrays.copyOf(frontiers, levels * 2);
            }
            frontiers[levels++] = size;
        }
    }

    private void tellProgress() {
        long now = System.nanoTime();
        if (now - lastProgress >= PROGRESS_NANOS) {
            lastProgress = now;
            options.progress().update(states, transitions, levels - 1, frontiers[levels - 1]);
        }
    }

    private SearchResult result(End end) {
        completeLevels();
        return new SearchResult(
                end,
                states,
                transitions,
                Math.max(0, levels - 1),
                counters,
                Arrays.copyOf(frontiers, levels),
                violations(),
                budget.peakBytes(),
                System.nanoTime() - started);
    }

    /** Adds the level that was being discovered when the search ended within another. */
    private void completeLevels() {
        long known = 0;
        for (int level = 0; level < levels; level++) {
            known += frontiers[level];
        }
        addLevel((int) (states - known));
    }

    private List<Violation> violations() {
        List<Violation> found = new ArrayList<>();
        for (int property = 0; property < system.properties(); property++) {
            if (findings.violated(property)) {
                List<long[]> path = path(findings.state(property));
                int step = findings.step(property);
                found.add(new Violation(property, findings.depth(property), path, step));
            }
        }
        return found;
    }

    private List<long[]> path(int last) {
        Deque<long[]> path = new ArrayDeque<>();
        for (int state = last; state != StateLog.NO_PARENT; state = log.parent(state)) {
            path.addFirst(store.state(state));
        }
        return new ArrayList<>(path);
    }
}
