package shootdown.fuzz;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A campaign whose rounds others do: deals them out in shards, and puts together what comes back in
 * any order. What is found is what {@link Campaign} finds.
 *
 * <p>Not thread-safe.
 */
public final class Relay {
    /** A second or two of work, which is what is lost at most if somebody is lost or time is up. */
    private static final int ROUNDS = 8;

    private final List<Target> targets;
    private final long seed;
    private final long rounds;
    private final Map<Long, Shard> waiting = new HashMap<>();

    /** What settles a target, wherever it was found. */
    private final Set<Hit> settling = new HashSet<>();

    private Shard done;
    private long next;

    /**
     * @param before what was done before, from round 0 on
     * @param rounds number after the last round
     */
    public Relay(List<Target> targets, long seed, Shard before, long rounds) {
        this.targets = List.copyOf(targets);
        this.seed = seed;
        this.rounds = rounds;
        done = before;
        next = before.to();
        learn(before);
    }

    /** The next rounds to be done, as the text of an {@link Assignment}; null if there are none. */
    public @Nullable String next() {
        if (next >= rounds || areSettledBefore(next)) {
            return null;
        }
        long to = rounds - next > ROUNDS ? next + ROUNDS : rounds;
        Shard known = new Shard(next, next, List.of(), List.copyOf(settling), List.of());
        next = to;
        List<String> names = targets.stream().map(Target::name).toList();
        return new Assignment(seed, names, known, to).text();
    }

    private boolean areSettledBefore(long round) {
        return targets.stream()
                .allMatch(
                        target ->
                                settling.stream()
                                        .anyMatch(
                                                hit ->
                                                        hit.target().equals(target.name())
                                                                && hit.round() < round));
    }

    /** Takes rounds that were done, each once. */
    public void put(Shard shard) {
        learn(shard);
        waiting.put(shard.from(), shard);
        for (Shard ready = waiting.remove(done.to());
                ready != null;
                ready = waiting.remove(done.to())) {
            done = done.and(ready);
        }
    }

    private void learn(Shard shard) {
        shard.hits().stream().filter(Hit::isSettling).forEach(settling::add);
    }

    /** What is done without a gap. */
    public Shard done() {
        return done;
    }

    /** Whether all targets are broken for good. */
    public boolean isSettled() {
        return targets.stream().allMatch(done::isBroken);
    }
}
