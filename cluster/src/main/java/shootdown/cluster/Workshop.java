package shootdown.cluster;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Where a node does the tasks of sweeps: some threads, and for each sweep whoever does its tasks.
 *
 * <p>Threads: those of the network say what there is to do, which is short work; its own do it.
 */
final class Workshop {
    private static final int END_SECONDS = 10;

    /** Hears what came of a task. */
    @FunctionalInterface
    interface Answers {
        void send(Address to, Out answer);
    }

    /** A sweep. Who does its tasks is let go as soon as it is over and nobody is at one. */
    private final class Shift {
        private final Address asker;
        private final String work;
        private final Set<Integer> tasks = new HashSet<>();
        private volatile boolean over;
        private int busy;
        private @Nullable Worker worker;

        Shift(Address asker, String work) {
            this.asker = asker;
            this.work = work;
        }

        /** Whether a task is new. */
        synchronized boolean takes(int task) {
            return tasks.add(task);
        }

        /** Who does a task that is about to begin; null if the sweep is over. */
        synchronized @Nullable Worker enter() {
            if (over) {
                return null;
            }
            if (worker == null) {
                Work known = works.get(work);
                if (known == null) {
                    throw new Unable("it knows no work '" + work + "'");
                }
                worker = known.begin();
            }
            busy++;
            return worker;
        }

        synchronized void leave(int task) {
            tasks.remove(task);
            busy--;
            letGo();
        }

        synchronized void end() {
            over = true;
            letGo();
        }

        private void letGo() {
            if (over && busy == 0 && worker != null) {
                worker.close();
                worker = null;
            }
        }
    }

    private final Map<String, Work> works;
    private final ExecutorService threads;
    private final ExecutorService ending;
    private final Answers answers;
    private final Supplier<String> place;

    // Guarded by this.
    private final Map<Long, Shift> shifts = new HashMap<>();
    private boolean closed;

    /**
     * @param works by their names
     * @param threads do the tasks
     * @param ending a thread that lets go what sweeps had
     * @param place where this is, in words for the user
     */
    Workshop(
            Map<String, Work> works,
            ExecutorService threads,
            ExecutorService ending,
            Answers answers,
            Supplier<String> place) {
        this.works = Map.copyOf(works);
        this.threads = threads;
        this.ending = ending;
        this.answers = answers;
        this.place = place;
    }

    /** Takes a task, unless it is under way. */
    synchronized void take(Address asker, In in) {
        Run run = Run.read(in);
        String work = in.text();
        String task = in.text();
        if (closed) {
            return;
        }
        Shift shift = shifts.computeIfAbsent(run.id(), id -> new Shift(asker, work));
        if (shift.takes(run.epoch())) {
            threads.execute(() -> work(shift, run, task));
        }
    }

    private void work(Shift shift, Run run, String task) {
        try {
            @Nullable Worker worker = shift.enter();
            if (worker != null) {
                work(worker, shift, run, task);
            }
        } catch (Unable unable) {
            answer(shift, run, Kind.TASK_REFUSED, place.get() + ": " + unable.says());
        } catch (Throwable thrown) { // the asker is told, the node lives on
            answer(
                    shift,
                    run,
                    Kind.TASK_FAILED,
                    place.get() + ": " + ClusterException.of(thrown).says());
        }
    }

    private void work(Worker worker, Shift shift, Run run, String task) {
        try {
            String answer = worker.answer(task, () -> shift.over);
            if (answer != null) {
                answer(shift, run, Kind.TASK_DONE, answer);
            }
        } finally {
            shift.leave(run.epoch());
        }
    }

    private void answer(Shift shift, Run run, Kind kind, String text) {
        if (!shift.over) {
            Out out = new Out().text(kind.name());
            run.write(out);
            answers.send(shift.asker, out.text(text));
        }
    }

    /** A sweep is over. */
    synchronized void end(long id) {
        Shift shift = shifts.remove(id);
        if (shift != null) {
            shift.over = true;
            ending.execute(shift::end);
        }
    }

    /** Whoever asked and is gone does not want to know any more. */
    synchronized void endAllBut(Collection<Address> present) {
        for (Map.Entry<Long, Shift> one : List.copyOf(shifts.entrySet())) {
            if (!present.contains(one.getValue().asker)) {
                end(one.getKey());
            }
        }
    }

    /** Ends all sweeps, and waits until all have left off. */
    void close() {
        synchronized (this) {
            List.copyOf(shifts.keySet()).forEach(this::end);
            closed = true;
        }
        threads.shutdown();
        ending.shutdown();
        try {
            boolean left = threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            if (left) {
                ending.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
