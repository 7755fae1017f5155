package shootdown.cluster;

import shootdown.engine.Partition;

import java.util.HashMap;
import java.util.Map;

/** What a member knows of what the others know, and the other way round. */
final class Peers {
    private final Partition part;
    private final Recent recent;
    private final Map<Integer, StateWriter> writers = new HashMap<>();
    private final Map<Integer, StateReader> readers = new HashMap<>();

    Peers(Partition part) {
        this.part = part;
        recent = new Recent(part.blocks());
    }

    Partition part() {
        return part;
    }

    /** What was sent last, to whomever. */
    Recent recent() {
        return recent;
    }

    StateWriter writer(int to) {
        return writers.computeIfAbsent(to, t -> new StateWriter(part));
    }

    StateReader reader(int from) {
        return readers.computeIfAbsent(from, f -> new StateReader(part));
    }
}
