package shootdown.workload.trace;

import java.util.Arrays;

/**
 * As a table of which level each frame was last seen.
 *
 * <p>An open hash table of frames, 12 to 24 bytes for each that was ever a table.
 */
final class FrameLevels {
    static final int UNSEEN = -1;
    private static final long NONE = -1;

    private long[] frames = new long[1 << 10];
    private byte[] levels = new byte[frames.length];
    private int size;

    FrameLevels() {
        Arrays.fill(frames, NONE);
    }

    /** 1 to 4, 0 if it is no table any longer, {@link #UNSEEN} if nothing is known. */
    int of(long mfn) {
        int slot = slot(mfn);
        return frames[slot] == mfn ? levels[slot] : UNSEEN;
    }

    void set(long mfn, int level) {
        int slot = slot(mfn);
        if (frames[slot] != mfn) {
            frames[slot] = mfn;
            size++;
        }
        levels[slot] = (byte) level;
        if (2 * size > frames.length) {
            grow();
        }
    }

    private int slot(long mfn) {
        int mask = frames.length - 1;
        int slot = (int) ((mfn * 0x9e3779b97f4a7c15L) >>> 32) & mask;
        while (frames[slot] != NONE && frames[slot] != mfn) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] before = frames;
        byte[] levelsBefore = levels;
        frames = new long[2 * before.length];
        levels = new byte[frames.length];
        Arrays.fill(frames, NONE);
        for (int i = 0; i < before.length; i++) {
            if (before[i] != NONE) {
                int slot = slot(before[i]);
                frames[slot] = before[i];
                levels[slot] = levelsBefore[i];
            }
        }
    }
}
