package shootdown.cli;

import shootdown.policy.FlushFlags;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A policy of the user, kept from giving wrong verdicts: asked twice, it must answer alike; what it
 * throws becomes a message; a {@link Watchdog} sees each call.
 */
final class WatchedPolicy implements Policy {
    private final Policy policy;
    private final String name;
    private final Path file;
    private final ThreadLocal<Desk> desks;

    WatchedPolicy(Policy policy, String name, Path file, Watchdog watchdog) {
        this.policy = policy;
        this.name = name;
        this.file = file;
        this.desks = ThreadLocal.withInitial(() -> new Desk(watchdog.post(file)));
    }

    /** What one thread needs. */
    private static final class Desk {
        private final Watchdog.Post post;
        private final Answer first = new Answer();
        private final Answer second = new Answer();

        Desk(Watchdog.Post post) {
            this.post = post;
        }
    }

    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        return ask(flusher, answer -> policy.updated(update, answer, accumulator));
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        ask(
                flusher,
                answer -> {
                    policy.finished(invocation, answer, accumulator);
                    return 0;
                });
    }

    private interface Question {
        int put(Answer answer);
    }

    private int ask(Flusher flusher, Question question) {
        Desk desk = desks.get();
        desk.first.clear();
        desk.second.clear();
        desk.post.enter();
        try {
            desk.first.accumulator = question.put(desk.first);
            desk.second.accumulator = question.put(desk.second);
        } catch (Throwable problem) { // also errors: whatever it throws is its own
            throw PolicyFailure.threw(file, name, problem);
        } finally {
            desk.post.leave();
        }
        if (!desk.first.sameAs(desk.second)) {
            throw PolicyFailure.undecided(
                    file, name, desk.first.toString(), desk.second.toString());
        }
        desk.first.deliver(flusher);
        return desk.first.accumulator;
    }

    /** What it decided: calls of the flusher in their order, and the accumulator. */
    private static final class Answer implements Flusher {
        private static final int LOCAL = -1;
        private static final int OTHERS = -2;
        private static final int ROOT = -3;

        /** Whom, or the number of a CPU, and the flags. */
        private record Request(int whom, int flags) {}

        private final List<Request> requests = new ArrayList<>();
        private int accumulator;

        void clear() {
            requests.clear();
            accumulator = 0;
        }

        boolean sameAs(Answer other) {
            return accumulator == other.accumulator && requests.equals(other.requests);
        }

        void deliver(Flusher flusher) {
            for (Request request : requests) {
                switch (request.whom) {
                    case LOCAL -> flusher.local(request.flags);
                    case OTHERS -> flusher.others(request.flags);
                    case ROOT -> flusher.rootPgtChanged();
                    default -> throw new AssertionError(request.whom);
                }
            }
        }

        @Override
        public void local(int flags) {
            requests.add(new Request(LOCAL, flags));
        }

        @Override
        public void others(int flags) {
            requests.add(new Request(OTHERS, flags));
        }

        @Override
        public void rootPgtChanged() {
            requests.add(new Request(ROOT, 0));
        }

        @Override
        public String toString() {
            List<String> words = new ArrayList<>();
            for (Request request : requests) {
                String flags = FlushFlags.toString(request.flags);
                words.add(
                        switch (request.whom) {
                            case LOCAL -> "flushes " + flags + " here";
                            case OTHERS -> "flushes " + flags + " elsewhere";
                            case ROOT -> "sets root_pgt_changed";
                            default -> "flushes " + flags + " on CPU" + request.whom;
                        });
            }
            words.add("returns " + accumulator);
            return String.join(", ", words);
        }
    }
}
