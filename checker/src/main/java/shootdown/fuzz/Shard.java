package shootdown.fuzz;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What rounds from one number to another came to. Shards of the same seed and targets that follow
 * each other can be put together, wherever they were done.
 *
 * @param from number of the first round
 * @param to number after the last
 * @param work for each target that walks were made for, by name
 * @param hits the earliest of each kind, by round
 * @param stops rounds in which the model stopped
 */
public record Shard(long from, long to, List<Work> work, List<Hit> hits, List<Stop> stops) {
    public Shard {
        work = List.copyOf(work);
        hits = List.copyOf(hits);
        stops = List.copyOf(stops);
    }

    /** No rounds at all. */
    public static Shard none(long at) {
        return passed(at, at);
    }

    /** Rounds that are left out. */
    static Shard passed(long from, long to) {
        return new Shard(from, to, List.of(), List.of(), List.of());
    }

    /**
     * With the one that follows.
     *
     * @throws IllegalArgumentException if it does not follow
     */
    public Shard and(Shard next) {
        if (next.from != to) {
            throw new IllegalArgumentException(
                    "rounds from %d on do not follow round %d".formatted(next.from, to - 1));
        }
        List<Hit> all = new ArrayList<>(hits);
        all.addAll(next.hits);
        List<Stop> allStops = new ArrayList<>(stops);
        allStops.addAll(next.stops);
        List<Hit> kept = earliest(all);
        allStops.removeIf(stop -> kept.stream().anyMatch(hit -> hit.leavesOut(stop)));
        return new Shard(from, next.to, with(next), kept, allStops);
    }

    /** The work of both, but for what was done in vain, after a target was broken for good. */
    private List<Work> with(Shard next) {
        Map<String, Work> all = new TreeMap<>();
        work.forEach(done -> all.put(done.target(), done));
        next.work.stream()
                .filter(done -> hits.stream().noneMatch(hit -> hit.leavesOut(done, next.from)))
                .forEach(done -> all.merge(done.target(), done, Work::and));
        return List.copyOf(all.values());
    }

    /** Walks that were made. */
    public long walks() {
        return work.stream().mapToLong(Work::walks).sum();
    }

    /** Steps that were taken. */
    public long steps() {
        return work.stream().mapToLong(Work::steps).sum();
    }

    /** Its rounds from this number on, of one that was gone on with there. */
    Shard since(long round) {
        return new Shard(
                round,
                to,
                work,
                hits.stream().filter(hit -> hit.round() >= round && hit.round() < to).toList(),
                stops.stream().filter(stop -> stop.round() >= round).toList());
    }

    /**
     * Of hits that say the same the one of the earliest round, in the order of rounds; nothing of a
     * target after it was broken for good, as its rounds are left out from there on.
     */
    private static List<Hit> earliest(List<Hit> all) {
        List<Hit> kept = new ArrayList<>();
        all.stream()
                .sorted(Comparator.comparingLong(Hit::round))
                .filter(hit -> kept.stream().noneMatch(hit::isSettledBy))
                .forEach(kept::add);
        return kept;
    }

    /** Whether a target is broken for good. */
    public boolean isBroken(Target target) {
        return settled(target) < Long.MAX_VALUE;
    }

    /** The round in which a target was broken for good, or the highest number there is. */
    long settled(Target target) {
        return hits.stream()
                .filter(hit -> hit.target().equals(target.name()) && hit.isSettling())
                .mapToLong(Hit::round)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
