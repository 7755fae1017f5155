package shootdown.workload.replay;

import shootdown.policy.Final;
import shootdown.policy.Policy;
import shootdown.workload.trace.TraceException;
import shootdown.workload.trace.TraceForm;
import shootdown.workload.trace.TraceReader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final Map<String, Policy> policies;
    private final Options options;

    /**
     * @param policies by name
     */
    public Replay(Recording recording, Map<String, Policy> policies, Options options) {
        this.recording = recording;
        this.policies = new LinkedHashMap<>(policies);
        this.options = options;
    }

    /**
     * Goes through the recording: once, or, if so many machines do not fit into memory, once for
     * each group of policies of which they do.
     *
     * @param goesOn asked now and then; false ends the replay, with what was found so far
     * @throws shootdown.workload.trace.TraceException if the recording is wrong
     */
    public Replayed run(Progress progress, BooleanSupplier goesOn) {
        Settings settings = Settings.of(recording, options);
        ModelRun reference = new ModelRun(new Final(), settings);
        List<String> others = new ArrayList<>(policies.keySet());
        others.removeIf(name -> policies.get(name) instanceof Final);
        Map<String, PolicyRun> results = new HashMap<>();
        Followed followed;
        int from = 0;
        do {
            int to = Math.min(from + settings.machinesThatFit(), others.size());
            Map<String, ModelRun> group = new LinkedHashMap<>();
            for (String name : others.subList(from, to)) {
                group.put(name, new ModelRun(Objects.requireNonNull(policies.get(name)), settings));
            }
            List<ModelRun> machines = new ArrayList<>(group.values());
            if (from == 0) {
                machines.add(0, reference);
            }
            followed = follow(machines, progress, goesOn);
            group.forEach((name, machine) -> results.put(name, machine.result(name)));
            from = to;
        } while (from < others.size() && followed.events() == recording.events());
        return new Replayed(
                recording,
                options,
                followed.events(),
                inOrder(results, reference),
                reference.agreement(),
                followed.unread());
    }

    private List<PolicyRun> inOrder(Map<String, PolicyRun> results, ModelRun reference) {
        List<PolicyRun> all = new ArrayList<>();
        policies.forEach(
                (name, policy) -> {
                    PolicyRun result = results.get(name);
                    if (policy instanceof Final) {
                        all.add(reference.result(name));
                    } else if (result != null) {
                        all.add(result);
                    }
                });
        return all;
    }

    /** How far a pass through the recording came, and what it could not use. */
    record Followed(Unread unread, long events) {}

    /** Leads these machines through the recording. */
    Followed follow(List<ModelRun> machines, Progress progress, BooleanSupplier goesOn) {
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
            return new Followed(unread, feed.events().returned());
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
            StockInterpreter interpreter =
                    new StockInterpreter(recording, options.tlbEntries(), feed);
            interpreter.all(feed.events());
            return interpreter.unread();
        }
        Interpreter interpreter =
                new Interpreter(recording.frames(), recording.cpus(), options.tlbEntries(), feed);
        interpreter.all(feed.events());
        return interpreter.unread();
    }
}
