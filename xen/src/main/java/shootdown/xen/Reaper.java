package shootdown.xen;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends every QEMU when this process ends in an orderly way: Ctrl-C, or without having closed them.
 */
final class Reaper {
    private static final Set<Qemu> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Reaper::reap, "reaper of QEMU"));
    }

    private Reaper() {}

    static void guard(Qemu qemu) {
        RUNNING.add(qemu);
    }

    static void release(Qemu qemu) {
        RUNNING.remove(qemu);
    }

    private static void reap() {
        for (Qemu qemu : RUNNING) {
            qemu.kill();
            qemu.hideFiles();
        }
    }
}
