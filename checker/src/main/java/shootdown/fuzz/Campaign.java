package shootdown.fuzz;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Rounds for one target after the other, in turn, on several threads, until a limit.
 *
 * <p>Overview. Round n belongs to target n modulo their number; its universe and its walks come
 * from the seed and n alone. A target that is broken for good in a round has no later ones: what
 * other threads have begun for it is left out. So the outcome is a function of seed, targets and
 * the number of rounds; threads and shards only change how much is done in vain. Rounds that end
 * out of order wait until those before them have: the state of a campaign is always a shard from
 * round 0 on, which can be written down and gone on with.
 */
public final class Campaign {
    /** Counted up when a seed comes to mean other universes or walks. */
    public static final int FORMAT = 3;

    private final List<Target> targets;
    private final long seed;
    private final Limits limits;
    private final Consumer<Shard> progress;
    private final long deadline;

    /** For each target the round in which it was broken for good. */
    private final AtomicLongArray settled;

    private final Map<Long, Shard> waiting = new TreeMap<>();
    private volatile @Nullable Throwable failure;
    private final Map<Hit, Round.Small> smalls = new ConcurrentHashMap<>();
    private Shard done;
    private long next;

    /**
     * A campaign that goes on after what was done before.
     *
     * @param before {@link Shard#none} to begin
     * @param progress hears of the work done so far, by any thread, one at a time
     */
    public Campaign(
            List<Target> targets,
            long seed,
            Shard before,
            Limits limits,
            Consumer<Shard> progress) {
        this.targets = List.copyOf(targets);
        this.seed = seed;
        this.done = before;
        this.next = before.to();
        this.limits = limits;
        this.progress = progress;
        this.settled = new AtomicLongArray(targets.size());
        for (int i = 0; i < targets.size(); i++) {
            settled.set(i, Long.MAX_VALUE);
        }
        before.hits().stream().filter(Hit::isSettling).forEach(this::settle);
        this.deadline = limits.clock().getAsLong() + limits.nanos();
    }

    /**
     * Does rounds until a limit, or until all targets are broken for good.
     *
     * @param threads results do not depend on it
     */
    public Shard run(int threads) {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(Thread.ofPlatform().name("fuzz-" + i).start(this::work));
        }
        for (Thread worker : workers) {
            join(worker);
        }
        rethrow();
        return done;
    }

    private static void join(Thread worker) {
        boolean interrupted = false;
        while (true) {
            try {
                worker.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void rethrow() {
        @Nullable Throwable thrown = failure;
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
    }

    private boolean isOver() {
        return failure != null
                || limits.cancelled().getAsBoolean()
                || limits.clock().getAsLong() - deadline >= 0;
    }

    private void work() {
        try {
            while (!isOver()) {
                long number = take();
                if (number < 0) {
                    return;
                }
                Target target = target(number);
                BooleanSupplier stop = () -> isOver() || isSettled(number);
                Round round = new Round(target, seed, number, stop);
                Shard shard = round.run();
                if (isOver()) {
                    return; // half a round is none
                }
                Round.Small small = round.small();
                if (small != null) {
                    smalls.put(shard.hits().getLast(), small);
                }
                put(shard);
            }
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private synchronized void failed(Throwable problem) {
        if (failure == null) {
            failure = problem;
        }
    }

    private Target target(long round) {
        return targets.get((int) (round % targets.size()));
    }

    /**
     * The next round, or -1 if there is none; those of targets that are settled are passed over.
     */
    private synchronized long take() {
        for (int passed = 0; next < limits.rounds(); next++, passed++) {
            if (!isSettled(next)) {
                return next++;
            }
            if (passed == targets.size()) {
                return -1; // all of them
            }
            accept(Shard.passed(next, next + 1));
        }
        return -1;
    }

    /** Asked after every walk, so it looks at no hits. */
    private boolean isSettled(long round) {
        return settled.get((int) (round % targets.size())) < round;
    }

    private synchronized void put(Shard shard) {
        accept(shard);
        progress.accept(done);
    }

    private void settle(Hit hit) {
        settled.accumulateAndGet((int) (hit.round() % targets.size()), hit.round(), Math::min);
    }

    private void accept(Shard shard) {
        shard.hits().stream().filter(Hit::isSettling).forEach(this::settle);
        waiting.put(shard.from(), shard);
        while (!areAllBroken() && waiting.containsKey(done.to())) {
            done = done.and(waiting.remove(done.to()));
        }
    }

    /** Then it ends, whatever other threads have begun. */
    private boolean areAllBroken() {
        return targets.stream().allMatch(done::isBroken);
    }

    /**
     * A small universe in which what was hit breaks, and its shortest story.
     *
     * @param cancelled polled; then it is not made as small as can be
     * @throws IllegalArgumentException if it is not so: the hit is not one of this seed and program
     */
    public Finding tell(Hit hit, BooleanSupplier cancelled) {
        Target target = target(hit.round());
        return Finding.of(target, seed, hit, smalls.get(hit), cancelled);
    }
}
