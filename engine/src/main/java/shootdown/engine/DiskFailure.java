package shootdown.engine;

import java.io.IOException;

/** Ends a search whose folder cannot be written or read any more. */
final class DiskFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DiskFailure(String file, IOException cause) {
        super(file + ": " + reason(cause), cause);
    }

    private static String reason(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
