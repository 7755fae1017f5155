package shootdown.xen;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The page state of every frame in play, replayed from the changes that a {@link Result} records:
 * begin, then advance step by step. Indices are those that {@link ProgramWriter#frame} and {@link
 * ProgramWriter#slot} returned.
 *
 * <p>One object serves any number of results. After a step that was not recorded the state is that
 * of the last record.
 */
public final class PageStates {
    private static final int COUNT = 0;
    private static final int TYPE = 1;
    private static final int OWNER = 2;
    private static final int M2P = 3;

    /** Shares a word with the owner; where the M2P is not looked at it has its place. */
    private static final int VALIDATION = 3;

    private static final int SLOTS = 4;
    private static final int WORDS = SLOTS + ProgramWriter.MAX_SLOTS;

    private final long[] words = new long[ProgramWriter.MAX_FRAMES * WORDS];
    private int first;
    private int next;

    /** The state before the first step. */
    public void begin(Result result) {
        Arrays.fill(words, 0);
        next = 0;
        apply(result, result.startChanges());
    }

    /** The state after a step; the steps are gone through in their order. */
    public void advance(Result result, int step) {
        apply(result, result.changes(step));
    }

    private void apply(Result result, int changes) {
        first = next;
        for (int end = next + changes; next < end; next++) {
            int word = result.changedFrame(next) * WORDS + result.changedWord(next);
            words[word] = result.changedValue(next);
        }
    }

    /**
     * Tells which words the last step changed, as indices of an array in which each frame has
     * {@code words} words: count, type, owner, validation, slots. The M2P's are left out.
     */
    public void changed(Result result, int words, IntConsumer index) {
        for (int change = first; change < next; change++) {
            int at = result.changedFrame(change) * words;
            int word = result.changedWord(change);
            if (word != M2P) {
                index.accept(at + word);
            }
            if (word == OWNER) {
                index.accept(at + VALIDATION);
            }
        }
    }

    /** Xen's {@code count_info}. */
    public long count(int frame) {
        return words[frame * WORDS + COUNT];
    }

    /** Xen's {@code type_info}. */
    public long type(int frame) {
        return words[frame * WORDS + TYPE];
    }

    /** The owner, as in {@link Frames#owner}; 0 is nobody. */
    public long owner(int frame) {
        return words[frame * WORDS + OWNER] & 0xffffffffL;
    }

    /** The third word of a page table in use: how far it is validated; 0 for other frames. */
    public int validation(int frame) {
        return (int) (words[frame * WORDS + OWNER] >>> 32);
    }

    /** The entry of the M2P, if the program has it recorded. */
    public long m2p(int frame) {
        return words[frame * WORDS + M2P];
    }

    /** The entry in a slot in play. */
    public long entry(int frame, int slot) {
        return words[frame * WORDS + SLOTS + slot];
    }
}
