package shootdown.workload.replay;

/** Flushes of some kind, counted. */
public final class Flushes {
    private long asked;
    private long local;
    private long requests;
    private long targets;

    void asked(boolean here, int others) {
        asked++;
        local += here ? 1 : 0;
        requests += others > 0 ? 1 : 0;
        targets += others;
    }

    /** Occasions on which a flush was asked for, on whatever CPU. */
    public long asked() {
        return asked;
    }

    /** Of these, with a part on the CPU that asked. */
    public long local() {
        return local;
    }

    /** Of these, with interrupts to other CPUs; it waits for all of them. */
    public long requests() {
        return requests;
    }

    /** CPUs interrupted for them. */
    public long targets() {
        return targets;
    }
}
