package shootdown.cluster;

import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * TCP in which nobody waits for somebody else: what goes to one address has a queue and a thread of
 * its own. The library connects to all in one thread, and a TLS handshake with a frozen process,
 * whose kernel still takes connections, never ends: no heartbeat would leave any more, and the
 * others would be taken for lost.
 */
final class UnblockedTcp extends TCP {
    /** Bundles that may wait for one address; more than flow control lets anybody send. */
    private static final int MOST_WAITING = 1024;

    private static final int IDLE_SECONDS = 30;

    private final Map<Address, ThreadPoolExecutor> lines = new ConcurrentHashMap<>();

    UnblockedTcp() {
        setId(ClassConfigurator.getProtocolId(TCP.class));
        // Writes may wait as well.
        nonBlockingSends(true).maxSendQueue(MOST_WAITING);
    }

    @Override
    public void send(Address to, byte[] bytes, int offset, int length) {
        byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
        lines.computeIfAbsent(to, UnblockedTcp::line).execute(() -> write(to, copy));
    }

    /** What is not sent, or thrown away because too much waits, is asked for again by others. */
    private static ThreadPoolExecutor line(Address to) {
        ThreadPoolExecutor line =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(MOST_WAITING),
                        work -> {
                            Thread thread = new Thread(work, "shootdown-cluster-to-" + to);
                            thread.setDaemon(true);
                            return thread;
                        },
                        new ThreadPoolExecutor.DiscardPolicy());
        line.allowCoreThreadTimeOut(true);
        return line;
    }

    private void write(Address to, byte[] bytes) {
        try {
            super.send(to, bytes, 0, bytes.length);
        } catch (Exception e) {
            log.debug("not sent to %s: %s", to, e);
        }
    }

    @Override
    public void retainAll(Collection<Address> members) {
        super.retainAll(members);
        lines.values().removeIf(line -> line.getPoolSize() == 0);
    }
}
