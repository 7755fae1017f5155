package shootdown.engine;

/**
 * A part of a system has looked at more than it has told, so what it has answered does not count
 * where it was taken to. No result of this search may be used; it is a mistake in the program.
 */
public final class UntoldLook extends Error {
    private static final long serialVersionUID = 1;

    UntoldLook(String message) {
        super(message);
    }
}
