package shootdown.xen;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends every QEMU when this process ends in an orderly way: Ctrl-C, or without having closed them.
 */
public final class Reaper {
    /** What must not outlive this process. */
    public interface Mortal {
        /** Ends it and waits until it is gone. */
        void kill();

        /** Takes the names of its files away. */
        void hideFiles();
    }

    private static final Set<Mortal> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Reaper::reap, "reaper of QEMU"));
    }

    private Reaper() {}

    /** From now on, until it is released. */
    public static void guard(Mortal machine) {
        RUNNING.add(machine);
    }

    /** Its owner has ended it. */
    public static void release(Mortal machine) {
        RUNNING.remove(machine);
    }

    private static void reap() {
        for (Mortal machine : RUNNING) {
            machine.kill();
            machine.hideFiles();
        }
    }
}
