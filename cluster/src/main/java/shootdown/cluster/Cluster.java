package shootdown.cluster;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.engine.Progress;
import shootdown.engine.SearchResult;
import shootdown.policy.CatalogueEntry;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A cluster as the one who asks sees it. Is in the cluster, but owns nothing.
 *
 * <p>A search belongs to the one who asked for it: if the network parts, those who still see that
 * one go on, and all others stop. So there is never a second opinion, and no majority is needed.
 *
 * <p>Threads: one asks; those of the network put messages into a queue.
 */
public final class Cluster implements AutoCloseable {
    /** One search to be made. */
    public record Task(CatalogueEntry policy, Universe universe) {}

    /** Hears how far many searches are. */
    public interface Watcher {
        /** This task was given to a member; again, if that one was lost. */
        void begun(int task);

        /** It is done. */
        void done(int task, Cell cell);
    }

    private static final int ANSWER_SECONDS = 10;
    private static final int POLL_MILLIS = 50;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Something to hear of: a message, or, without bytes, that somebody came or left. */
    private record Event(@Nullable Address from, byte[] bytes) {}

    /** A search under way. */
    private static final class Quest {
        private List<Address> ring;
        private Run run = new Run(RANDOM.nextLong(), 0);
        private int takenOver;

        Quest(List<Address> ring) {
            this.ring = List.copyOf(ring);
        }
    }

    private static final byte[] NOTHING = {};

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final String version;
    private final Consumer<String> log;
    private final Channel channel;

    /** The members, and how many cells each searches at once. */
    private final Map<Address, Integer> members = new LinkedHashMap<>();

    private Cluster(
            Endpoint listen,
            List<Endpoint> at,
            @Nullable Key key,
            String version,
            Consumer<String> log) {
        this.version = version;
        this.log = log;
        channel =
                Channel.open(
                        listen,
                        at,
                        key,
                        new Channel.Listener() {
                            @Override
                            public void message(Address from, byte[] bytes) {
                                events.add(new Event(from, bytes));
                            }

                            @Override
                            public void members(List<Address> all) {
                                events.add(new Event(null, NOTHING));
                            }
                        });
    }

    /**
     * Joins the cluster of those who listen at some addresses.
     *
     * @param listen where answers come
     * @param log hears who is lost
     */
    public static Cluster join(
            Endpoint listen,
            List<Endpoint> at,
            @Nullable Key key,
            String version,
            Consumer<String> log) {
        Cluster cluster = new Cluster(listen, at, key, version, log);
        try {
            cluster.greet();
        } catch (ClusterException refused) {
            cluster.close();
            throw refused;
        }
        if (cluster.members.isEmpty()) {
            cluster.close();
            throw new ClusterException(
                    "no cluster at %s, or it has another key".formatted(shown(at)));
        }
        return cluster;
    }

    private static String shown(List<Endpoint> at) {
        return String.join(", ", at.stream().map(Endpoint::toString).toList());
    }

    /** Asks all who are there who they are. Others who only ask do not answer. */
    private void greet() {
        List<Address> others = new ArrayList<>(channel.members());
        others.remove(channel.self());
        byte[] hello = new Out().text(Kind.HELLO.name()).text(version).take();
        others.forEach(other -> channel.send(other, hello));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
        while (members.size() < others.size() && System.nanoTime() < end) {
            Event event = next();
            if (event != null && event.from() != null) {
                In in = new In(event.bytes());
                if (Kind.valueOf(in.text()) == Kind.WELCOME) {
                    String theirs = in.text();
                    if (!theirs.equals(version)) {
                        throw new ClusterException(Node.otherVersion(theirs, version));
                    }
                    members.put(event.from(), in.small());
                }
            }
        }
    }

    /** Returns how many members there are, the one who asks not counted. */
    public int members() {
        return members.size();
    }

    @Override
    public void close() {
        channel.close();
    }

    private @Nullable Event next() {
        try {
            return events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        }
    }

