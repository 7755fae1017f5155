package shootdown.engine;

/** Ends a search that reached its memory limit. Never leaves the package. */
final class MemoryExhausted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MemoryExhausted() {
        super("memory limit reached", null, false, false);
    }
}
