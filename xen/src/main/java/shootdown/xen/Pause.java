package shootdown.xen;

import java.util.concurrent.locks.LockSupport;

/**
 * Short waits that an interrupt does not turn into a busy loop; it is seen by whoever asks later.
 */
final class Pause {
    private Pause() {}

    static void nanos(long nanos) {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(nanos);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static void millis(long millis) {
        nanos(millis * 1_000_000);
    }
}
