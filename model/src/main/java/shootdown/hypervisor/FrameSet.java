package shootdown.hypervisor;

import java.util.Arrays;

/** Scratch space for what an access may reach; one for each thread. */
final class FrameSet {
    final long[] reached;
    final long[] writable;

    FrameSet(int words) {
        reached = new long[words];
        writable = new long[words];
    }

    int sizeReached() {
        return size(reached);
    }

    int sizeWritable() {
        return size(writable);
    }

    private static int size(long[] set) {
        int size = 0;
        for (long word : set) {
            size += Long.bitCount(word);
        }
        return size;
    }

    /** The n-th frame of those reached, in ascending order. */
    int reached(int n) {
        return nth(reached, n);
    }

    int writable(int n) {
        return nth(writable, n);
    }

    private static int nth(long[] set, int n) {
        int skip = n;
        for (int w = 0; w < set.length; w++) {
            int size = Long.bitCount(set[w]);
            if (skip < size) {
                long left = set[w];
                for (; skip > 0; skip--) {
                    left &= left - 1;
                }
                return w * Long.SIZE + Long.numberOfTrailingZeros(left);
            }
            skip -= size;
        }
        throw new IndexOutOfBoundsException(n + " of " + Arrays.toString(set));
    }
}
