package shootdown.xen;

/** Tells the agents that this process is alive; without it they end their machine. */
final class Heartbeat implements AutoCloseable {
    private static final long PERIOD_MS = 200;

    private final Mailbox[] mailboxes;
    private final Thread thread = new Thread(this::beat, "heartbeat for QEMU");
    private boolean stopped;

    Heartbeat(Mailbox... mailboxes) {
        this.mailboxes = mailboxes;
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void beat() {
        long beats = System.nanoTime();
        try {
            while (!stopped) {
                beats++;
                for (Mailbox mailbox : mailboxes) {
                    mailbox.release(Protocol.Header.HEARTBEAT, beats);
                }
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
