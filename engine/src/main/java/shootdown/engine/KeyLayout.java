package shootdown.engine;

/**
 * How the block ids of a state are packed in the words of its key. Immutable.
 *
 * <p>Each block has a field that is wide enough for the ids that exist, and a share of the bits
 * that are left over in its word. The blocks that are sets for covering begin a word of their own,
 * so that the first {@link #restWords()} words are the key of the rest. No word of a key is 0,
 * because ids count from 1.
 */
final class KeyLayout {

    private final int[] word;
    private final int[] shift;
    private final long[] mask;
    private final int words;
    private final int restWords;

    /**
     * Lays out fields for the ids {@code 1..counts[b]} of each block b.
     *
     * @param split the first block of the second group, which begins a new word
     */
    KeyLayout(int[] counts, int split) {
        int blocks = counts.length;
        word = new int[blocks];
        shift = new int[blocks];
        mask = new long[blocks];
        restWords = place(counts, 0, split, 0);
        words = place(counts, split, blocks, restWords);
    }

    int words() {
        return words;
    }

    /** Returns the number of words of the blocks before the split. */
    int restWords() {
        return restWords;
    }

    /** Returns whether {@code id} has room in the field of {@code block}. */
    boolean fits(int block, int id) {
        return (id & ~mask[block]) == 0;
    }

    /** Packs ids into {@code key[to..to + words())}. */
    void pack(int[] ids, int from, long[] key, int to) {
        for (int w = 0; w < words; w++) {
            key[to + w] = 0;
        }
        for (int b = 0; b < word.length; b++) {
            key[to + word[b]] |= (long) ids[from + b] << shift[b];
        }
    }

    /** Returns the id of one block. */
    int id(long[] key, int from, int block) {
        return (int) ((key[from + word[block]] >>> shift[block]) & mask[block]);
    }

    /** Unpacks all ids of a key. */
    void unpack(long[] key, int from, int[] ids, int to) {
        for (int b = 0; b < word.length; b++) {
            ids[to + b] = id(key, from, b);
        }
    }

    private int place(int[] counts, int first, int last, int firstWord) {
        int next = firstWord;
        int begin = first;
        while (begin < last) {
            int end = begin;
            int used = 0;
            while (end < last && used + bits(counts[end]) <= Long.SIZE) {
                used += bits(counts[end]);
                end++;
            }
            fill(counts, begin, end, next++, Long.SIZE - used);
            begin = end;
        }
        return next;
    }

    private void fill(int[] counts, int begin, int end, int inWord, int spare) {
        int at = 0;
        int left = spare;
        for (int b = begin; b < end; b++) {
            int share = left / (end - b);
            int width = Math.min(bits(counts[b]) + share, Integer.SIZE - 1);
            left -= width - bits(counts[b]);
            word[b] = inWord;
            shift[b] = at;
            mask[b] = (1L << width) - 1;
            at += width;
        }
    }

    private static int bits(int count) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(count, 1));
    }
}
