package shootdown.engine;

/** Ends a search that reached its memory limit. {@link Search} never throws it. */
public final class MemoryExhausted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MemoryExhausted() {
        super("memory limit reached", null, false, false);
    }
}
