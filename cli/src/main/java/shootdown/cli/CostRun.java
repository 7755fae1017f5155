package shootdown.cli;

import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;
import shootdown.report.Numbers;
import shootdown.workload.replay.Options;
import shootdown.workload.replay.Recording;
import shootdown.workload.replay.Replay;
import shootdown.workload.replay.Replayed;
import shootdown.workload.trace.TraceException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Replays recordings one after the other, until the user interrupts. */
final class CostRun {
    private final Map<String, Policy> policies = new LinkedHashMap<>();
    private final Options options;
    private final Session session;
    private final List<Replayed> replays = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    CostRun(List<CatalogueEntry> policies, Options options, Session session) {
        policies.forEach(entry -> this.policies.put(entry.name(), entry.policy()));
        this.options = options;
        this.session = session;
    }

    /** Those that came to their end. */
    List<Replayed> replays() {
        return replays;
    }

    /** What each of them took. */
    List<Long> nanos() {
        return nanos;
    }

    void replay(List<Path> files) {
        try {
            List<Recording> recordings = new ArrayList<>();
            for (Path file : files) {
                recordings.add(
                        Recording.of(
                                file,
                                options.lenient())); // all errors before the first long replay
            }
            for (Recording recording : recordings) {
                if (!session.interruption().isRequested()) {
                    replay(recording);
                }
            }
        } catch (TraceException e) {
            throw new Complaint(e.says());
        }
    }

    private void replay(Recording recording) {
        long start = System.nanoTime();
        Done done = new Done(recording, replays.size() + 1);
        ProgressLine line = new ProgressLine(session.console(), done::text);
        try {
            Replayed replayed =
                    new Replay(recording, policies, options)
                            .run(done, () -> !session.interruption().isRequested());
            replays.add(replayed);
            nanos.add(System.nanoTime() - start);
        } finally {
            line.close();
        }
    }

    /** How far the replay of a recording is. */
    private static final class Done implements Replay.Progress {
        private final Recording recording;
        private final int number;
        private final long start = System.nanoTime();
        private volatile long events;

        Done(Recording recording, int number) {
            this.recording = recording;
            this.number = number;
        }

        @Override
        public void events(long done) {
            events = done;
        }

        String text() {
            double seconds = (System.nanoTime() - start) / 1e9;
            long left = recording.events() - events;
            return "recording %d, %s: %s/%s events, %s/s, about %d s left"
                    .formatted(
                            number,
                            recording.file().getFileName(),
                            Numbers.of(events),
                            Numbers.of(recording.events()),
                            Numbers.of((long) (events / seconds)),
                            events == 0 ? 0 : (long) Math.ceil(seconds / events * left));
        }
    }
}
