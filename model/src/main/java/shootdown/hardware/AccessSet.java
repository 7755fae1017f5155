package shootdown.hardware;

import java.util.Arrays;

/**
 * All that one access to memory may come to: the frames that it may reach, and the page faults that
 * it may raise. The members are numbered: frames ascending, then faults.
 *
 * <p>Scratch space, filled by {@link TranslationCaches#access}; one for each thread.
 */
public final class AccessSet {
    private static final int NOT_PRESENT = 0;
    private static final int FORBIDDEN = PageFault.PRESENT;
    private static final int RESERVED_BIT = PageFault.PRESENT | PageFault.RESERVED;

    private final long[] frames;
    private final int[] faults = new int[3];
    private int frameCount;
    private int faultCount;
    private int needed;

    public AccessSet(Geometry geometry) {
        frames = new long[geometry.words()];
    }

    void clear(int rightsNeeded) {
        Arrays.fill(frames, 0);
        needed = rightsNeeded;
        frameCount = 0;
        faultCount = 0;
    }

    /** Adds the frames of a set whose translations allow exactly {@code rights}. */
    void add(long[] state, int set, int rights) {
        boolean allowed = (needed & ~rights) == 0;
        for (int w = 0; w < frames.length; w++) {
            if (state[set + w] != 0 && !allowed) {
                addFault(FORBIDDEN);
            } else if (allowed) {
                frames[w] |= state[set + w];
            }
        }
    }

    /** Adds what follows from reading an entry that ends the walk. */
    void addEnd(long pte) {
        addFault(Pte.isPresent(pte) ? RESERVED_BIT : NOT_PRESENT);
    }

    private void addFault(int reason) {
        int code = reason | PageFault.attempt(needed);
        for (int i = 0; i < faultCount; i++) {
            if (faults[i] == code) {
                return;
            }
        }
        faults[faultCount++] = code;
    }

    /** Puts the faults in order and counts. */
    void done() {
        Arrays.sort(faults, 0, faultCount);
        for (long word : frames) {
            frameCount += Long.bitCount(word);
        }
    }

    /** Number of members, at least 1. */
    public int size() {
        return frameCount + faultCount;
    }

    /** Whether this member is a frame, and not a fault. */
    public boolean isFrame(int member) {
        return member < frameCount;
    }

    /** The frame that this member is. */
    public int frame(int member) {
        int skip = member;
        for (int w = 0; w < frames.length; w++) {
            int here = Long.bitCount(frames[w]);
            if (skip < here) {
                long left = frames[w];
                for (; skip > 0; skip--) {
                    left &= left - 1;
                }
                return w * Long.SIZE + Long.numberOfTrailingZeros(left);
            }
            skip -= here;
        }
        throw new IndexOutOfBoundsException(member + " of " + this);
    }

    /** The error code of the fault that this member is, a combination of {@link PageFault}. */
    public int errorCode(int member) {
        return faults[member - frameCount];
    }

    /** The frames, and the error codes of the faults: {@code [3, 5, #PF(4)]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < size(); i++) {
            text.append(i == 0 ? "" : ", ");
            text.append(isFrame(i) ? String.valueOf(frame(i)) : "#PF(" + errorCode(i) + ")");
        }
        return text.append(']').toString();
    }
}
