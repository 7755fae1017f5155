package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** An {@link Exchange} over anything that carries messages in order. */
final class Steps implements Exchange {
    /** What carries a message to the inbox of a member. */
    @FunctionalInterface
    interface Link {
        void send(int to, int step, byte[] message, boolean last);
    }

    private static final byte[] NOTHING = {};

    /** How long others may say nothing; the library takes 15 to 20 seconds to notice a loss. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    /** What the search is about, if it does not work. */
    private record Pause(long since, boolean sends, int to) {}

    private final int self;
    private final int size;
    private final Inbox inbox;
    private final Link link;
    private volatile int step;
    private volatile @Nullable Pause pause;

    Steps(int self, int size, Inbox inbox, Link link) {
        this.self = self;
        this.size = size;
        this.inbox = inbox;
        this.link = link;
    }

    @Override
    public int self() {
        return self;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void send(int to, byte[] message) {
        send(to, message, false);
    }

    private void send(int to, byte[] message, boolean last) {
        if (inbox.isInterrupted()) {
            throw new Interrupted();
        }
        if (to == self) {
            inbox.put(step, self, message, last);
        } else {
            pause = new Pause(System.nanoTime(), true, to);
            link.send(to, step, message, last);
            pause = null;
        }
    }

    @Override
    public List<List<byte[]>> finish() {
        for (int to = 0; to < size; to++) {
            send(to, NOTHING, true);
        }
        pause = new Pause(System.nanoTime(), false, self);
        int complete = step;
        List<List<byte[]>> taken = inbox.take(complete, size);
        pause = null;
        step = complete + 1;
        return taken;
    }

    /** Returns where this member is. Any thread. */
    Standing standing() {
        Pause now = pause;
        int at = step;
        if (now == null || System.nanoTime() - now.since() < PATIENCE) {
            return new Standing(at, List.of());
        }
        return new Standing(
                at, now.sends() ? List.of(now.to()) : inbox.missing(at, size, PATIENCE));
    }
}
