package shootdown.checker;

import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * E1: what the flushes of a policy were good for in a universe. Advice, never a failure: that a
 * flush changed something does not say that anybody needed it.
 *
 * <p>A flush is counted once for each reachable state in which it is the next step of a CPU, and
 * for each CPU that carries it out. All states count, each once, with the reason of the flush in
 * progress as part of them: nothing is left out by covering, symmetry or fusing.
 *
 * @param policy the policy
 * @param universe the universe
 * @param end why the search ended; the counts are those of all states only if it was exhausted
 * @param states distinct states
 * @param nanos measured: duration of the search
 * @param entries one for each kind and reason that occurred
 */
public record Economy(
        CatalogueEntry policy,
        Universe universe,
        End end,
        long states,
        long nanos,
        List<Entry> entries) {

    /**
     * Flushes of one kind for one reason.
     *
     * @param flushes how many
     * @param changed how many of these changed what the CPU could use, or the root copy on which it
     *     runs its guest
     * @param linear how many of these changed the linear map
     */
    public record Entry(
            FlushKind kind, FlushReason reason, long flushes, long changed, long linear) {}

    /**
     * A sum of entries.
     *
     * @param flushes how many
     * @param changed how many of these changed anything
     * @param linear how many of these changed the linear map
     */
    public record Sum(long flushes, long changed, long linear) {
        public static final Sum NONE = new Sum(0, 0, 0);

        public Sum plus(Sum other) {
            return new Sum(flushes + other.flushes, changed + other.changed, linear + other.linear);
        }

        /** It was asked for, and never changed anything. */
        public boolean neverMattered() {
            return flushes > 0 && changed == 0;
        }
    }

    public Economy {
        entries = List.copyOf(entries);
    }

    /** Counts the flushes of a policy; of the options only limits, threads and hooks are used. */
    public static Economy of(CatalogueEntry policy, Universe universe, SearchOptions options) {
        SearchResult result =
                new EconomySystem(
                                universe,
                                policy.policy(),
                                FlushLedger.length(),
                                machine -> new FlushLedger(machine.hypervisor()))
                        .search(options);
        List<Entry> entries = new ArrayList<>();
        for (FlushKind kind : FlushKind.values()) {
            for (int reason = 0; reason < FlushReason.ALL.size(); reason++) {
                int at = FlushLedger.at(kind, reason);
                long[] counts = result.counters();
                if (counts[at] > 0) {
                    FlushReason why = FlushReason.ALL.get(reason);
                    entries.add(new Entry(kind, why, counts[at], counts[at + 1], counts[at + 2]));
                }
            }
        }
        return new Economy(
                policy, universe, result.end(), result.states(), result.nanos(), entries);
    }

    /** All flushes of one kind. */
    public Sum sum(FlushKind kind) {
        return sum(kind, reason -> true);
    }

    /** The flushes of one kind for some reasons. */
    public Sum sum(FlushKind kind, Predicate<FlushReason> reasons) {
        Sum sum = Sum.NONE;
        for (Entry entry : entries) {
            if (entry.kind == kind && reasons.test(entry.reason)) {
                sum = sum.plus(new Sum(entry.flushes, entry.changed, entry.linear));
            }
        }
        return sum;
    }
}
