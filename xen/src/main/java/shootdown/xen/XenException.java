package shootdown.xen;

/** Why real Xen cannot be run: one message, written for the user. */
public abstract sealed class XenException extends RuntimeException
        permits BadHypervisor, CannotRun, ComponentMissing {
    private static final long serialVersionUID = 1L;

    XenException(String message) {
        super(message);
    }

    /** What to tell the user. */
    public final String says() {
        return String.valueOf(getMessage());
    }
}
