package shootdown.hardware;

/**
 * A linear page number as its four table indices, i4 the index in the root.
 *
 * @param i4 slot in the L4, 0..511
 * @param i3 slot in the L3, 0..511
 * @param i2 slot in the L2, 0..511
 * @param i1 slot in the L1, 0..511
 */
@Models(value = "SDM 3A 4.5", simplified = "canonical addresses of pages only")
public record VirtualAddress(int i4, int i3, int i2, int i1) {
    private static final int INDEX_BITS = 9;
    private static final int INDEX_MASK = 511;

    public static VirtualAddress of(long va) {
        long page = va >>> Pte.PAGE_SHIFT;
        return new VirtualAddress(
                (int) (page >>> (3 * INDEX_BITS)) & INDEX_MASK,
                (int) (page >>> (2 * INDEX_BITS)) & INDEX_MASK,
                (int) (page >>> INDEX_BITS) & INDEX_MASK,
                (int) page & INDEX_MASK);
    }

    /** The index used at {@code depth} 0 (in the root) to 3 (in the last table). */
    public int index(int depth) {
        return switch (depth) {
            case 0 -> i4;
            case 1 -> i3;
            case 2 -> i2;
            case 3 -> i1;
            default -> throw new IllegalArgumentException("depth " + depth);
        };
    }

    /** The canonical 48-bit address of the page. */
    public long va() {
        long page =
                ((long) i4 << (3 * INDEX_BITS))
                        | ((long) i3 << (2 * INDEX_BITS))
                        | ((long) i2 << INDEX_BITS)
                        | i1;
        long va = page << Pte.PAGE_SHIFT;
        return va << 16 >> 16;
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(va());
    }
}
