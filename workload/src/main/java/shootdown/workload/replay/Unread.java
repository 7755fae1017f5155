package shootdown.workload.replay;

import java.util.EnumMap;
import java.util.Map;

/** What of a recording could not be led through the model, counted by reason. */
public final class Unread {
    /** Why. */
    public enum Reason {
        /** A request that was preempted; the call for the rest makes it again. */
        PREEMPTED("requests that were preempted, and made again later"),
        OTHER_BASES("base pointers other than those of the CPU's last calls"),
        TABLE_LOST("frames that had stopped being tables, unrecorded"),
        WRITE_WITHOUT_CALL("writes of update_va_mapping without the call"),
        CALL_WITHOUT_WRITE("calls of update_va_mapping without a write"),
        UNKNOWN_UNPINNED("tables unpinned of which nothing is known"),
        NO_TABLES("operations that concern no tables"),

        // Of stock recordings only.

        /** Their flushes are an upper bound for policies that ask whether it was present. */
        OLD_UNKNOWN("upper entries of which the old value is unknown, taken for present"),
        OLD_DIFFERS("entries that were not as they had been written last"),
        USER_BASE_UNKNOWN("entries of an L4 whose user's L4 is not known"),
        WHICH_CPUS("Linux's flushes of some of the CPUs, taken for the first ones");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** In words. */
        public String text() {
            return text;
        }
    }

    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);

    void count(Reason reason) {
        counts.merge(reason, 1L, Long::sum);
    }

    /** How often each reason occurred. */
    public Map<Reason, Long> counts() {
        return new EnumMap<>(counts);
    }
}
