package shootdown.xen;

import java.time.Duration;

/**
 * Tells a guest that hangs from one that does not get the processor: on a busy host a program may
 * take long, but then QEMU has used little processor time for it.
 */
final class Patience {
    /** A guest that waits for something for ever uses no processor time at all. */
    private static final int TIMES_LONGER = 10;

    private final Qemu qemu;
    private final long limitNanos;
    private final long start = System.nanoTime();
    private final Duration used;

    Patience(Qemu qemu, long limitNanos) {
        this.qemu = qemu;
        this.limitNanos = limitNanos;
        this.used = qemu.processorTime();
    }

    boolean isOver() {
        long waited = System.nanoTime() - start;
        return waited > limitNanos
                && (waited > TIMES_LONGER * limitNanos
                        || qemu.processorTime().minus(used).toNanos() > limitNanos / 2);
    }
}
