package shootdown.hardware;

/** Bits of CR3 and CR4 that matter for translation (SDM 3A 2.5). */
@Models(
        value = "SDM 3A 2.5, 4.10.1",
        simplified =
                "PGE, PCIDE, SMEP, PCID and NOFLUSH; paging with four levels " + "is always on")
public final class ControlRegister {
    public static final long CR3_PCID_MASK = 0xFFFL;

    /** Bit 63 of the operand of MOV CR3 while CR4.PCIDE is set: keep what is cached (H20). */
    public static final long CR3_NOFLUSH = 1L << 63;

    public static final long CR4_PGE = 1L << 7;
    public static final long CR4_PCIDE = 1L << 17;
    public static final long CR4_SMEP = 1L << 20;

    private ControlRegister() {}

    public static long cr3(int mfn, int pcid) {
        return ((long) mfn << Pte.PAGE_SHIFT) | pcid;
    }

    public static int root(long cr3) {
        return Pte.mfn(cr3);
    }

    public static int pcid(long cr3) {
        return (int) (cr3 & CR3_PCID_MASK);
    }
}
