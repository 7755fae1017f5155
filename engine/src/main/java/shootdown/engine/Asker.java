package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Asks parts, and writes down what they answer.
 *
 * <p>An answer in ints: the numbers of the mask of violations, of the mask of raised counters, and
 * of what is added to the other counters; the number of successors; then these. A successor: the
 * step, the number of the mask of its violations, how many blocks change, how many questions follow
 * it up; for each of the former the block and its new id, or with {@link #PATCHED} the number of a
 * patch; and the latter. What follows up a step has exactly one successor. Used by one thread at a
 * time.
 */
final class Asker implements Successors {

    static final int VIOLATIONS = 0;
    static final int RAISED = 1;
    static final int SUM = 2;
    static final int SUCCESSORS = 3;
    static final int FIRST_SUCCESSOR = 4;

    // Of a successor.
    static final int STEP = 0;
    static final int STEP_VIOLATIONS = 1;
    static final int CHANGES = 2;
    static final int FOLLOW_UPS = 3;
    static final int LISTS = 4;

    /** Marks a block of which only some bits change. */
    static final int PATCHED = 1 << 8;

    /** Where the answer begins in its array, behind {@link Answers#NO_SHAPE}. */
    private static final int BEGIN = 1;

    private final Blocks blocks;
    private final Expander expander;
    private final Parts parts;
    private final Answers answers;
    private final AnswerLookup lookup;

    /** The state in which a question is asked, and the ids of its blocks. */
    private final long[] state;

    private final int[] ids;
    private final long[] next;
    private final int[] followUps;
    private final long[] counted;

    /** The mask and the values of a patch. */
    private final long[] change;

    private final long[] @Nullable [] seen;
    private int[] home = {};
    private int[] answer = new int[256];
    private int end;

    Asker(Expander expander, Parts parts, Answers answers, Blocks blocks, AnswerLookup lookup) {
        this.blocks = blocks;
        this.expander = expander;
        this.parts = parts;
        this.answers = answers;
        this.lookup = lookup;
        state = new long[blocks.stateLength()];
        ids = new int[blocks.count()];
        next = new long[blocks.stateLength()];
        followUps = new int[2 * blocks.count()];
        counted = new long[expander.counters().length];
        seen = new long[blocks.count()][];
        change = new long[2 * blocks.stateLength()];
    }

    /** Asks a part about a state, and leaves the answer at the lookup. */
    void ask(int part, int[] of) {
        begin(part, of, 0);
        answer[BEGIN + VIOLATIONS] = answers.maskNumber(parts.judge(state, part));
        answer[BEGIN + RAISED] = answers.maskNumber(parts.raised());
        parts.expand(state, part, this);
        finish(part, of, 0);
    }

    /** Asks a question that follows up a step. */
    void askFurther(int question, int[] of, int from) {
        begin(question, of, from);
        answer[BEGIN + VIOLATIONS] = 0;
        answer[BEGIN + RAISED] = 0;
        System.arraycopy(state, 0, next, 0, state.length);
        add(next, 0, parts.followUp(next, question));
        finish(question, of, from);
    }

    private void begin(int question, int[] of, int from) {
        blocks.read(of, from, state, ids);
        home = parts.home(question);
        long[] counters = expander.counters();
        for (int i = 0; i < counted.length; i++) {
            counted[i] = -counters[i];
        }
        parts.forget();
        answer[BEGIN + SUCCESSORS] = 0;
        end = BEGIN + FIRST_SUCCESSOR;
    }

    private void finish(int question, int[] of, int from) {
        long[] counters = expander.counters();
        for (int i = 0; i < counted.length; i++) {
            counted[i] += counters[i];
        }
        answer[BEGIN + SUM] = answers.sumNumber(counted);
        for (int b = 0; b < seen.length; b++) {
            seen[b] = isAtHome(b) ? null : parts.looked(b);
        }
        lookup.keep(question, of, from, answer, end - BEGIN, seen);
    }

    @Override
    public void add(long[] to, int step, long violations) {
        int at = end;
        room(LISTS + 2 * ids.length + followUps.length);
        answer[BEGIN + SUCCESSORS]++;
        answer[at + STEP] = step;
        answer[at + STEP_VIOLATIONS] = answers.maskNumber(violations);
        answer[at + CHANGES] = 0;
        end += LISTS;
        for (int b = blocks.nextChanged(state, to, 0);
                b < ids.length;
                b = blocks.nextChanged(state, to, b + 1)) {
            change(b, to);
            answer[at + CHANGES]++;
        }
        int more = parts.followUps(followUps);
        answer[at + FOLLOW_UPS] = more;
        System.arraycopy(followUps, 0, answer, end, more);
        end += more;
    }

    private void change(int block, long[] to) {
        boolean whole = isAtHome(block);
        answer[end] = whole ? block : block | PATCHED;
        answer[end + 1] =
                whole ? blocks.table(block).intern(to, blocks.offset(block)) : patch(block, to);
        end += 2;
    }

    private int patch(int block, long[] to) {
        int from = blocks.offset(block);
        int words = blocks.length(block);
        long @Nullable [] looked = parts.looked(block);
        for (int w = 0; w < words; w++) {
            long changed = state[from + w] ^ to[from + w];
            long known = looked == null ? 0 : looked[w];
            if ((changed & ~known) != 0) {
                throw new UntoldLook("a step changed block " + block + " unseen");
            }
            change[w] = changed == 0 ? 0 : known;
            change[words + w] = to[from + w] & change[w];
        }
        return answers.patchNumber(block, change);
    }

    private boolean isAtHome(int block) {
        for (int b : home) {
            if (b == block) {
                return true;
            }
        }
        return false;
    }

    private void room(int more) {
        if (answer.length < end + more) {
            answer = Arrays.copyOf(answer, Math.max(end + more, answer.length * 2));
        }
    }
}
