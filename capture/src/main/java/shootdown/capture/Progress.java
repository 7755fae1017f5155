package shootdown.capture;

/** Hears how far a capture is. */
@FunctionalInterface
public interface Progress {
    /** What is done from now on, such as {@code recording fork (4 of 13)}. */
    void stage(String what);
}
