package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes a run of the frontier one step further: expands its states, merges what comes out into the
 * visited states, and appends the new ones to the log, in the canonical order.
 *
 * <p>With several workers: they expand chunks; then each merges the shards that it owns, going
 * through all chunks in order; then one thread appends what is new. With one worker each chunk is
 * merged at once. Both give the same log.
 */
final class Round implements AutoCloseable {

    /** The most states of a round. The same for any number of workers: searches end at rounds. */
    static final int STATES = 16 * 1024;

    private static final int MAX_CHUNK = 256;
    private static final int MIN_CHUNK = 16;
    private static final int CHUNKS = STATES / MAX_CHUNK;

    private final Store store;
    private final StateLog log;
    private final Findings findings;
    private final Crew crew;
    private final Worker[] workers;
    private final Chunk[] chunks;
    private final Share[] shares;

    /** For chunks that one worker merges alone. */
    private final Share all;

    private final AtomicInteger nextChunk = new AtomicInteger();
    private @Nullable Throwable failure;
    private volatile int failedChunk;
    private long transitions;
    private long limit;
    private boolean cut;

    Round(
            TransitionSystem system,
            SearchOptions options,
            Store store,
            Findings findings,
            MemoryBudget budget) {
        limit = options.maxStates();
        this.store = store;
        this.findings = findings;
        log = store.log();
        chunks = new Chunk[CHUNKS];
        for (int c = 0; c < CHUNKS; c++) {
            chunks[c] = new Chunk(store.blocks().count(), MAX_CHUNK, budget);
        }
        crew = new Crew(options.threads());
        all = new Share(0, 1, budget);
        shares = new Share[crew.size()];
        workers = new Worker[crew.size()];
        @Nullable Answers answers = Answers.of(system, store.blocks(), budget);
        for (int w = 0; w < workers.length; w++) {
            shares[w] = new Share(w, crew.size(), budget);
            workers[w] = new Worker(system, options, store.blocks(), answers, budget);
        }
    }

    /** Returns the number of successors that were generated. */
    long transitions() {
        return transitions;
    }

    /** Sets the number of successors that were generated, when a search goes on from there. */
    void transitions(long known) {
        transitions = known;
    }

    /** Has no limit of states from now on: some that are appended may turn out not to be new. */
    void appendAll() {
        limit = Long.MAX_VALUE;
    }

    /** Returns whether there were more states than the limit. */
    boolean cut() {
        return cut;
    }

    /** Adds the counters of all expanders to {@code sums}. */
    void addCounters(long[] sums) {
        for (Worker worker : workers) {
            worker.addCounters(sums);
        }
    }

    /** Adds the initial states to the log. */
    void addInitial(TransitionSystem system) {
        Chunk chunk = chunks[0];
        chunk.reset(StateLog.NO_PARENT, 0);
        system.initialStates(
                state -> {
                    workers[0].addInitial(chunk, state);
                    if (chunk.size == STATES) {
                        absorb(0, 1, 0);
                        chunk.reset(StateLog.NO_PARENT, 0);
                    }
                });
        absorb(0, 1, 0);
    }

    /**
     * Expands {@code count} states from number {@code first} on, which are {@code depth} steps
     * deep.
     *
     * @return whether all were; false if cancelled
     */
    boolean run(int first, int count, int depth) {
        int perChunk = Math.max(MIN_CHUNK, (count + CHUNKS - 1) / CHUNKS);
        int used = (count + perChunk - 1) / perChunk;
        for (int c = 0; c < used; c++) {
            int from = c * perChunk;
            chunks[c].reset(first + from, Math.min(perChunk, count - from));
        }
        for (Worker worker : workers) {
            worker.last().begin(count);
        }
        boolean alone = crew.size() == 1 || used <= 2;
        return alone ? runAlone(used, depth) : runTogether(used, depth);
    }

    @Override
    public void close() {
        crew.close();
    }

    private boolean runAlone(int used, int depth) {
        for (int c = 0; c < used; c++) {
            workers[0].expand(chunks[c], log, store.layout());
            if (!chunks[c].complete) {
                judge(chunks[c], depth);
                return false;
            }
            store.prepare(chunks[c], workers[0].last());
            absorb(c, 1, depth);
        }
        return true;
    }

    private boolean runTogether(int used, int depth) {
        failure = null;
        nextChunk.set(0);
        failedChunk = used;
        crew.run(w -> expandChunks(workers[w], used));
        if (failure != null) {
            throw Crew.unchanged(failure);
        }
        for (int c = 0; c < used; c++) {
            if (!chunks[c].complete) {
                for (int before = 0; before <= c; before++) {
                    judge(chunks[before], depth);
                }
                return false;
            }
        }
        absorb(0, used, depth);
        return true;
    }

    /**
     * Claims chunks in order. One that fails stops those behind it, so that the first failure wins.
     */
    private void expandChunks(Worker worker, int used) {
        for (int c = nextChunk.getAndIncrement();
                c < Math.min(used, failedChunk);
                c = nextChunk.getAndIncrement()) {
            try {
                worker.expand(chunks[c], log, store.layout());
                if (!chunks[c].complete) {
                    return;
                }
                store.prepare(chunks[c], worker.last());
            } catch (Throwable thrown) {
                fail(c, thrown);
            }
        }
    }

    private synchronized void fail(int chunk, Throwable thrown) {
        if (chunk < failedChunk) {
            failedChunk = chunk;
            failure = thrown;
        }
    }

    private void absorb(int first, int count, int depth) {
        store.ready(chunks, first, count);
        if (count == 1) {
            store.merge(chunks[first], all);
        } else {
            crew.run(
                    w -> {
                        for (int c = first; c < first + count; c++) {
                            store.merge(chunks[c], shares[w]);
                        }
                    });
        }
        for (int c = first; c < first + count; c++) {
            judge(chunks[c], depth);
            append(chunks[c]);
            transitions += chunks[c].transitions;
        }
    }

    private void judge(Chunk chunk, int depth) {
        for (ChunkViolations.Entry entry : chunk.violations.entries()) {
            int state = chunk.firstState + entry.state();
            if (entry.step() == Violation.NO_STEP) {
                findings.offer(entry.properties(), depth, state, state, Violation.NO_STEP);
            } else {
                long rank = log.size() + (long) chunk.countNew(entry.candidates());
                findings.offer(entry.properties(), depth + 1, rank, state, entry.step());
            }
        }
    }

    private void append(Chunk chunk) {
        int words = store.layout().words();
        int candidate = 0;
        for (int s = 0; s < Math.max(1, chunk.states); s++) {
            int parent = chunk.states == 0 ? StateLog.NO_PARENT : chunk.firstState + s;
            int end = chunk.states == 0 ? chunk.size : chunk.ends[s];
            for (; candidate < end; candidate++) {
                if (chunk.marks[candidate] == Chunk.NEW) {
                    if (log.size() >= limit) {
                        cut = true;
                        return;
                    }
                    log.append(chunk.keys, candidate * words, parent);
                }
            }
        }
    }
}
