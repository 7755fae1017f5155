package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * One search: goes through the levels, round by round, until there is a reason to end.
 *
 * <p>With a {@link Disk} a round may fail: for want of memory, which is then emptied, or because
 * keys must be laid out anew. The search goes back to its last {@link Standing} and on from there;
 * what it finds is the same.
 */
final class Exploration {

    private static final long PROGRESS_NANOS = 50_000_000;

    private final long started = System.nanoTime();
    private final TransitionSystem system;
    private final SearchOptions options;
    private final MemoryBudget budget;
    private final Store store;
    private final StateLog log;
    private final Findings findings;
    private final @Nullable Disk disk;
    private long[] frontiers = new long[16];
    private int levels;
    private int levelEnd;
    private int explored;
    private int states;
    private long transitions;
    private long[] counters;

    /**
     * What the counters were before this process, or before it went back, beyond the expanders'.
     */
    private final long[] countersBefore;

    private boolean cut;
    private Standing safe;

    /** Where the search stood when memory was emptied last. */
    private @Nullable Standing emptied;

    private long lastProgress = started;

    private Exploration(TransitionSystem system, SearchOptions options, MemoryBudget budget) {
        this.system = system;
        this.options = options;
        this.budget = budget;
        store = new Store(system, options.covering(), budget);
        log = store.log();
        findings = new Findings(system.properties());
        counters = new long[system.counters()];
        countersBefore = new long[counters.length];
        SearchFolder folder = options.folder();
        Manifest manifest = folder == null ? null : folder.checkpoint();
        if (folder == null) {
            disk = null;
        } else {
            store.keepLayoutInRounds();
            disk =
                    manifest == null
                            ? Disk.begin(folder, store, budget)
                            : Disk.open(folder, manifest, store, budget);
        }
        safe = new Standing(0, 0, 0, 0, 0, counters, findings.copy());
        if (manifest != null) {
            resume(manifest);
        }
    }