    /** Refuses what members do not know by name: code does not travel. */
    public static void requireKnown(CatalogueEntry policy, Universe universe) {
        if (!Codec.isKnown(policy) || !Codec.isKnown(universe)) {
            throw new ClusterException(
                    "a cluster knows policies and universes by name, and takes no code: %s in %s"
                            .formatted(policy.name(), universe.name()));
        }
    }

    /** Refuses what cannot be searched here, before members find the same. */
    private static void require(Task task, CheckOptions options) {
        requireKnown(task.policy(), task.universe());
        Checker.system(task.policy(), task.universe(), options);
    }

    private List<Address> gone() {
        List<Address> present = channel.members();
        List<Address> gone = new ArrayList<>(members.keySet());
        gone.removeAll(present);
        members.keySet().removeAll(gone);
        if (!gone.isEmpty()) {
            log.accept("%d lost, %d go on".formatted(gone.size(), members.size()));
        }
        if (members.isEmpty()) {
            throw new ClusterException(
                    "all members are lost, or the network between them and here is");
        }
        return gone;
    }

    // One search by all.

    /**
     * Searches one cell by all members together.
     *
     * @return what was found, or null if it was cancelled
     */
    public @Nullable Cell explore(Task task, CheckOptions options) {
        require(task, options);
        Quest quest = new Quest(List.copyOf(members.keySet()));
        start(quest, task, options, new int[0], 0);
        try {
            while (!options.search().cancelled().getAsBoolean()) {
                Event event = next();
                SearchResult result = event == null ? null : hear(quest, event, task, options);
                if (result != null) {
                    return Checker.cell(task.policy(), task.universe(), result, options.strict());
                }
            }
            return null;
        } finally {
            end(quest.run);
        }
    }

    private void start(Quest quest, Task task, CheckOptions options, int[] remaining, int before) {
        Out out = new Out().text(Kind.EXPLORE.name());
        quest.run.write(out);
        new Part.Ring(quest.ring, remaining, before).write(out);
        Codec.write(out, task.policy(), task.universe());
        Codec.write(out, options);
        byte[] message = out.take();
        quest.takenOver = remaining.length == 0 ? quest.ring.size() : 0;
        quest.ring.forEach(member -> channel.send(member, message));
    }

    private @Nullable SearchResult hear(Quest quest, Event event, Task task, CheckOptions options) {
        if (event.from() == null) {
            losses(quest, task, options);
            return null;
        }
        In in = new In(event.bytes());
        Kind kind = Kind.valueOf(in.text());
        boolean known =
                kind == Kind.RESULT
                        || kind == Kind.PROGRESS
                        || kind == Kind.TAKEN_OVER
                        || kind == Kind.FAILED;
        if (!known || !Run.read(in).equals(quest.run)) {
            return null;
        }
        switch (kind) {
            case RESULT -> {
                return Codec.result(in);
            }
            case PROGRESS -> {
                Progress progress = options.search().progress();
                progress.update(in.number(), in.number(), in.small(), in.number());
            }
            case TAKEN_OVER -> quest.takenOver++;
            default -> {
                boolean lost = in.flag();
                String why = in.text();
                if (!lost) {
                    throw new ClusterException("a member failed: " + why);
                }
                beginAgain(quest, task, options, why);
            }
        }
        return null;
    }

    private void losses(Quest quest, Task task, CheckOptions options) {
        List<Address> gone = gone();
        List<Address> before = quest.ring;
        List<Address> rest = before.stream().filter(member -> !gone.contains(member)).toList();
        if (rest.size() == before.size()) {
            return;
        }
        if (quest.takenOver < before.size()) {
            beginAgain(quest, task, options, "another member was lost while parts were dealt out");
            return;
        }
        int[] remaining = rest.stream().mapToInt(before::indexOf).toArray();
        quest.ring = rest;
        quest.run = quest.run.next();
        start(quest, task, options, remaining, before.size());
    }

