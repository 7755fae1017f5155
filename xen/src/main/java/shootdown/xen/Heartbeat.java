package shootdown.xen;

/** Tells the agent that this process is alive; without it the agent ends its machine. */
final class Heartbeat implements AutoCloseable {
    private static final long PERIOD_MS = 200;

    private final Mailbox mailbox;
    private final Thread thread = new Thread(this::beat, "heartbeat for QEMU");
    private boolean stopped;

    Heartbeat(Mailbox mailbox) {
        this.mailbox = mailbox;
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void beat() {
        long beats = System.nanoTime();
        try {
            while (!stopped) {
                beats++;
                mailbox.release(Protocol.Header.HEARTBEAT, beats);
                wait(PERIOD_MS);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it; if somebody does, the machine ends.
        }
    }

    /** When this returns, the memory is not touched any more. */
    @Override
    public synchronized void close() {
        stopped = true;
        notifyAll();
    }
}
