package shootdown.workload.replay;

import org.jspecify.annotations.Nullable;

import shootdown.workload.trace.TraceEvent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Between a recording and the machines: steps go to all of them, in order, many at a time. */
final class Feed implements Consumer<Step> {
    private static final int BATCH = 1 << 13;

    private final List<ModelRun> runs;
    private final ExecutorService workers;
    private final Ahead events;
    private final long total;
    private final Replay.Progress progress;
    private final BooleanSupplier goesOn;
    private List<Step> steps = new ArrayList<>(BATCH);
    private long[] lines = new long[BATCH];
    private int slice = -1;
    private boolean ended;

    /**
     * @param total events of the whole recording
     * @param source its events, then null
     * @param lines the line of the event that came last
     */
    Feed(
            List<ModelRun> runs,
            ExecutorService workers,
            long total,
            Supplier<@Nullable TraceEvent> source,
            LongSupplier lines,
            Replay.Progress progress,
            BooleanSupplier goesOn) {
        this.runs = runs;
        this.workers = workers;
        this.total = total;
        this.progress = progress;
        this.goesOn = goesOn;
        this.events = new Ahead(() -> ended ? null : source.get(), lines);
    }

    /** The events, until the recording is over or somebody has ended the replay. */
    Ahead events() {
        return events;
    }

    /**
     * Adds a step of the event that was returned last.
     *
     * @throws Contradiction if a machine cannot take it, or one before it
     */
    @Override
    public void accept(Step step) {
        int now = (int) Math.min((events.returned() - 1) * Tally.SLICES / total, Tally.SLICES - 1);
        if (now != slice) {
            slice = now;
            add(new Step.Slice(slice));
        }
        add(step);
    }

    private void add(Step step) {
        lines[steps.size()] = events.line();
        steps.add(step);
        if (steps.size() == BATCH) {
            flush();
        }
    }

    /** All machines take the steps that are left. */
    void flush() {
        List<Step> batch = steps;
        long[] batchLines = lines;
        steps = new ArrayList<>(BATCH);
        lines = new long[BATCH];
        List<Callable<Boolean>> work = new ArrayList<>();
        for (ModelRun run : runs) {
            work.add(() -> take(run, batch, batchLines));
        }
        try {
            for (Future<Boolean> done : workers.invokeAll(work)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = true;
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
        progress.events(events.returned());
        ended |= !goesOn.getAsBoolean();
    }

    private static boolean take(ModelRun run, List<Step> batch, long[] lines) {
        for (int i = 0; i < batch.size(); i++) {
            try {
                run.take(batch.get(i));
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                throw new Contradiction(e, lines[i]);
            }
        }
        return true;
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(e.getCause());
    }
}
