package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Finds answers among those that are kept, and keeps new ones.
 *
 * <p>A record of {@link AnswerTable}: the key, which is the number of the question and the ids of
 * its home; then 0 and the answer if nothing else was looked at, or else the number of a shape, and
 * the answers are in records with the key (shape, home's record, what is seen). The shape of a home
 * has all that any of its answers has looked at. Used by one thread at a time.
 */
final class AnswerLookup {

    private static final int AT_HAND = 512;
    private static final int MOST_AT_HOME = 4;

    private final Parts parts;
    private final Answers answers;
    private final AnswerTable table;
    private final int[] key;
    private final int[] head = new int[1];
    private final int[] hand = new int[AT_HAND * MOST_AT_HOME];
    private final int[] handRecords = new int[AT_HAND];

    /** Takes what was read ahead, so that reading is not left out. */
    int sink;

    /** The record of the home of the question that was last looked for. */
    private int home;

    /** The array that holds the answer that was last found or kept, at {@link #at}. */
    int[] found = {};

    int at;

    AnswerLookup(Parts parts, Answers answers, int blocks) {
        this.parts = parts;
        this.answers = answers;
        table = answers.table();
        key = new int[2 + blocks];
        Arrays.fill(hand, -1);
    }

    /** Reads ahead what will be looked for. */
    void readAhead(int question, int[] ids) {
        int length = home(question, ids, 0);
        sink += table.readAhead(AnswerTable.hash(key, length));
    }

    /** Looks for the answer to a question that counts in the state with these ids. */
    boolean find(int question, int[] ids, int from) {
        home = record(question, ids, from);
        if (home == AnswerTable.NONE) {
            return false;
        }
        int shape = table.get(home);
        if (shape == Answers.NO_SHAPE) {
            return found(home + 1);
        }
        int length = seen(shape, home, ids, from);
        return found(table.find(key, length, AnswerTable.hash(key, length)));
    }

    /**
     * Keeps the answer to the question that was last looked for, if it has room.
     *
     * @param answer the answer from place 1 on; {@link Answers#NO_SHAPE} at place 0
     * @param length of the answer
     * @param seen for each block what was looked at beyond the home, or null for nothing
     */
    void keep(
            int question, int[] ids, int from, int[] answer, int length, long[] @Nullable [] seen) {
        if (!found(put(question, ids, from, answer, length, seen))) {
            found = Arrays.copyOf(answer, 1 + length);
            at = 1;
        }
    }

    private int put(
            int question, int[] ids, int from, int[] answer, int length, long[] @Nullable [] seen) {
        boolean atHome = answers.shape(Answers.NO_SHAPE).covers(seen);
        if (home == AnswerTable.NONE) {
            int keyLength = home(question, ids, from);
            int hash = AnswerTable.hash(key, keyLength);
            head[0] = atHome ? Answers.NO_SHAPE : answers.shape(Answers.NO_SHAPE, seen);
            home =
                    atHome
                            ? table.add(key, keyLength, hash, answer, 0, 1 + length)
                            : table.add(key, keyLength, hash, head, 0, 1);
        }
        if (home == AnswerTable.NONE) {
            return home;
        }
        if (atHome) {
            if (table.get(home) != Answers.NO_SHAPE) {
                throw new UntoldLook("question " + question + " looks at more or less by turns");
            }
            return home + 1;
        }
        int keyLength = seen(widened(home, seen), home, ids, from);
        return table.add(key, keyLength, AnswerTable.hash(key, keyLength), answer, 1, length);
    }

    /** Sees to it that the shape of a home has all that was seen; returns this shape. */
    private int widened(int record, long[] @Nullable [] seen) {
        int known = table.get(record);
        if (answers.shape(known).covers(seen)) {
            return known;
        }
        synchronized (table) {
            int shape = answers.shape(table.get(record), seen);
            table.set(record, shape);
            return shape;
        }
    }

    /**
     * Finds the record of a home. States that follow one another have much in common, so some
     * records are at hand.
     */
    private int record(int question, int[] ids, int from) {
        int length = home(question, ids, from);
        int hash = AnswerTable.hash(key, length);
        int place = hash & AT_HAND - 1;
        boolean fits = length <= MOST_AT_HOME;
        if (fits && isAtHand(place * MOST_AT_HOME, length)) {
            return handRecords[place];
        }
        int record = table.find(key, length, hash);
        if (fits && record != AnswerTable.NONE) {
            System.arraycopy(key, 0, hand, place * MOST_AT_HOME, length);
            handRecords[place] = record;
        }
        return record;
    }

    private boolean isAtHand(int from, int length) {
        for (int i = 0; i < length; i++) {
            if (hand[from + i] != key[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean found(int place) {
        if (place == AnswerTable.NONE) {
            return false;
        }
        found = table.segment(place);
        at = AnswerTable.index(place);
        return true;
    }

    /** Makes the key of a question at home. */
    private int home(int question, int[] ids, int from) {
        int[] blocks = parts.home(question);
        key[0] = question;
        for (int i = 0; i < blocks.length; i++) {
            key[1 + i] = ids[from + blocks[i]];
        }
        return 1 + blocks.length;
    }

    /** Makes the key of a home's record and what a shape sees beyond. */
    private int seen(int shape, int record, int[] ids, int from) {
        key[0] = ~shape;
        key[1] = record;
        return answers.shape(shape).see(ids, from, key, 2);
    }
}
