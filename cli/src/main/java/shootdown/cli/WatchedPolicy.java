package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.policy.FlushFlags;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;
import shootdown.report.IdealInUse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A policy of the user, kept from giving wrong verdicts: asked twice, it must answer alike; what it
 * throws becomes a message, as do flags that do not exist; a {@link Watchdog} sees each call.
 */
final class WatchedPolicy implements Policy, IdealInUse {
    private final Policy policy;
    private final String name;
    private final Path file;
    private final ThreadLocal<Desk> desks;
    private volatile boolean askedTooMuch;

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
        WatchedUpdate watched = new WatchedUpdate(update);
        int result = ask(flusher, answer -> policy.updated(watched, answer, accumulator));
        if (watched.askedTooMuch()) {
            askedTooMuch = true;
        }
        return result;
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

    @Override
    public boolean askedTooMuch() {
        return askedTooMuch;
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
        for (Answer answer : List.of(desk.first, desk.second)) {
            if (answer.unknown != null) {
                throw PolicyFailure.unknownFlags(
                        file, name, answer.unknownFlags, answer.unknown.getStackTrace());
            }
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
        private enum Kind {
            LOCAL,
            OTHERS,
            ROOT
        }

        /** One call. */
        private record Request(Kind kind, int flags, long spared) {}

        private final List<Request> requests = new ArrayList<>();
        private int accumulator;

        /** Where flags were asked for that do not exist, and these. */
        private @Nullable Throwable unknown;

        private int unknownFlags;

        void clear() {
            requests.clear();
            accumulator = 0;
            unknown = null;
        }

        boolean sameAs(Answer other) {
            return accumulator == other.accumulator && requests.equals(other.requests);
        }

        void deliver(Flusher flusher) {
            for (Request request : requests) {
                switch (request.kind) {
                    case LOCAL -> flusher.local(request.flags);
                    case OTHERS -> flusher.othersBut(request.spared, request.flags);
                    case ROOT -> flusher.rootPgtChanged();
                }
            }
        }

        private void add(Kind kind, int flags, long spared) {
            if (unknown == null && !FlushFlags.isKnown(flags)) {
                unknown = new Throwable();
                unknownFlags = flags;
            }
            requests.add(new Request(kind, flags, spared));
        }

        @Override
        public void local(int flags) {
            add(Kind.LOCAL, flags, 0);
        }

        @Override
        public void othersBut(long spared, int flags) {
            add(Kind.OTHERS, flags, spared);
        }

        @Override
        public void rootPgtChanged() {
            add(Kind.ROOT, 0, 0);
        }

        private static String elsewhere(long spared) {
            return " elsewhere" + (spared == 0 ? "" : " but on 0x" + Long.toHexString(spared));
        }

        @Override
        public String toString() {
            List<String> words = new ArrayList<>();
            for (Request request : requests) {
                String flags = FlushFlags.toString(request.flags);
                words.add(
                        switch (request.kind) {
                            case LOCAL -> "flushes " + flags + " here";
                            case OTHERS -> "flushes " + flags + elsewhere(request.spared);
                            case ROOT -> "sets root_pgt_changed";
                        });
            }
            words.add("returns " + accumulator);
            return String.join(", ", words);
        }
    }
}
