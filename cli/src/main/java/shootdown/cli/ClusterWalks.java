package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.cluster.Cluster;
import shootdown.cluster.ClusterException;
import shootdown.cluster.Job;
import shootdown.fuzz.Limits;
import shootdown.fuzz.Notes;
import shootdown.fuzz.Relay;
import shootdown.fuzz.Shard;
import shootdown.fuzz.Target;

import java.util.List;
import java.util.function.Consumer;

/** Has a cluster walk: each member does some rounds at a time. */
final class ClusterWalks {
    private final ClusterChoice choice;
    private final Session session;
    private boolean lost;
    private @Nullable ClusterException failure;

    ClusterWalks(ClusterChoice choice, Session session) {
        this.choice = choice;
        this.session = session;
    }

    /** Whether it ended because nobody was left. */
    boolean isLost() {
        return lost;
    }

    /**
     * Throws what ended it otherwise, if something was done before that, which is to be noted
     * first.
     */
    void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Goes on until a limit, or until all targets are broken for good.
     *
     * @param hears what is done so far, whenever that is more
     * @return what is done without a gap
     */
    Shard run(List<Target> targets, long seed, Shard before, Limits limits, Consumer<Shard> hears) {
        Relay relay = new Relay(targets, seed, before, limits.rounds());
        Job job =
                new Job() {
                    @Override
                    public @Nullable String next() {
                        return relay.next();
                    }

                    @Override
                    public void done(int task, String answer) {
                        relay.put(Notes.parseShard(answer));
                        hears.accept(relay.done());
                    }
                };
        try (Cluster cluster = choice.join(session.console())) {
            long start = limits.clock().getAsLong();
            cluster.sweep(
                    ClusterWorks.FUZZ,
                    job,
                    () ->
                            limits.cancelled().getAsBoolean()
                                    || limits.clock().getAsLong() - start >= limits.nanos()
                                    || relay.isSettled());
        } catch (ClusterException problem) {
            if (relay.done().to() == before.to()) {
                throw problem;
            }
            if (problem.isLoss()) {
                session.console().say(problem.says());
                lost = true;
            } else {
                failure = problem;
            }
        }
        return relay.done();
    }
}
