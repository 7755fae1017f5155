package shootdown.hardware;

/**
 * What a translation allows besides reading by the kernel, as bits: the conjunction of what each
 * entry on its path allows (H2).
 */
@Models(
        value = "SDM 3A 4.6, 4.10.2.2",
        simplified = "no protection keys; execution counts as allowed unless XD is set")
public final class Rights {
    /** R/W is 1. */
    public static final int WRITE = 1;

    /** U/S is 1. */
    public static final int USER = 1 << 1;

    /** XD is 0. */
    public static final int EXECUTE = 1 << 2;

    /** All of them: what CR3 allows. */
    public static final int ALL = WRITE | USER | EXECUTE;

    /** Number of different combinations. */
    static final int COMBINATIONS = ALL + 1;

    private Rights() {}

    /** What one present entry allows. */
    public static int of(long pte) {
        int rights = (pte & Pte.RW) != 0 ? WRITE : 0;
        rights |= (pte & Pte.USER) != 0 ? USER : 0;
        return (pte & Pte.NX) != 0 ? rights : rights | EXECUTE;
    }
}
