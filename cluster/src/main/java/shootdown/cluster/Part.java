package shootdown.cluster;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Universe;
import shootdown.engine.MemoryBudget;
import shootdown.engine.MemoryExhausted;
import shootdown.engine.Progress;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.engine.TransitionSystem;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A node's part of a search: runs a {@link Member} on a thread of its own, and tells whoever asked
 * for the search what comes of it.
 */
final class Part {
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int LET_GO_SECONDS = 10;
    private static final int SIGN_SECONDS = 5;

    /**
     * Who takes part.
     *
     * @param ring the members, in the order of their numbers
     * @param remaining the old numbers of these after a loss; empty at the beginning
     * @param before how many there were before the loss
     */
    record Ring(List<Address> ring, int[] remaining, int before) {
        static Ring read(In in) {
            List<Address> ring = Addresses.read(in);
            int[] remaining = new int[in.small()];
            for (int i = 0; i < remaining.length; i++) {
                remaining[i] = in.small();
            }
            return new Ring(ring, remaining, in.small());
        }

        void write(Out out) {
            Addresses.write(out, ring);
            out.number(remaining.length);
            for (int old : remaining) {
                out.number(old);
            }
            out.number(before);
        }
    }

    /** Why a search cannot go on. */
    enum Failure {
        /** What was lost cannot be made good: it is to begin again. */
        LOST,
        /** Memory does not suffice even to say what was found. */
        MEMORY,
        /** It cannot be begun, or something is wrong. */
        ERROR
    }

    /** Sends a message to somebody. */
    @FunctionalInterface
    interface Sender {
        void send(Address to, byte[] message);
    }

    private final Address self;
    private final Address asker;
    private final long id;
    private final MemoryBudget budget;
    private final Future<?> before;
    private final Sender sender;
    private final Consumer<String> log;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    work -> {
                        Thread made = new Thread(work, "shootdown-cluster-search");
                        made.setDaemon(true);
                        return made;
                    });

    private final ScheduledExecutorService signs =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread made = new Thread(work, "shootdown-cluster-sign");
                        made.setDaemon(true);
                        return made;
                    });

    // Of the thread.
    private @Nullable Member member;
    private long lastProgress = System.nanoTime();

    private volatile Inbox inbox;

    /**
     * @param asker who wants to know
     * @param budget of this search; closed when it has ended
     * @param before done when the search that ended last has given back their memory
     * @param log hears what is searched
     */
    Part(
            Address self,
            Address asker,
            long id,
            MemoryBudget budget,
            Future<?> before,
            Sender sender,
            Consumer<String> log) {
        this.self = self;
        this.asker = asker;
        this.id = id;
        this.budget = budget;
        this.before = before;
        inbox = new Inbox(budget);
        this.sender = sender;
        this.log = log;
    }

    Address asker() {
        return asker;
    }

    /**
     * Begins, or goes on after a loss, as soon as the thread has left off.
     *
     * @param request what to search, and how
     */
    void run(int epoch, Ring ring, Inbox messages, In request) {
        inbox.interrupt();
        inbox = messages;
        thread.execute(() -> search(new Run(id, epoch), ring, messages, request));
    }

    /** Ends it, wherever it is; done when its memory is given back. */
    Future<?> end() {
        inbox.interrupt();
        Future<?> end = thread.submit(budget::close);
        thread.shutdown();
        signs.shutdown();
        return end;
    }

    private void search(Run run, Ring ring, Inbox messages, In request) {
        if (messages.isInterrupted()) {
            return; // ended before it began
        }
        int number = ring.ring().indexOf(self);
        Steps steps =
                new Steps(
                        number,
                        ring.ring().size(),
                        messages,
                        (to, step, bytes, last) ->
                                sender.send(
                                        ring.ring().get(to),
                                        message(run, number, step, bytes, last)));
        @Nullable Future<?> telling = null;
        try {
            telling =
                    signs.scheduleAtFixedRate(
                            () -> tell(run, steps.standing()), 0, SIGN_SECONDS, TimeUnit.SECONDS);
            Member searching = member == null ? begin(run, ring, request) : member;
            member = searching;
            if (ring.remaining().length > 0) {
                searching.takeOver(steps, ring.remaining(), ring.before());
                sender.send(asker, about(Kind.TAKEN_OVER, run).take());
            }
            SearchResult result = searching.search(steps);
            if (number == 0) {
                Out out = about(Kind.RESULT, run);
                Codec.write(out, result);
                sender.send(asker, out.take());
            }
        } catch (Exchange.Interrupted interrupted) {
            // Whoever interrupted knows what to do.
            lastProgress = System.nanoTime();
        } catch (Lost lost) {
            fail(run, Failure.LOST, String.valueOf(lost.getMessage()));
        } catch (MemoryExhausted | OutOfMemoryError exhausted) {
            fail(run, Failure.MEMORY, "");
        } catch (Throwable thrown) { // also of a policy; the asker is told, the node lives on
            if (!messages.isInterrupted()) {
                fail(run, Failure.ERROR, ClusterException.of(thrown).says());
            }
        } finally {
            if (telling != null) {
                telling.cancel(false);
            }
        }
    }

    private Member begin(Run run, Ring ring, In request) {
        CatalogueEntry policy = Codec.policy(request);
        Universe universe = Codec.universe(request);
        CheckOptions options = Codec.options(request);
        TransitionSystem system = Checker.system(policy, universe, options);
        awaitMemory();
        int others = ring.ring().size() - 1;
        log.accept("%s in %s, with %d others".formatted(policy.name(), universe.name(), others));
        int number = ring.ring().indexOf(self);
        return new Member(system, limits(options.search(), run, number), budget);
    }

    /** Whoever does not let go keeps its memory, and this search has the rest. */
    private void awaitMemory() {
        try {
            before.get(LET_GO_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.accept("a search that is over still has memory");
        }
    }

    private void tell(Run run, Standing standing) {
        Out out = about(Kind.STANDING, run);
        standing.write(out);
        try {
            sender.send(asker, out.take());
        } catch (ClusterException closed) {
            signs.shutdown();
        }
    }

    private void fail(Run run, Failure kind, String why) {
        sender.send(asker, about(Kind.FAILED, run).text(kind.name()).text(why).take());
    }

    private SearchOptions limits(SearchOptions asked, Run run, int number) {
        Progress progress =
                (states, transitions, depth, frontier) -> {
                    long now = System.nanoTime();
                    if (number == 0 && now - lastProgress >= PROGRESS_NANOS) {
                        lastProgress = now;
                        Out out = about(Kind.PROGRESS, run).number(states).number(transitions);
                        sender.send(asker, out.number(depth).number(frontier).take());
                    }
                };
        return asked.withProgress(progress).withCancelled(() -> inbox.isInterrupted());
    }

    private static Out about(Kind kind, Run run) {
        Out out = new Out().text(kind.name());
        run.write(out);
        return out;
    }

    private static byte[] message(Run run, int from, int step, byte[] bytes, boolean last) {
        return about(Kind.STEP, run).number(from).number(step).flag(last).bytes(bytes).take();
    }
}
