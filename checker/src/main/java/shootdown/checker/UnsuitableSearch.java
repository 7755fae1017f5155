package shootdown.checker;

/** A search was asked for that a universe cannot be given to; the message says why. */
public final class UnsuitableSearch extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    UnsuitableSearch(String message) {
        super(message);
    }
}
