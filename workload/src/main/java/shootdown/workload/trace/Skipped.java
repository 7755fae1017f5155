package shootdown.workload.trace;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a lenient reading left out or found missing, by reason. */
public final class Skipped {
    private final Map<String, Lines> byReason = new LinkedHashMap<>();
    private long total;

    Skipped() {}

    /**
     * Lines that were left out for one reason.
     *
     * @param first what was wrong with the first of them
     */
    public record Lines(long count, TraceException first) {}

    void add(TraceException problem) {
        total++;
        byReason.merge(
                problem.reason(),
                new Lines(1, problem),
                (before, one) -> new Lines(before.count() + 1, before.first()));
    }

    /** Lines that were left out. */
    public long total() {
        return total;
    }

    /** In the order in which the reasons were first met; there are few. */
    public Map<String, Lines> byReason() {
        return Collections.unmodifiableMap(byReason);
    }
}
