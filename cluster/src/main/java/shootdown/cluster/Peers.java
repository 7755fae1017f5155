package shootdown.cluster;

import shootdown.engine.MemoryBudget;
import shootdown.engine.Partition;

import java.util.HashMap;
import java.util.Map;

/** What a member knows of what the others know, and the other way round. */
final class Peers {
    private final Partition part;
    private final MemoryBudget budget;
    private final Recent recent;
    private final Map<Integer, StateWriter> writers = new HashMap<>();
    private final Map<Integer, StateReader> readers = new HashMap<>();

    Peers(Partition part, MemoryBudget budget) {
        this.part = part;
        this.budget = budget;
        recent = new Recent(part.blocks(), budget);
    }

    Partition part() {
        return part;
    }

    /** Takes what is allocated for the search. */
    MemoryBudget budget() {
        return budget;
    }

    /** What was sent last, to whomever. */
    Recent recent() {
        return recent;
    }

    StateWriter writer(int to) {
        return writers.computeIfAbsent(to, t -> new StateWriter(part, budget));
    }

    StateReader reader(int from) {
        return readers.computeIfAbsent(from, f -> new StateReader(part, budget));
    }
}
