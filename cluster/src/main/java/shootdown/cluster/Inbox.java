package shootdown.cluster;

import shootdown.engine.MemoryBudget;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The messages to one member, sorted by step and sender. Thread-safe: the network puts, the search
 * takes. A fast sender may be one step ahead of a slow receiver, so steps ahead are kept.
 *
 * <p>What has come is counted until the search has read it; if that is more than there may be, it
 * is the search that gets no more.
 */
final class Inbox {
    private static final class Step {
        private final Map<Integer, List<byte[]>> from = new HashMap<>();
        private final Set<Integer> ended = new HashSet<>();
    }

    /** About what the virtual machine and a list need for a message. */
    private static final int OVERHEAD = 32;

    private final MemoryBudget budget;
    private final Map<Integer, Step> steps = new HashMap<>();
    private boolean interrupted;
    private long lastCame = System.nanoTime();

    /** What was taken last, which is read until the next step. */
    private long taken;

    /**
     * @param budget of this member, for all that comes
     */
    Inbox(MemoryBudget budget) {
        this.budget = budget.part(1);
    }

    /** The memory that messages take. */
    static long bytes(List<byte[]> messages) {
        long bytes = 0;
        for (byte[] message : messages) {
            bytes += OVERHEAD + message.length;
        }
        return bytes;
    }

    /** Puts a message; the last one of its sender in this step is empty. */
    synchronized void put(int step, int from, byte[] message, boolean last) {
        if (interrupted) {
            return;
        }
        lastCame = System.nanoTime();
        Step at = steps.computeIfAbsent(step, s -> new Step());
        if (last) {
            at.ended.add(from);
            notifyAll();
        } else {
            budget.add(OVERHEAD + message.length);
            at.from.computeIfAbsent(from, f -> new ArrayList<>()).add(message);
        }
    }

    /** Waits for all messages of a step. */
    synchronized List<List<byte[]>> take(int step, int senders) {
        try {
            while (!interrupted && !isComplete(step, senders)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            interrupted = true;
        }
        Step complete = steps.remove(step);
        if (interrupted || complete == null) {
            throw new Exchange.Interrupted();
        }
        List<List<byte[]>> messages = new ArrayList<>();
        for (int from = 0; from < senders; from++) {
            messages.add(complete.from.getOrDefault(from, List.of()));
        }
        budget.release(taken);
        taken = messages.stream().mapToLong(Inbox::bytes).sum();
        return messages;
    }

    private boolean isComplete(int step, int senders) {
        Step at = steps.get(step);
        return at != null && at.ended.size() == senders;
    }

    /** Returns those who have not sent all in this step, if nothing at all came for a while. */
    synchronized List<Integer> missing(int step, int senders, long patience) {
        Step at = steps.get(step);
        if (!isSilentFor(patience)) {
            return List.of();
        }
        return IntStream.range(0, senders)
                .filter(from -> at == null || !at.ended.contains(from))
                .boxed()
                .toList();
    }

    /** Whether nothing came for so many nanoseconds. */
    synchronized boolean isSilentFor(long nanos) {
        return System.nanoTime() - lastCame >= nanos;
    }

    /** Whoever waits, or will, is interrupted. */
    synchronized void interrupt() {
        interrupted = true;
        steps.clear();
        budget.close();
        notifyAll();
    }

    synchronized boolean isInterrupted() {
        return interrupted;
    }
}
