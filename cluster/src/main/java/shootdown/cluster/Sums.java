package shootdown.cluster;

import org.jspecify.annotations.Nullable;

/** What the members count in one round. */
final class Sums {
    private final long[] counters;
    private final @Nullable Offence[] first;
    private long transitions;

    Sums(int properties, int counters) {
        this.counters = new long[counters];
        first = new @Nullable Offence[properties];
    }

    long transitions() {
        return transitions;
    }

    void addTransitions(long more) {
        transitions += more;
    }

    void addCounter(int counter, long more) {
        counters[counter] += more;
    }

    void offer(Offence offence) {
        offer(first, offence);
    }

    long[] countersAndThose(long[] before) {
        long[] sums = before.clone();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += counters[i];
        }
        return sums;
    }

    @Nullable Offence[] firstOfThese(@Nullable Offence[] before) {
        @Nullable Offence[] all = before.clone();
        for (int property = 0; property < first.length; property++) {
            Offence offence = first[property];
            if (offence != null) {
                keep(all, property, offence);
            }
        }
        return all;
    }

    private static void offer(@Nullable Offence[] first, Offence offence) {
        for (long left = offence.properties(); left != 0; left &= left - 1) {
            int property = Long.numberOfTrailingZeros(left);
            if (property >= first.length) {
                throw new IllegalArgumentException("no property " + property);
            }
            keep(first, property, offence);
        }
    }

    private static void keep(@Nullable Offence[] first, int property, Offence offence) {
        Offence known = first[property];
        if (known == null || offence.precedes(known)) {
            first[property] = offence;
        }
    }
}
