package shootdown.cluster;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.engine.End;
import shootdown.engine.SearchResult;

import java.security.SecureRandom;
import java.util.List;

/** One search by all members together, as the one who asks sees it. */
final class Quest {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Members tell every few seconds that they are at it. */
    private static final int SILENCE = 60_000 / Crew.POLL_MILLIS;

    private final Crew crew;
    private final Cluster.Task task;
    private final CheckOptions options;
    private List<Address> ring;
    private Run run = new Run(RANDOM.nextLong(), 0);
    private int takenOver;
    private Signs signs = new Signs(0, SILENCE);

    // As far as is known.
    private final long started = System.nanoTime();
    private long states;
    private long transitions;
    private int depth;

    Quest(Crew crew, Cluster.Task task, CheckOptions options) {
        this.crew = crew;
        this.task = task;
        this.options = options;
        ring = List.copyOf(crew.members().keySet());
    }

    /** Returns what was found, or null if it was cancelled. */
    @Nullable SearchResult search() {
        start(new int[0], 0);
        try {
            while (!options.search().cancelled().getAsBoolean()) {
                Crew.Event event = crew.next();
                SearchResult result = event == null ? pass() : hear(event);
                if (result != null) {
                    return result;
                }
            }
            return null;
        } finally {
            crew.end(run.id());
        }
    }

    /** Nothing came for a moment. */
    private @Nullable SearchResult pass() {
        signs.tick();
        int hopeless = signs.hopeless();
        if (hopeless >= 0) {
            crew.leaveOut(ring.get(hopeless));
            beginAgain("a member is there, but others do not hear it");
        }
        return null;
    }

    private void start(int[] remaining, int before) {
        signs = new Signs(ring.size(), SILENCE);
        Out out = new Out().text(Kind.EXPLORE.name());
        run.write(out);
        new Part.Ring(ring, remaining, before).write(out);
        Codec.write(out, task.policy(), task.universe());
        Codec.write(out, options);
        byte[] message = out.take();
        takenOver = remaining.length == 0 ? ring.size() : 0;
        ring.forEach(member -> crew.send(member, message));
    }

    private @Nullable SearchResult hear(Crew.Event event) {
        if (event.from() == null) {
            losses();
            return null;
        }
        In in = new In(event.bytes());
        Kind kind = Kind.valueOf(in.text());
        boolean known =
                kind == Kind.RESULT
                        || kind == Kind.PROGRESS
                        || kind == Kind.STANDING
                        || kind == Kind.TAKEN_OVER
                        || kind == Kind.FAILED;
        if (!known || !Run.read(in).equals(run)) {
            return null;
        }
        switch (kind) {
            case RESULT -> {
                return Codec.result(in);
            }
            case PROGRESS -> {
                states = in.number();
                transitions = in.number();
                depth = in.small();
                options.search().progress().update(states, transitions, depth, in.number());
            }
            case TAKEN_OVER -> takenOver++;
            case STANDING -> signs.hear(ring.indexOf(event.from()), Standing.read(in));
            default -> {
                return failed(Part.Failure.valueOf(in.text()), in.text());
            }
        }
        return null;
    }

    private @Nullable SearchResult failed(Part.Failure kind, String why) {
        switch (kind) {
            case LOST -> beginAgain(why);
            case ERROR -> throw ClusterException.failure(why);
            case MEMORY -> {
                return outOfMemory();
            }
        }
        return null;
    }

    /** A member could not say what was found: nothing is known but how far it was. */
    private SearchResult outOfMemory() {
        int counters = Checker.system(task.policy(), task.universe(), options).counters();
        return new SearchResult(
                End.MEMORY_LIMIT,
                states,
                transitions,
                depth,
                new long[counters],
                new long[0],
                List.of(),
                0,
                System.nanoTime() - started);
    }

    private void losses() {
        List<Address> gone = crew.gone();
        List<Address> before = ring;
        List<Address> rest = before.stream().filter(member -> !gone.contains(member)).toList();
        if (rest.size() == before.size()) {
            return;
        }
        if (takenOver < before.size()) {
            beginAgain("another member was lost while parts were dealt out");
            return;
        }
        int[] remaining = rest.stream().mapToInt(before::indexOf).toArray();
        ring = rest;
        run = run.next();
        start(remaining, before.size());
    }

    private void beginAgain(String why) {
        crew.say(why + ": the search begins again");
        crew.end(run.id());
        crew.gone();
        ring = List.copyOf(crew.members().keySet());
        run = new Run(RANDOM.nextLong(), 0);
        start(new int[0], 0);
    }
}
