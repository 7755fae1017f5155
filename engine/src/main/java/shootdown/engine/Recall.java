package shootdown.engine;

import java.util.Arrays;

/**
 * Expands states from what their parts have answered before, and asks those that have not answered
 * yet. Used by one thread at a time.
 */
final class Recall implements Expansion {

    private final Blocks blocks;
    private final Answers answers;
    private final AnswerLookup lookup;
    private final Asker asker;
    private final Canonical canonical;
    private final long[] image;
    private final int[] imageIds;

    /** For each part the answer that counts in the state being expanded. */
    private final int[][] told;

    private final int[] toldAt;

    /** Questions that follow up the step in hand, in the order in which they are asked. */
    private int[] due = new int[16];

    private int endOfDue;

    /** How often each sum for the counters was to be added. */
    private long[] uses = new long[16];

    private final long[] raised;
    private long asked;

    Recall(Expander expander, Answers answers, Blocks blocks, Canonical canonical) {
        Parts parts = expander.parts();
        this.blocks = blocks;
        this.answers = answers;
        this.canonical = canonical;
        lookup = new AnswerLookup(parts, answers, blocks.count());
        asker = new Asker(expander, parts, answers, blocks, lookup);
        image = new long[blocks.stateLength()];
        imageIds = new int[blocks.count()];
        told = new int[parts.count()][];
        toldAt = new int[parts.count()];
        raised = new long[expander.counters().length];
    }

    /** Returns how many questions had no answer yet. */
    long asked() {
        return asked;
    }

    @Override
    public void addCounters(long[] sums) {
        for (int n = 0; n < uses.length; n++) {
            for (int i = 0; i < sums.length && uses[n] != 0; i++) {
                sums[i] += uses[n] * answers.sum(n)[i];
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += raised[i];
        }
    }

    @Override
    public void readAhead(int[] ids) {
        for (int p = 0; p < told.length; p++) {
            lookup.readAhead(p, ids);
        }
    }

    @Override
    public void expand(int[] ids, Chunk into, int place) {
        long violations = 0;
        long raises = 0;
        for (int p = 0; p < told.length; p++) {
            if (!lookup.find(p, ids, 0)) {
                asker.ask(p, ids);
                asked++;
            }
            int[] answer = lookup.found;
            int at = lookup.at;
            told[p] = answer;
            toldAt[p] = at;
            violations |= answers.mask(answer[at + Asker.VIOLATIONS]);
            raises |= answers.mask(answer[at + Asker.RAISED]);
            use(answer[at + Asker.SUM]);
        }
        for (long left = raises; left != 0; left &= left - 1) {
            raised[Long.numberOfTrailingZeros(left)]++;
        }
        into.violations.addState(violations, place);
        for (int p = 0; p < told.length; p++) {
            int at = toldAt[p] + Asker.FIRST_SUCCESSOR;
            for (int left = told[p][toldAt[p] + Asker.SUCCESSORS]; left > 0; left--) {
                at = emit(told[p], at, ids, into, place);
            }
        }
    }

    private void use(int sum) {
        if (sum >= uses.length) {
            uses = Arrays.copyOf(uses, Math.max(sum + 1, uses.length * 2));
        }
        uses[sum]++;
    }

    /**
     * Adds a successor to the chunk if it differs from its state; returns where the next one is.
     */
    private int emit(int[] answer, int successor, int[] ids, Chunk into, int place) {
        int to = into.reserve();
        System.arraycopy(ids, 0, into.ids, to, ids.length);
        into.transitions++;
        endOfDue = 0;
        int end = apply(answer, successor, into.ids, to);
        long violations = answers.mask(answer[successor + Asker.STEP_VIOLATIONS]);
        for (int next = 0; next < endOfDue; next++) {
            violations |= followUp(due[next], into.ids, to);
        }
        if (violations != 0) {
            int step = answer[successor + Asker.STEP];
            into.violations.addStep(violations, place, step, into.size);
        }
        if (canonical.isNeeded()) {
            canonicalise(into.ids, to);
        }
        if (!Arrays.equals(ids, 0, ids.length, into.ids, to, to + ids.length)) {
            into.size++;
        }
        return end;
    }

    /** Applies a successor to the ids of its state, and notes what follows it up. */
    private int apply(int[] answer, int successor, int[] next, int to) {
        int at = successor + Asker.LISTS;
        for (int left = answer[successor + Asker.CHANGES]; left > 0; left--) {
            int block = answer[at] & ~Asker.PATCHED;
            int value = answer[at + 1];
            boolean patched = answer[at] != block;
            next[to + block] = patched ? answers.patch(block, value).of(next[to + block]) : value;
            at += 2;
        }
        int more = answer[successor + Asker.FOLLOW_UPS];
        if (endOfDue + more > due.length) {
            due = Arrays.copyOf(due, 2 * (endOfDue + more));
        }
        for (; more > 0; more--) {
            due[endOfDue++] = answer[at++];
        }
        return at;
    }

    /** Takes a further stage of a step; returns what it violates. */
    private long followUp(int question, int[] next, int to) {
        if (!lookup.find(question, next, to)) {
            asker.askFurther(question, next, to);
            asked++;
        }
        int[] answer = lookup.found;
        int at = lookup.at;
        use(answer[at + Asker.SUM]);
        apply(answer, at + Asker.FIRST_SUCCESSOR, next, to);
        return answers.mask(answer[at + Asker.FIRST_SUCCESSOR + Asker.STEP_VIOLATIONS]);
    }

    private void canonicalise(int[] next, int to) {
        blocks.read(next, to, image, imageIds);
        long[] least = canonical.of(image);
        for (int b = blocks.nextChanged(image, least, 0);
                b < imageIds.length;
                b = blocks.nextChanged(image, least, b + 1)) {
            next[to + b] = blocks.table(b).intern(least, blocks.offset(b));
        }
    }
}
