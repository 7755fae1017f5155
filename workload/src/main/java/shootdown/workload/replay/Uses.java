package shootdown.workload.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers what a recording shows of translations that are used, on each CPU. */
final class Uses {
    private final List<Map<Long, Long>> last = new ArrayList<>();
    private long now;

    Uses(int cpus) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            last.add(new HashMap<>());
        }
    }

    /** The next use, of this translation. */
    Step.Use next(int cpu, long what) {
        now++;
        Long previous = last.get(cpu).put(what, now);
        return new Step.Use(cpu, previous == null ? 0 : previous, now);
    }
}
