package shootdown.hardware;

/** The error code of a page fault (SDM 3A 4.7). */
@Models(value = "SDM 3A 4.7", simplified = "P, W/R, U/S, RSVD and I/D; EFER.NXE is always on")
public final class PageFault {
    /** The walk arrived, but the access is not allowed; or a reserved bit is set. */
    public static final int PRESENT = 1;

    public static final int WRITE = 1 << 1;
    public static final int USER = 1 << 2;
    public static final int RESERVED = 1 << 3;
    public static final int FETCH = 1 << 4;

    private PageFault() {}

    /** The part of the code that tells what was attempted: an access that needs these rights. */
    public static int attempt(int needed) {
        return ((needed & Rights.WRITE) != 0 ? WRITE : 0)
                | ((needed & Rights.USER) != 0 ? USER : 0)
                | ((needed & Rights.EXECUTE) != 0 ? FETCH : 0);
    }
}
