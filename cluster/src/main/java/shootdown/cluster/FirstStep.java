package shootdown.cluster;

import java.util.List;

/** An exchange of whose first step somebody takes what the previous member sent for itself. */
final class FirstStep implements Exchange {
    /** Returns the messages without its own. */
    @FunctionalInterface
    interface Filter {
        List<List<byte[]>> rest(int previous, List<List<byte[]>> messages);
    }

    private final Exchange exchange;
    private final Filter filter;
    private boolean done;

    FirstStep(Exchange exchange, Filter filter) {
        this.exchange = exchange;
        this.filter = filter;
    }

    @Override
    public int self() {
        return exchange.self();
    }

    @Override
    public int size() {
        return exchange.size();
    }

    @Override
    public void send(int to, byte[] message) {
        exchange.send(to, message);
    }

    @Override
    public List<List<byte[]>> finish() {
        List<List<byte[]>> messages = exchange.finish();
        if (done) {
            return messages;
        }
        done = true;
        return filter.rest((self() + size() - 1) % size(), messages);
    }
}
