package shootdown.xen;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Several machines that share the work. Which of them runs a program depends on chance; what is
 * told about it does not: verdicts are delivered in the order of the programs' numbers.
 */
public final class XenInstances implements AutoCloseable {
    /** How far the fastest may be ahead of the slowest. */
    private static final int WINDOW = 1 << 16;

    /**
     * What to run, and what to make of it.
     *
     * <p>Thread rule: both methods are called by several threads at once, each of which has a
     * machine.
     *
     * @param <V> what is made of an outcome
     */
    public interface Work<V> {
        /** Program number n, the same whenever it is asked for. */
        Program program(long number);

        /** Judges an outcome; a result in it is valid only until this returns. */
        V judge(long number, Outcome outcome, XenInstance by);
    }

    /**
     * Gets the verdicts, in their order, one at a time.
     *
     * @param <V> what is made of an outcome
     */
    @FunctionalInterface
    public interface Receiver<V> {
        /** Returns whether to go on. */
        boolean accept(long number, V verdict);
    }

    private final List<XenInstance> machines;

    private XenInstances(List<XenInstance> machines) {
        this.machines = List.copyOf(machines);
    }

    /** Starts machines: the first one alone, so that the others can start from its saved state. */
    public static XenInstances start(XenOptions options, int count) {
        List<XenInstance> machines = new ArrayList<>();
        List<CompletableFuture<XenInstance>> others = new ArrayList<>();
        try {
            machines.add(XenInstance.start(options));
            for (int i = 1; i < count; i++) {
                others.add(CompletableFuture.supplyAsync(() -> XenInstance.start(options)));
            }
            others.forEach(other -> machines.add(other.join()));
            return new XenInstances(machines);
        } catch (CompletionException | XenException e) {
            others.forEach(other -> other.handle((machine, problem) -> close(machine)).join());
            machines.forEach(XenInstance::close);
            throw e.getCause() instanceof XenException cause ? cause : e;
        }
    }

    private static boolean close(@Nullable XenInstance machine) {
        if (machine != null) {
            machine.close();
        }
        return true;
    }

    /** The machines. */
    public List<XenInstance> all() {
        return machines;
    }

    /** Runs the programs with the numbers from {@code first} to before {@code end}. */
    public <V> void run(long first, long end, Work<V> work, Receiver<V> receiver) {
        Round<V> round = new Round<>(first, end, work, receiver);
        List<Thread> threads = new ArrayList<>();
        for (XenInstance machine : machines) {
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("programs on Xen")
                            .start(() -> round.keepBusy(machine)));
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    round.stop();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        round.rethrow();
    }

    /** The numbers that are dealt, and the verdicts that wait for their turn. */
    private static final class Round<V> {
        private final long end;
        private final Work<V> work;
        private final Receiver<V> receiver;
        private final Map<Long, V> verdicts = new HashMap<>();
        private long dealt;
        private long delivered;
        private boolean stopped;
        private @Nullable Throwable failure;

        Round(long first, long end, Work<V> work, Receiver<V> receiver) {
            this.end = end;
            this.work = work;
            this.receiver = receiver;
            dealt = first;
            delivered = first;
        }

        void keepBusy(XenInstance machine) {
            try {
                Queue<Long> running = new ArrayDeque<>();
                while (true) {
                    while (machine.accepts()) {
                        long number = deal(running.isEmpty());
                        if (number < 0) {
                            break;
                        }
                        machine.submit(work.program(number));
                        running.add(number);
                    }
                    Long oldest = running.poll();
                    if (oldest == null) {
                        return;
                    }
                    deliver(oldest, work.judge(oldest, machine.next(), machine));
                }
            } catch (RuntimeException | Error e) {
                fail(e);
                drain(machine, e);
            }
        }

        /** The machine is to be usable after the round. */
        private static void drain(XenInstance machine, Throwable problem) {
            try {
                while (machine.waiting() > 0) {
                    machine.next();
                }
            } catch (RuntimeException e) {
                problem.addSuppressed(e);
            }
        }

        /** The next number, or -1 for none; whoever has nothing to do waits for the slowest. */
        private synchronized long deal(boolean idle) {
            while (idle && !stopped && dealt < end && dealt - delivered >= WINDOW) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    stopped = true;
                }
            }
            return stopped || dealt >= end || dealt - delivered >= WINDOW ? -1 : dealt++;
        }

        private synchronized void deliver(long number, V verdict) {
            verdicts.put(number, verdict);
            while (!stopped) {
                V next = verdicts.remove(delivered);
                if (next == null) {
                    break;
                }
                stopped = !receiver.accept(delivered++, next);
            }
            notifyAll();
        }

        synchronized void stop() {
            stopped = true;
            notifyAll();
        }

        private synchronized void fail(Throwable problem) {
            if (failure == null) {
                failure = problem;
            }
            stop();
        }

        synchronized void rethrow() {
            switch (failure) {
                case null -> {}
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(failure);
            }
        }
    }

    @Override
    public void close() {
        machines.forEach(XenInstance::close);
    }
}
