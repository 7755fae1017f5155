package shootdown.workload.replay;

import org.jspecify.annotations.Nullable;

import shootdown.policy.Final;
import shootdown.policy.Policy;
import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceReader;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * Leads a recording through the model, once for any number of policies: it is read and interpreted
 * once, and each policy has a machine of its own that takes the steps.
 */
public final class Replay {
    private static final int BATCH = 1 << 13;

    /** Hears how far a replay is. */
    public interface Progress {
        /** So many of the recording's events have been read. */
        void events(long done);
    }

    private final Recording recording;
    private final Options options;
    private final List<String> names = new ArrayList<>();
    private final List<ModelRun> runs = new ArrayList<>();
    private final ModelRun reference;

    /**
     * @param policies by name
     */
    public Replay(Recording recording, Map<String, Policy> policies, Options options) {
        this.recording = recording;
        this.options = options;
        Settings settings =
                new Settings(
                        recording.frames(),
                        recording.cpus(),
                        options.xpti(),
                        options.pcid(),
                        options.tlbEntries());
        ModelRun compared = null;
        for (Map.Entry<String, Policy> policy : policies.entrySet()) {
            ModelRun run = new ModelRun(policy.getValue(), settings);
            names.add(policy.getKey());
            runs.add(run);
            compared = policy.getValue() instanceof Final ? run : compared;
        }
        reference = compared == null ? new ModelRun(new Final(), settings) : compared;
        if (compared == null) {
            runs.add(reference);
        }
    }

    /**
     * Goes through the recording.
     *
     * @param goesOn asked now and then; false ends the replay
     * @return what was found, or null if it was ended
     * @throws shootdown.workload.trace.TraceException if the recording is wrong
     */
    public @Nullable Replayed run(Progress progress, BooleanSupplier goesOn)
            throws InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(options.threads());
        try (TraceReader reader = TraceReader.open(recording.file(), options.lenient())) {
            Feed feed = new Feed(reader, workers, progress, goesOn);
            Interpreter interpreter =
                    new Interpreter(recording.frames(), recording.cpus(), feed::add);
            interpreter.all(new Ahead(feed::next));
            feed.flush();
            return feed.ended ? null : result(interpreter.unread());
        } finally {
            workers.shutdownNow();
        }
    }

    private Replayed result(Unread unread) {
        List<PolicyRun> results = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ModelRun run = runs.get(i);
            results.add(new PolicyRun(names.get(i), run.tally(), run.assumed()));
        }
        return new Replayed(recording, options, results, reference.agreement(), unread);
    }

    /** Between the reader and the machines: steps go to all of them, many at a time. */
    private final class Feed {
        private final TraceReader reader;
        private final ExecutorService workers;
        private final Progress progress;
        private final BooleanSupplier goesOn;
        private List<Step> steps = new ArrayList<>(BATCH);
        private long events;
        private int slice = -1;
        private boolean ended;

        Feed(
                TraceReader reader,
                ExecutorService workers,
                Progress progress,
                BooleanSupplier goesOn) {
            this.reader = reader;
            this.workers = workers;
            this.progress = progress;
            this.goesOn = goesOn;
        }

        @Nullable TraceEvent next() {
            TraceEvent event = ended ? null : reader.next();
            if (event != null) {
                int now = (int) (events * Tally.SLICES / Math.max(1, recording.events()));
                events++;
                if (now != slice && now < Tally.SLICES) {
                    slice = now;
                    add(new Step.Slice(slice));
                }
            }
            return event;
        }

        void add(Step step) {
            steps.add(step);
            if (steps.size() >= BATCH) {
                flush();
            }
        }

        void flush() {
            List<Step> batch = steps;
            steps = new ArrayList<>(BATCH);
            List<Callable<Boolean>> work = new ArrayList<>();
            for (ModelRun run : runs) {
                work.add(
                        () -> {
                            batch.forEach(run::take);
                            return true;
                        });
            }
            try {
                for (Future<Boolean> done : workers.invokeAll(work)) {
                    done.get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                ended = true;
            } catch (ExecutionException e) {
                throw rethrown(e.getCause());
            }
            progress.events(events);
            ended |= !goesOn.getAsBoolean();
        }

        private RuntimeException rethrown(@Nullable Throwable cause) {
            if (cause instanceof RuntimeException e) {
                throw e;
            }
            if (cause instanceof Error e) {
                throw e;
            }
            throw new IllegalStateException(cause);
        }
    }
}
