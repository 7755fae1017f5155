package shootdown.cli;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Exhibit;
import shootdown.checker.Universe;
import shootdown.engine.Progress;
import shootdown.policy.CatalogueEntry;
import shootdown.report.Numbers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Shows how far a check is. */
final class Tracker implements AutoCloseable {
    private final int cells;
    private final long start = System.nanoTime();
    private final AtomicInteger done = new AtomicInteger();
    private final LongAdder statesDone = new LongAdder();
    private final Set<Search> running = ConcurrentHashMap.newKeySet();
    private final ProgressLine line;

    Tracker(Console console, int cells) {
        this.cells = cells;
        this.line = new ProgressLine(console, this::text);
    }

    /** The progress of one search. */
    final class Search implements Progress {
        private final String what;
        private volatile long states;
        private volatile int depth;

        private Search(String what) {
            this.what = what;
        }

        @Override
        public void update(long states, long transitions, int depth, long frontier) {
            this.states = states;
            this.depth = depth;
        }

        /** Must be called when the search has ended. */
        void end(long states) {
            running.remove(this);
            statesDone.add(states);
            done.incrementAndGet();
        }
    }

    /**
     * Must be called before a search.
     *
     * @param what is searched, in a few words
     */
    Search begin(String what) {
        Search search = new Search(what);
        running.add(search);
        return search;
    }

    /** Checks one cell under these eyes. */
    Cell check(CatalogueEntry policy, Universe universe, CheckOptions options) {
        return check(Checker::check, policy, universe, options);
    }

    /** The same, checking it in this way. */
    Cell check(
            Exhibit.Check check, CatalogueEntry policy, Universe universe, CheckOptions options) {
        Search search = begin(policy.name() + " in " + universe.name());
        CheckOptions watched = options.withSearch(options.search().withProgress(search));
        Cell cell = check.check(policy, universe, watched);
        search.end(cell.isOwnSearch() ? cell.states() : 0);
        return cell;
    }

    /** Such as {@code 120/682 cells, 1,234,567 states, 210,000/s, 12 s left, v1 in u4-…}. */
    private String text() {
        double seconds = (System.nanoTime() - start) / 1e9;
        long states = statesDone.sum();
        for (Search search : running) {
            states += search.states;
        }
        int ended = Math.min(done.get(), cells);
        StringBuilder text = new StringBuilder();
        text.append(ended).append('/').append(cells).append(cells == 1 ? " cell, " : " cells, ");
        text.append(Numbers.of(states)).append(" states, ");
        text.append(Numbers.of((long) (states / seconds))).append("/s");
        if (ended > 0 && ended < cells) {
            text.append(", about ").append((long) Math.ceil(seconds / ended * (cells - ended)));
            text.append(" s left");
        }
        running.stream()
                .findFirst()
                .ifPresent(
                        search ->
                                text.append(", ")
                                        .append(search.what)
                                        .append(" at depth ")
                                        .append(search.depth));
        return text.toString();
    }

    /** Takes the line away. */
    @Override
    public void close() {
        line.close();
    }
}
