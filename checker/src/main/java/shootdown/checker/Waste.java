package shootdown.checker;

import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.policy.FlushFlags;

/**
 * How often some work was done, and how often it was good for anything, in all reachable states,
 * counted as {@link Economy} counts.
 *
 * @param work what is counted
 * @param end why the search ended; the counts are those of all states only if it was exhausted
 * @param states distinct states
 * @param done once for each state in which it is the next thing that a CPU does
 * @param mattered how many of these kept the CPU from using anything stale
 */
public record Waste(Work work, End end, long states, long done, long mattered) {
    /**
     * Counts the work of a setting.
     *
     * @param without the same without the work
     * @param options only limits, threads and hooks are used
     */
    public static Waste of(
            Work work, Exhibit.Setting with, Exhibit.Setting without, SearchOptions options) {
        SearchResult result =
                new EconomySystem(
                                with.universe(),
                                with.policy().policy(),
                                WorkLedger.COLUMNS,
                                machine -> ledger(work, machine, without))
                        .search(options);
        long[] counts = result.counters();
        return new Waste(work, result.end(), result.states(), counts[0], counts[1]);
    }

    private static Ledger ledger(Work work, MachineSystem machine, Exhibit.Setting without) {
        return switch (work) {
            case REMOTE_GLOBAL_FLUSH ->
                    new RemoteFlagLedger(machine.hypervisor(), FlushFlags.FLUSH_TLB_GLOBAL);
            case UNASKED_SWITCH ->
                    new UnaskedSwitchLedger(
                            EconomySystem.machine(without.universe(), without.policy().policy()));
        };
    }

    /** It was done, and in no reachable state it was good for anything. */
    public boolean isNeedless() {
        return end == End.EXHAUSTED && done > 0 && mattered == 0;
    }

    /** It was good for something, or everything was explored and it was never done. */
    public boolean isRefuted() {
        return mattered > 0 || (end == End.EXHAUSTED && done == 0);
    }
}
