package shootdown.cluster;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import shootdown.engine.MemoryBudget;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A member of a cluster: takes part in searches, and does tasks alone, for whoever asks.
 *
 * <p>Threads: those of the network bring messages, which are short work; a search has a thread of
 * its own ({@link Part}), and tasks share a pool ({@link Workshop}).
 */
public final class Node implements AutoCloseable, Channel.Listener {
    /**
     * How a node takes part.
     *
     * @param listen where
     * @param join where others may be; none to begin a cluster
     * @param key none on the loopback interface only
     * @param version of the program; must be that of all others
     * @param threads tasks that are done at once
     * @param memoryBytes for all searches together
     * @param works what can be asked for besides searches, by name
     */
    public record Settings(
            Endpoint listen,
            List<Endpoint> join,
            @Nullable Key key,
            String version,
            int threads,
            long memoryBytes,
            Map<String, Work> works) {
        public Settings {
            join = List.copyOf(join);
            works = Map.copyOf(works);
        }
    }

    private static final int KNOWN_ENDED = 1000;
    private static final int ANSWER_SECONDS = 10;
    private static final long UNTOLD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Settings settings;

    /** For all searches together. */
    private final MemoryBudget budget;

    private final Consumer<String> log;
    private final UnaryOperator<Part.Sender> sending;
    private final Channel channel;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch welcomed = new CountDownLatch(1);
    private volatile String othersVersion = "";
    private final ExecutorService answers;
    private final Workshop workshop;
    private volatile List<Address> present = List.of();

    // Guarded by this.
    private final Map<Long, Part> parts = new HashMap<>();
    private final Map<Run, Inbox> inboxes = new HashMap<>();
    private final Set<Long> ended = new LinkedHashSet<>();

    /** The end of the search that ended last. */
    private Future<?> last = CompletableFuture.completedFuture(null);

    private Node(Settings settings, Consumer<String> log, UnaryOperator<Part.Sender> sending) {
        this.settings = settings;
        this.log = log;
        this.sending = sending;
        answers = pool(1, "shootdown-cluster-answer");
        Map<String, Work> works = new HashMap<>(settings.works());
        budget = new MemoryBudget(settings.memoryBytes());
        long share = settings.memoryBytes() / settings.threads();
        works.put(CellJob.NAME, () -> new CellJob.Searcher(budget, share));
        workshop =
                new Workshop(
                        works,
                        pool(settings.threads(), "shootdown-cluster-task"),
                        pool(1, "shootdown-cluster-end"),
                        this::answer,
                        () -> endpoint().toString());
        channel = Channel.open(settings.listen(), settings.join(), settings.key(), this);
        opened.countDown();
    }