    private void resume(Manifest manifest) {
        frontiers = manifest.numbers("frontiers");
        safe =
                new Standing(
                        log.size(),
                        (int) manifest.number("explored"),
                        (int) manifest.number("levelEnd"),
                        frontiers.length,
                        manifest.number("transitions"),
                        manifest.numbers("counters"),
                        Findings.load(manifest));
        frontiers = Arrays.copyOf(frontiers, frontiers.length + 16);
        if (log.size() > options.maxStates()) {
            throw new UnusableFolder(
                    "the checkpoint has %d states, more than the limit of %d"
                            .formatted(log.size(), options.maxStates()));
        }
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
            return nothing(End.MEMORY_LIMIT, system, budget);
        } catch (DiskFailure failure) {
            tell(options, failure);
            return nothing(End.DISK_FAILED, system, budget);
        }
        try {
            return exploration.result(exploration.end());
        } catch (DiskFailure failure) {
            throw new UnusableFolder("a story cannot be read: " + failure.getMessage());
        } finally {
            exploration.close();
        }
    }

    private static SearchResult nothing(End end, TransitionSystem system, MemoryBudget budget) {
        long[] counters = new long[system.counters()];
        return new SearchResult(
                end, 0, 0, 0, counters, new long[0], List.of(), budget.peakBytes(), 0);
    }

    private static void require(boolean held, String otherwise) {
        if (!held) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static void tell(SearchOptions options, DiskFailure failure) {
        SearchFolder folder = options.folder();
        if (folder != null) {
            folder.problem(String.valueOf(failure.getMessage()));
        }
    }

    private void close() {
        if (disk != null) {
            disk.close();
        }
    }

    private End end() {
        try (Round round = new Round(system, options, store, findings, budget)) {
            goBack(round);
            End end = explore(round);
            if (disk != null) {
                keep(disk, round, end);
            }
            return end;
        } catch (MemoryExhausted exhausted) {
            return End.MEMORY_LIMIT;
        }
    }

    private End explore(Round round) {
        End end = safe.states() == 0 ? null : endBetweenRounds();
        try {
            while (end == null) {
                try {
                    end = advance(round);
                } catch (MemoryExhausted | LayoutOutgrown outgrown) {
                    if (disk == null) {
                        throw outgrown;
                    }
                    recover(disk, round, outgrown);
                }
            }
            return end;
        } catch (MemoryExhausted exhausted) {
            return End.MEMORY_LIMIT;
        } catch (DiskFailure failure) {
            tell(options, failure);
            return End.DISK_FAILED;
        }
    }

    /** Makes one round, the initial states first, and returns why to end, if there is a reason. */
    private @Nullable End advance(Round round) {
        if (log.size() == 0) {
            round.addInitial(system);
        } else {
            int count = Math.min(levelEnd - explored, Round.STATES);
            log.hold(explored, count);
            if (!round.run(explored, count, levels - 1)) {
                return End.CANCELLED;
            }
            explored += count;
        }
        settle(round);
        tellProgress();
        End end = endBetweenRounds();
        boolean forGood = disk == null || !disk.isSpilled();
        if (disk != null && disk.isSpilled() && mustSift(disk, end)) {
            disk.sift(safe.states(), findings);
            cutBack();
            end = endBetweenRounds();
            forGood = true;
        }
        if (explored == levelEnd) {
            addLevel(log.size() - levelEnd);
            levelEnd = log.size();
        }
        if (disk != null && end == null && forGood) {
            secure(disk, round);
        }
        return end;
    }

    private boolean mustSift(Disk spilled, @Nullable End end) {
        return explored == levelEnd
                || end != null
                || spilled.isFull()
                || log.size() > options.maxStates();
    }

    /** Keeps the limit of states, which rounds do not keep while they may append known ones. */
    private void cutBack() {
        if (log.size() > options.maxStates()) {
            log.truncate((int) options.maxStates());
            cut = true;
        }
        states = log.size();
    }

    /** Notes that all that was found is found for good; writes a checkpoint if it is time. */
    private void secure(Disk to, Round round) {
        safe = standing();
        log.writeSegments();
        if (to.isFull() && to.canSpill()) {
            to.spill();
            round.appendAll();
        }
        if (to.isDue()) {
            to.save(safe, frontiers);
        }
    }

    /** Makes room, or lays keys out anew, to go on where the search stood for good. */
    private void recover(Disk from, Round round, RuntimeException outgrown) {
        goBack(round);
        if (outgrown instanceof LayoutOutgrown) {
            from.widen();
        } else {
            if (safe.equals(emptied)) {
                throw outgrown;
            }
            emptied = safe;
            from.spillLog();
        }
        if (from.isSpilled()) {
            round.appendAll();
        }
    }

    private void goBack(Round round) {
        log.truncate(safe.states());
        states = safe.states();
        explored = safe.explored();
        levelEnd = safe.levelEnd();
        levels = safe.levels();
        transitions = safe.transitions();
        round.transitions(transitions);
        counters = safe.counters();
        findings.set(safe.findings());
        long[] sums = new long[counters.length];
        round.addCounters(sums);
        Arrays.setAll(countersBefore, i -> counters[i] - sums[i]);
    }

    /** Keeps a checkpoint at the end; of a search that has seen all, only if there was one. */
    private void keep(Disk at, Round round, End end) {
        switch (end) {
            case EXHAUSTED -> {
                if (at.hasSaved()) {
                    safe = standing();
                    save(at);
                }
            }
            case VIOLATED -> {}
            case STATE_LIMIT -> {
                log.truncate(safe.states());
                save(at);
            }
            case CANCELLED, MEMORY_LIMIT, DISK_FAILED -> {
                Findings found = findings.copy();
                goBack(round);
                findings.set(found);
                if (end != End.DISK_FAILED) {
                    save(at);
                }
            }
        }
    }

    private void save(Disk to) {
        if (safe.states() > 0) {
            try {
                to.save(safe, frontiers);
            } catch (DiskFailure failure) {
                tell(options, failure);
            }
        }
    }

    private Standing standing() {
        return new Standing(
                log.size(), explored, levelEnd, levels, transitions, counters, findings.copy());
    }

    private @Nullable End endBetweenRounds() {
        if (findings.settled(options.stopWhenViolated(), explored)) {
            return explored == log.size() && !cut ? End.EXHAUSTED : End.VIOLATED;
        }
        if (cut) {
            return End.STATE_LIMIT;
        }
        return explored == log.size() ? End.EXHAUSTED : null;
    }

    /** Takes over the totals of a finished round; an unfinished one is not counted. */
    private void settle(Round round) {
        states = log.size();
        cut = round.cut();
        transitions = round.transitions();
        long[] sums = countersBefore.clone();
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
        if (now - lastProgress >= PROGRESS_NANOS && levels > 0) {
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
