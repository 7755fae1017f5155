package shootdown.xen;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One machine with real Xen, for any number of programs.
 *
 * <p>For throughput keep it busy: {@link #submit} while it {@link #accepts}, then take the {@link
 * #next} outcome; outcomes come in the order of the programs. For a single program there is {@link
 * #run}.
 *
 * <p>After a program that crashed its domain or the hypervisor, that hung, or that left something
 * behind that the agent cannot undo, the machine is restored from its saved state (some 60 ms), and
 * the programs that waited are written anew. A QEMU that ended is started again.
 *
 * <p>Thread rule: one thread at a time; different instances are independent.
 */
public final class XenInstance implements AutoCloseable {
    /** The domain that runs the programs. */
    public enum Domain {
        DOM0,
        UNPRIVILEGED
    }

    private static final int SPINS = 1000;
    private static final long PAUSE_NS = 30_000;
    private static final long LONGEST_PAUSE_NS = 1_000_000;
    private static final long LOOK_ROUND_NS = 5_000_000;

    /** To start a machine again costs less than to wait long for one that may be stuck. */
    private static final int IMPATIENCE = 10;

    /** How the wait for a result ended. */
    private enum Wait {
        RESULT,
        DOMAIN_CRASH,
        PANIC,
        HANG,
        DEATH
    }

    private final Boot boot;
    private final long timeoutNanos;

    /** Submitted, and without outcome. */
    private final Queue<Program> waiting = new ArrayDeque<>();

    private Guest guest;
    private Domain domain = Domain.DOM0;

    /** Whether the machine must be restored before anything else is run on it. */
    private boolean spoilt;

    private boolean closed;
    private long restores;

    private XenInstance(Boot boot, long timeoutNanos) {
        this.boot = boot;
        this.timeoutNanos = timeoutNanos;
        this.guest = boot.start();
    }

    /**
     * Starts a machine.
     *
     * @throws ComponentMissing if something is not installed
     * @throws BadHypervisor if the file named as hypervisor is not one
     * @throws CannotRun if the machine does not come up
     */
    public static XenInstance start(XenOptions options) {
        return start(options, Components.find(options.hypervisor() != null));
    }

    static XenInstance start(XenOptions options, Components components) {
        Cache cache = Cache.open(options.cacheFolder());
        try {
            Machine machine = Machine.of(options, components, cache);
            return new XenInstance(new Boot(machine, cache), options.timeout().toNanos());
        } catch (IOException e) {
            throw new CannotRun("cannot prepare the machine: " + e.getMessage());
        }
    }

    /** The machine as the chosen domain sees it. */
    public Frames frames() {
        return channel().frames();
    }

    /** Whether there is a second, unprivileged domain. */
    public boolean hasUnprivileged() {
        return guest.unprivileged() != null;
    }

    /**
     * Chooses the domain that runs the programs from now on; none may be waiting.
     *
     * @throws CannotRun if there is no such domain, or it does not begin to run
     */
    public void use(Domain chosen) {
        if (!waiting.isEmpty()) {
            throw new IllegalStateException("programs are waiting");
        }
        if (chosen == Domain.UNPRIVILEGED && !hasUnprivileged()) {
            throw new CannotRun("this hypervisor lets the agent make no second domain");
        }
        settle();
        domain = chosen;
        activate();
    }

    /** How often the machine was restored or started again. */
    public long restores() {
        return restores;
    }

    /** The QEMU of the moment, for tests. */
    Qemu qemu() {
        return guest.qemu();
    }

    /** Has the machine restored before the next program, for tests and measurements. */
    void restoreBeforeNext() {
        spoilt = true;
    }

    /** Whether another program can be submitted. */
    public boolean accepts() {
        return waiting.size() < Protocol.SLOTS;
    }

    /** How many programs were submitted and have no outcome yet. */
    public int waiting() {
        return waiting.size();
    }

    /** Submits a program; it runs as soon as those before it have ended. */
    public void submit(Program program) {
        if (!accepts()) {
            throw new IllegalStateException("too many programs are waiting");
        }
        settle();
        channel().submit(program);
        waiting.add(program);
    }

    /** Waits for the outcome of the oldest program. */
    public Outcome next() {
        if (waiting.isEmpty()) {
            throw new IllegalStateException("no program is waiting");
        }
        settle();
        Wait wait = await();
        if (wait == Wait.DEATH) {
            // Not necessarily the program's doing: it has a second chance, on a new machine.
            spoilt = true;
            settle();
            wait = await();
        }
        waiting.remove();
        Outcome outcome = outcome(wait);
        spoilt = !(outcome instanceof Outcome.Finished finished) || finished.result().isDirty();
        return outcome;
    }

    /** Runs one program; none may be waiting. */
    public Outcome run(Program program) {
        if (!waiting.isEmpty()) {
            throw new IllegalStateException("programs are waiting");
        }
        submit(program);
        return next();
    }

    private Outcome outcome(Wait wait) {
        if (wait == Wait.RESULT) {
            Result result = channel().take();
            if (result.isMalformed()) {
                throw new IllegalStateException("the agent finds the program malformed");
            }
            return new Outcome.Finished(result);
        }
        int step = channel().currentStep();
        String serial = lastWords();
        return switch (wait) {
            case DOMAIN_CRASH -> new Outcome.DomainCrashed(step, serial);
            case PANIC -> new Outcome.HypervisorPanicked(step, serial);
            case HANG -> new Outcome.Hung(step, serial);
            case DEATH, RESULT -> new Outcome.MachineDied(step, guest.qemu().lastWords());
        };
    }

    /** Of the hypervisor, and of an unprivileged agent, which cannot speak on the serial line. */
    private String lastWords() {
        String serial = guest.qemu().serial().excerpt();
        String agent = channel().mailbox().lastWords();
        return domain == Domain.DOM0 || agent.isEmpty()
                ? serial
                : (serial + "\nagent: " + agent).strip();
    }

    /**
     * Waits for the oldest result. The guest needs the processor more than we do: only who waits
     * for a single program is served at once, and with many in the queue some may end before we
     * look again.
     */
    private Wait await() {
        Channel channel = channel();
        for (int i = 0; i < SPINS && waiting.size() == 1; i++) {
            if (channel.hasResult()) {
                return Wait.RESULT;
            }
            Thread.onSpinWait();
        }
        long lookRound = System.nanoTime() + LOOK_ROUND_NS;
        long pause = PAUSE_NS * waiting.size();
        Patience patience = null;
        while (!channel.hasResult()) {
            Pause.nanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NS);
            if (System.nanoTime() >= lookRound) {
                lookRound = System.nanoTime() + LOOK_ROUND_NS;
                if (patience == null) {
                    patience = new Patience(guest.qemu(), timeoutNanos);
                }
                Wait trouble = trouble();
                if (trouble == null && patience.isOver()) {
                    trouble = Wait.HANG;
                }
                if (trouble != null && !channel.hasResult()) {
                    return trouble;
                }
            }
        }
        return Wait.RESULT;
    }

    private @Nullable Wait trouble() {
        SerialLog serial = guest.qemu().serial();
        if (guest.dom0().mailbox().acquire(Protocol.Header.FOREIGN_DIED) != 0) {
            return Wait.DOMAIN_CRASH;
        }
        if (serial.alarm().isPresent()) {
            // It has only begun to speak.
            Pause.millis(50);
            return serial.alarm().get() == SerialLog.Alarm.HYPERVISOR_PANIC
                    ? Wait.PANIC
                    : Wait.DOMAIN_CRASH;
        }
        return guest.qemu().isAlive() ? null : Wait.DEATH;
    }

    private Channel channel() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        Channel other = guest.unprivileged();
        return domain == Domain.UNPRIVILEGED && other != null ? other : guest.dom0();
    }

    /** Restores the machine if it is spoilt, and submits again what waits. */
    private void settle() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (!spoilt) {
            return;
        }
        restore();
        spoilt = false;
        if (domain != Domain.DOM0) {
            activate();
        }
        waiting.forEach(channel()::submit);
    }

    private void restore() {
        try {
            if (guest.qemu().isAlive()) {
                guest.restore();
                restores++;
                return;
            }
        } catch (IOException e) {
            // The monitor does not answer: the machine is beyond repair.
        }
        startAgain();
    }

    private void startAgain() {
        restores++;
        guest.close();
        guest = boot.start();
    }

    /**
     * Lets the chosen domain run; a machine on which it does not begin to is started again, once.
     */
    private void activate() {
        if (hasBegun(timeoutNanos / IMPATIENCE)) {
            return;
        }
        startAgain();
        if (!hasBegun(timeoutNanos)) {
            long number = channel().frames().domain();
            throw new CannotRun(
                    "domain " + number + " does not begin to run programs; " + lastWords());
        }
    }

    /** Whether the chosen domain has its turn before the patience is over. */
    private boolean hasBegun(long limitNanos) {
        Mailbox mailbox = guest.dom0().mailbox();
        long number = channel().frames().domain();
        mailbox.release(Protocol.Header.ACTIVE, number);
        Patience patience = new Patience(guest.qemu(), limitNanos);
        while (mailbox.acquire(Protocol.Header.RUNNING) != number) {
            if (patience.isOver()) {
                return false;
            }
            Pause.nanos(PAUSE_NS);
        }
        return true;
    }

    /** Ends the machine; results are invalid from now on. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            guest.close();
        }
    }
}
