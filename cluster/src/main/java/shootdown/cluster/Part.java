package shootdown.cluster;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Universe;
import shootdown.engine.Progress;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.engine.TransitionSystem;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A node's part of a search: runs a {@link Member} on a thread of its own, and tells whoever asked
 * for the search what comes of it.
 */
final class Part {
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

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

    /** Sends a message to somebody. */
    @FunctionalInterface
    interface Sender {
        void send(Address to, byte[] message);
    }

    private final Address self;
    private final Address asker;
    private final long id;
    private final TransitionSystem system;
    private final CheckOptions options;
    private final Sender sender;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    work -> {
                        Thread made = new Thread(work, "shootdown-cluster-search");
                        made.setDaemon(true);
                        return made;
                    });

    // Of the thread.
    private @Nullable Member member;
    private long lastProgress = System.nanoTime();

    private volatile Inbox inbox = new Inbox();

    Part(
            Address self,
            Address asker,
            long id,
            CatalogueEntry policy,
            Universe universe,
            CheckOptions options,
            Sender sender) {
        this.self = self;
        this.asker = asker;
        this.id = id;
        this.options = options;
        this.sender = sender;
        system = Checker.system(policy, universe, options);
    }

    Address asker() {
        return asker;
    }

    /** Begins, or goes on after a loss, as soon as the thread has left off. */
    void run(int epoch, Ring ring, Inbox messages) {
        inbox.interrupt();
        inbox = messages;
        thread.execute(() -> search(new Run(id, epoch), ring, messages));
    }

    /** Ends it, wherever it is. */
    void end() {
        inbox.interrupt();
        thread.shutdown();
    }

    private void search(Run run, Ring ring, Inbox messages) {
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
        try {
            Member searching = member == null ? new Member(system, limits(run, number)) : member;
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
            fail(run, true, String.valueOf(lost.getMessage()));
        } catch (Throwable thrown) { // also of a policy; the asker is told, the node lives on
            if (!messages.isInterrupted()) {
                fail(run, false, thrown.toString());
            }
        }
    }

    private void fail(Run run, boolean lost, String why) {
        sender.send(asker, about(Kind.FAILED, run).flag(lost).text(why).take());
    }

    private SearchOptions limits(Run run, int number) {
        Progress progress =
                (states, transitions, depth, frontier) -> {
                    long now = System.nanoTime();
                    if (number == 0 && now - lastProgress >= PROGRESS_NANOS) {
                        lastProgress = now;
                        Out out = about(Kind.PROGRESS, run).number(states).number(transitions);
                        sender.send(asker, out.number(depth).number(frontier).take());
                    }
                };
        return options.search().withProgress(progress).withCancelled(() -> inbox.isInterrupted());
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
