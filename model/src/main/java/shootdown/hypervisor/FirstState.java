package shootdown.hypervisor;

/**
 * A state to come back to. Tables are most of a full-size state, and a program changes few of them:
 * only those are copied back, and everything else.
 */
final class FirstState {
    private final Layout layout;
    private final long[] first;
    private final int tables;
    private final int tableLength;

    FirstState(Layout layout, long[] first) {
        this.layout = layout;
        this.first = first;
        this.tables = layout.machine().frames;
        this.tableLength = layout.geometry().slotCount();
    }

    long[] copy() {
        return first.clone();
    }

    /**
     * Makes {@code s} the first state again.
     *
     * @param touched the frames whose entries have been stored to since, as a set of bits
     */
    void restore(long[] s, long[] touched) {
        s[Layout.DOMAIN] = first[Layout.DOMAIN];
        for (int mfn = 0; mfn < tables; mfn++) {
            int info = layout.pageInfo(mfn);
            for (int word = info; word < info + Layout.INFO_WORDS; word++) {
                s[word] = first[word];
            }
        }
        for (int w = 0; w < touched.length; w++) {
            for (long left = touched[w]; left != 0; left &= left - 1) {
                int mfn = (w << 6) + Long.numberOfTrailingZeros(left);
                int from = layout.geometry().entryBase(mfn);
                System.arraycopy(first, from, s, from, mfn < tables ? tableLength : 0);
            }
            touched[w] = 0;
        }
        int rest = layout.endOfFrames();
        System.arraycopy(first, rest, s, rest, s.length - rest);
    }
}
