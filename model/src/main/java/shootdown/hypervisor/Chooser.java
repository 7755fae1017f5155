package shootdown.hypervisor;

/** Answers the choices inside a step: which of several cached translations an access uses. */
@FunctionalInterface
public interface Chooser {
    /** Takes the first of several. */
    Chooser FIRST = n -> 0;

    /**
     * Picks one of {@code n} possibilities.
     *
     * @param n at least 1
     * @return 0..n-1
     */
    int choose(int n);
}
