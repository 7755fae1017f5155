package shootdown.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Ctrl-C: the first asks the command to end with what it has, the second ends the process at once.
 *
 * <p>The only way to see a second one is {@code sun.misc.Signal}, which compilers warn about; so it
 * is reached by reflection. Without it, Ctrl-C ends the process as Java does.
 */
final class Interruption {
    private volatile boolean requested;

    /** Whether the user wants an end. */
    boolean isRequested() {
        return requested;
    }

    synchronized void request() {
        requested = true;
        notifyAll();
    }

    /** Waits until the user wants an end, which is then no interruption, but what was awaited. */
    synchronized void await() throws InterruptedException {
        while (!requested) {
            wait();
        }
        requested = false;
    }

    /** Takes over Ctrl-C for the rest of the process. */
    void listen() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handling =
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            interrupted();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> false;
                            default -> "Ctrl-C";
                        };
                    };
            Object interrupt = signal.getConstructor(String.class).newInstance("INT");
            Object proxy =
                    Proxy.newProxyInstance(
                            Interruption.class.getClassLoader(),
                            new Class<?>[] {handler},
                            handling);
            signal.getMethod("handle", signal, handler).invoke(null, interrupt, proxy);
        } catch (ReflectiveOperationException e) {
            // Not a HotSpot, or INT is ignored by the parent: Java's own way remains.
            requested = false;
        }
    }

    private void interrupted() {
        if (requested) {
            Runtime.getRuntime().halt(Exit.INTERRUPTED);
        }
        request();
    }
}
