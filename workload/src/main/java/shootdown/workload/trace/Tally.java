package shootdown.workload.trace;

import java.util.EnumMap;

/** How often each of a few things was met. */
final class Tally<E extends Enum<E>> {
    private final EnumMap<E, long[]> counts;

    Tally(Class<E> things) {
        counts = new EnumMap<>(things);
    }

    void add(E thing) {
        count(thing)[0]++;
    }

    long of(E thing) {
        return count(thing)[0];
    }

    private long[] count(E thing) {
        return counts.computeIfAbsent(thing, met -> new long[1]);
    }

    long sum() {
        return counts.values().stream().mapToLong(count -> count[0]).sum();
    }
}
