package shootdown.workload.replay;

import shootdown.policy.Final;
import shootdown.policy.Policy;
import shootdown.workload.trace.TraceException;
import shootdown.workload.trace.TraceForm;
import shootdown.workload.trace.TraceReader;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Leads a recording through the model, once for any number of policies: it is read and interpreted
 * once, and each policy has a machine of its own that takes the steps.
 */
public final class Replay {
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
                        options.tlbEntries(),
                        recording.form());
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
     * @param goesOn asked now and then; false ends the replay, with what was found so far
     * @throws shootdown.workload.trace.TraceException if the recording is wrong
     */
    public Replayed run(Progress progress, BooleanSupplier goesOn) {
        return run(runs, progress, goesOn);
    }

    /**
     * As {@link #run(Progress, BooleanSupplier)}, with other machines in place of the policies'.
     */
    Replayed run(List<ModelRun> machines, Progress progress, BooleanSupplier goesOn) {
        ExecutorService workers = Executors.newFixedThreadPool(options.threads());
        try (TraceReader reader = TraceReader.open(recording.file(), options.lenient())) {
            Bounded events = new Bounded(reader);
            Feed feed =
                    new Feed(
                            machines,
                            workers,
                            recording.events(),
                            events::next,
                            reader::line,
                            progress,
                            goesOn);
            Unread unread = interpret(feed);
            feed.flush();
            return result(unread, feed.events().returned());
        } catch (Contradiction e) {
            throw TraceException.at(
                    recording.file().toString(),
                    e.line(),
                    "cannot be followed",
                    "no machine can do this after what came before: " + e.getMessage());
        } finally {
            workers.shutdownNow();
        }
    }

    private Unread interpret(Feed feed) {
        if (recording.form() == TraceForm.STOCK) {
            StockInterpreter interpreter = new StockInterpreter(recording, feed);
            interpreter.all(feed.events());
            return interpreter.unread();
        }
        Interpreter interpreter = new Interpreter(recording.frames(), recording.cpus(), feed);
        interpreter.all(feed.events());
        return interpreter.unread();
    }

    private Replayed result(Unread unread, long events) {
        List<PolicyRun> results = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ModelRun run = runs.get(i);
            results.add(new PolicyRun(names.get(i), run.tally(), run.assumed()));
        }
        return new Replayed(recording, options, events, results, reference.agreement(), unread);
    }
}
