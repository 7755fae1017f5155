package shootdown.workload.replay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers what a recording shows of translations that are used, on each CPU.
 *
 * <p>Of each CPU the last ones used are remembered, as many as its TLB holds. If one comes back
 * that is forgotten, so many others have been used in between: whether it was there since the last
 * flush changes no count, as none goes beyond the TLB's size.
 */
final class Uses {
    private final List<Map<Long, Long>> last = new ArrayList<>();
    private long now;

    /**
     * @param tlbEntries how many translations a CPU holds at most
     */
    Uses(int cpus, int tlbEntries) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            last.add(latest(tlbEntries));
        }
    }

    @SuppressWarnings("serial") // never serialised
    private static Map<Long, Long> latest(int size) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
                return size() > size;
            }
        };
    }

    /** The next use, of this translation. */
    Step.Use next(int cpu, long what) {
        now++;
        Long previous = last.get(cpu).put(what, now);
        return new Step.Use(cpu, previous == null ? 0 : previous, now);
    }
}
