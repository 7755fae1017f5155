package shootdown.hypervisor;

import shootdown.hardware.Geometry;

import java.util.Arrays;

/**
 * Room for the entries of those frames of a full-size machine that are in use as tables; all others
 * share one table of zeros, which nobody may store to. It lies behind the rest of the state, which
 * grows with it.
 */
final class TableRoom {
    private final Geometry geometry;
    private final int zeros;
    private final int length;
    private int end;
    private int[] free = new int[64];
    private int freeCount;

    TableRoom(Layout layout) {
        geometry = layout.geometry();
        length = geometry.slotCount();
        end = layout.length();
        zeros = end - length;
    }

    boolean has(int mfn) {
        return geometry.entryBase(mfn) != zeros;
    }

    /**
     * Gives a frame room, unless it has some; all its entries are 0 then.
     *
     * @return the state, which may have moved
     */
    long[] give(long[] s, int mfn) {
        if (has(mfn)) {
            return s;
        }
        if (freeCount > 0) {
            freeCount--;
            geometry.place(mfn, free[freeCount]);
            return s;
        }
        geometry.place(mfn, end);
        end += length;
        return end <= s.length ? s : Arrays.copyOf(s, Math.max(end, s.length + s.length / 4));
    }

    /** Takes the room back; what the entries were is forgotten. */
    void take(long[] s, int mfn) {
        if (!has(mfn)) {
            return;
        }
        int base = geometry.entryBase(mfn);
        Arrays.fill(s, base, base + length, 0);
        geometry.place(mfn, zeros);
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount] = base;
        freeCount++;
    }
}
