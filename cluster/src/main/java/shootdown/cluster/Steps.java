package shootdown.cluster;

import java.util.List;

/** An {@link Exchange} over anything that carries messages in order. */
final class Steps implements Exchange {
    /** What carries a message to the inbox of a member. */
    @FunctionalInterface
    interface Link {
        void send(int to, int step, byte[] message, boolean last);
    }

    private static final byte[] NOTHING = {};

    private final int self;
    private final int size;
    private final Inbox inbox;
    private final Link link;
    private int step;

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
            link.send(to, step, message, last);
        }
    }

    @Override
    public List<List<byte[]>> finish() {
        for (int to = 0; to < size; to++) {
            send(to, NOTHING, true);
        }
        return inbox.take(step++, size);
    }
}