    private static ExecutorService pool(int threads, String name) {
        return Executors.newFixedThreadPool(
                threads,
                work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Starts a node, and returns when it is in the cluster.
     *
     * @param log hears who comes and goes
     */
    public static Node start(Settings settings, Consumer<String> log) {
        return start(settings, log, UnaryOperator.identity());
    }

    /**
     * The same for tests.
     *
     * @param sending what becomes of the messages of searches
     */
    static Node start(Settings settings, Consumer<String> log, UnaryOperator<Part.Sender> sending) {
        Node node = new Node(settings, log, sending);
        try {
            node.compareVersions();
        } catch (ClusterException refused) {
            node.close();
            throw refused;
        }
        return node;
    }

    /** Returns how many are in the cluster, those who ask included. */
    public int members() {
        return present.size();
    }

    /** Returns where it listens. */
    public Endpoint endpoint() {
        return channel.endpoint();
    }

    private void compareVersions() {
        byte[] hello = new Out().text(Kind.HELLO.name()).text(settings.version()).take();
        List<Address> others = new ArrayList<>(channel.members());
        others.remove(channel.self());
        others.forEach(other -> channel.send(other, hello));
        try {
            if (!others.isEmpty() && !welcomed.await(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                throw new ClusterException(
                        "nobody at %s answers".formatted(settings.join().getFirst()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        }
        if (!others.isEmpty() && !othersVersion.equals(settings.version())) {
            throw new ClusterException(otherVersion(othersVersion, settings.version()));
        }
    }

    static String otherVersion(String theirs, String own) {
        return "the cluster runs shootdown %s, and this is %s: all must be the same"
                .formatted(theirs, own);
    }

    @Override
    public void close() {
        synchronized (this) {
            parts.values().forEach(part -> last = part.end());
            parts.clear();
        }
        answers.shutdownNow();
        channel.close();
        workshop.close();
    }

    // What comes.

    @Override
    public void members(List<Address> all) {
        List<Address> before = present;
        present = List.copyOf(all);
        if (before.isEmpty()) {
            return;
        }
        long come = all.stream().filter(one -> !before.contains(one)).count();
        long gone = before.stream().filter(one -> !all.contains(one)).count();
        if (come > 0 || gone > 0) {
            log.accept("%d came, %d left: %d are here".formatted(come, gone, all.size()));
        }
        endThoseOf(all);
        workshop.endAllBut(all);
    }

    /** Whoever asked for a search and is gone does not want to know any more. */
    private synchronized void endThoseOf(List<Address> present) {
        for (Long id : List.copyOf(parts.keySet())) {
            Part part = parts.get(id);
            if (part != null && !present.contains(part.asker())) {
                end(id);
            }
        }
        forgetUntold();
    }

    @Override
    public void message(Address from, byte[] bytes) {
        try {
            opened.await();
            In in = new In(bytes);
            switch (Kind.valueOf(in.text())) {
                case STEP -> step(in);
                case HELLO -> answers.execute(() -> welcome(from));
                case WELCOME -> {
                    othersVersion = in.text();
                    welcomed.countDown();
                }
                case EXPLORE -> explore(from, in);
                case END -> {
                    long id = in.word();
                    end(id);
                    workshop.end(id);
                }
                case TASK -> {
                    workshop.take(from, in);
                    workshop.endAllBut(present); // it may come after the news that they are gone
                }
                default -> log.accept("a message that is not for members");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void welcome(Address to) {
        Out out = new Out().text(Kind.WELCOME.name()).text(settings.version());
        answer(to, out.number(settings.threads()));
    }

    /** Sends unless this node is being closed. */
    private void answer(Address to, Out out) {
        try {
            channel.send(to, out.take());
        } catch (ClusterException e) {
            if (channel.isOpen()) {
                log.accept(e.says());
            }
        }
    }

    private void step(In in) {
        Run run = Run.read(in);
        int from = in.small();
        int step = in.small();
        boolean last = in.flag();
        Inbox inbox = inbox(run);
        if (inbox != null) {
            inbox.put(step, from, in.bytes(), last);
        }
    }

    /** Others may be told of a search before this one is, and send at once. */
    private synchronized @Nullable Inbox inbox(Run run) {
        return ended.contains(run.id())
                ? null
                : inboxes.computeIfAbsent(run, r -> new Inbox(budget));
    }

    private synchronized void explore(Address asker, In in) {
        Run run = Run.read(in);
        Part.Ring ring = Part.Ring.read(in);
        Inbox inbox = inbox(run);
        if (inbox == null) {
            return;
        }
        forget(old -> old.id() == run.id() && old.epoch() < run.epoch());
        forgetUntold();
        Part part = parts.get(run.id());
        if (part == null) {
            part =
                    new Part(
                            channel.self(),
                            asker,
                            run.id(),
                            budget.part(1),
                            last,
                            sending.apply(channel::send),
                            log);
            parts.put(run.id(), part);
        }
        part.run(run.epoch(), ring, inbox, in);
    }

    /** Whoever asked for a search may be lost before this node is told, but after others are. */
    private synchronized void forgetUntold() {
        Set<Run> untold = new HashSet<>();
        inboxes.forEach(
                (run, inbox) -> {
                    if (!parts.containsKey(run.id()) && inbox.isSilentFor(UNTOLD_NANOS)) {
                        untold.add(run);
                    }
                });
        forget(untold::contains);
    }

    private synchronized void forget(Predicate<Run> which) {
        inboxes.forEach(
                (run, inbox) -> {
                    if (which.test(run)) {
                        inbox.interrupt();
                    }
                });
        inboxes.keySet().removeIf(which);
    }

    private synchronized void end(long id) {
        Part part = parts.remove(id);
        if (part != null) {
            last = part.end();
        }
        forget(run -> run.id() == id);
        ended.add(id);
        if (ended.size() > KNOWN_ENDED) {
            ended.remove(ended.iterator().next());
        }
    }
}
