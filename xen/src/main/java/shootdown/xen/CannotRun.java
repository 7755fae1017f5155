package shootdown.xen;

/** All components are there, and yet real Xen does not run: no room, no permission, no boot. */
public final class CannotRun extends XenException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message why, in words for the user
     */
    public CannotRun(String message) {
        super(message);
    }
}