    private void beginAgain(Quest quest, Task task, CheckOptions options, String why) {
        log.accept(why + ": the search begins again");
        end(quest.run);
        gone();
        quest.ring = List.copyOf(members.keySet());
        quest.run = new Run(RANDOM.nextLong(), 0);
        start(quest, task, options, new int[0], 0);
    }

    private void end(Run run) {
        byte[] message = new Out().text(Kind.END.name()).word(run.id()).take();
        List<Address> present = channel.members();
        members.keySet().stream()
                .filter(present::contains)
                .forEach(member -> channel.send(member, message));
    }

    // Many searches, each by one.

    /**
     * Searches many cells, each by one member; those that need more memory than a part of one
     * member's, afterwards by all together. What a lost member had is done again by another.
     *
     * @return what was found, in the order of tasks; null where it was cancelled
     */
    public List<@Nullable Cell> sweep(
            List<Task> tasks, CheckOptions options, BooleanSupplier cancelled, Watcher watcher) {
        tasks.forEach(task -> require(task, options));
        Sweep sweep = new Sweep(tasks, options, watcher);
        try {
            while (!sweep.isDone() && !cancelled.getAsBoolean()) {
                sweep.give();
                Event event = next();
                if (event != null) {
                    sweep.hear(event);
                }
            }
        } finally {
            end(sweep.run);
        }
        for (int i = 0; i < tasks.size() && !cancelled.getAsBoolean(); i++) {
            Cell cell = sweep.found[i];
            if (cell != null && cell.end() == End.MEMORY_LIMIT) {
                sweep.found[i] = explore(tasks.get(i), options);
            }
        }
        return Arrays.asList(sweep.found);
    }

    private final class Sweep {
        private final List<Task> tasks;
        private final CheckOptions options;
        private final Watcher watcher;
        private final Run run = new Run(RANDOM.nextLong(), 0);
        private final @Nullable Cell[] found;
        private final Map<Integer, Address> given = new HashMap<>();
        private int left;

        Sweep(List<Task> tasks, CheckOptions options, Watcher watcher) {
            this.tasks = tasks;
            this.options = options;
            this.watcher = watcher;
            found = new @Nullable Cell[tasks.size()];
            left = tasks.size();
        }

        boolean isDone() {
            return left == 0;
        }

        /** Gives the next tasks to members that have a thread for them. */
        void give() {
            for (int task = 0; task < tasks.size(); task++) {
                if (found[task] == null && !given.containsKey(task)) {
                    Address to = free();
                    if (to == null) {
                        return;
                    }
                    given.put(task, to);
                    watcher.begun(task);
                    Out out = new Out().text(Kind.CELL.name());
                    new Run(run.id(), task).write(out);
                    Codec.write(out, tasks.get(task).policy(), tasks.get(task).universe());
                    Codec.write(out, options);
                    channel.send(to, out.take());
                }
            }
        }

        private @Nullable Address free() {
            for (Map.Entry<Address, Integer> member : members.entrySet()) {
                long busy = given.values().stream().filter(member.getKey()::equals).count();
                if (busy < member.getValue()) {
                    return member.getKey();
                }
            }
            return null;
        }

        void hear(Event event) {
            if (event.from() == null) {
                given.values().removeAll(gone());
                return;
            }
            In in = new In(event.bytes());
            Kind kind = Kind.valueOf(in.text());
            if (kind != Kind.CELL_DONE && kind != Kind.CELL_FAILED) {
                return;
            }
            Run which = Run.read(in);
            int task = which.epoch();
            if (which.id() != run.id() || found[task] != null) {
                return;
            }
            if (kind == Kind.CELL_FAILED) {
                throw new ClusterException("a member failed: " + in.text());
            }
            Cell cell = Codec.cell(in, tasks.get(task).policy(), tasks.get(task).universe());
            found[task] = cell;
            given.remove(task);
            left--;
            watcher.done(task, cell);
        }
    }
}
