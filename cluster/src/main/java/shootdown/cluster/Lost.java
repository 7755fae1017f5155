package shootdown.cluster;

/** Says that states are gone which no member has: the search must begin again. */
final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Lost(String what) {
        super(what);
    }
}
