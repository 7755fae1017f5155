package shootdown.workload.cost;

import java.util.Arrays;
import java.util.Optional;

/** What a cost is made of. */
public enum Unit {
    LOCAL_FLUSH("local-flush", "cycles", "a full flush of its own TLB, the instruction alone"),
    RANGE_FLUSH("range-flush", "cycles", "a flush of less: a page, the linear range, one PCID"),
    IPI_INITIATOR("ipi-initiator", "cycles", "interrupting a CPU and waiting until it is done"),
    IPI_FURTHER("ipi-further", "cycles", "each further CPU of the same request"),
    IPI_TARGET("ipi-target", "cycles", "being interrupted: entry, handler and exit, no flush"),
    REFILL("refill", "cycles", "a walk for a translation that a flush took, caches included"),
    WORKING_SET(
            "working-set", "translations", "lost in a full flush and needed again before the next"),
    ROOT_COPY("root-copy", "cycles", "making the root copy of XPTI anew on the way to the guest");

    private final String key;
    private final String measure;
    private final String text;

    Unit(String key, String measure, String text) {
        this.key = key;
        this.measure = measure;
        this.text = text;
    }

    /** The unit of that key. */
    public static Optional<Unit> find(String key) {
        return Arrays.stream(values()).filter(unit -> unit.key.equals(key)).findFirst();
    }

    /** As files and reports name it. */
    public String key() {
        return key;
    }

    /** What is counted. */
    public String measure() {
        return measure;
    }

    /** In words. */
    public String text() {
        return text;
    }
}
