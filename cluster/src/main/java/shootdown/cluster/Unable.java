package shootdown.cluster;

/** A member cannot do a kind of work at all, for a reason that others may not share. */
public final class Unable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param why in words for the user
     */
    public Unable(String why) {
        super(why);
    }

    /** Returns what to tell the user. */
    String says() {
        return String.valueOf(getMessage());
    }
}
