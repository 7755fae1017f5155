package shootdown.engine;

import java.util.function.Consumer;

/** What the threads of a race do with answers of one home. */
final class Remembering {
    static final int[] FIRST = {1, 1, 1};
    static final int[] SECOND = {1, 2, 1};

    /** In place of an answer: what leads to it was there, and it was not. */
    private static final int WRONG = -1;

    private final Answers answers;

    Remembering() {
        MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
        TransitionSystem system = new ThreeBlocks();
        Answers made = Answers.of(system, new Blocks(system, budget), budget);
        if (made == null) {
            throw new AssertionError();
        }
        answers = made;
    }

    /** Keeps an answer unless there is one, and returns what is found then. */
    int keep(int answer, int[] ids, long[][] seen) {
        AnswerLookup lookup = new AnswerLookup(new OneHome(), answers, ids.length);
        if (!lookup.find(0, ids, 0)) {
            lookup.keep(0, ids, 0, new int[] {Answers.NO_SHAPE, answer}, 1, seen);
        }
        return lookup.found[lookup.at];
    }

    /** Returns the answer that counts in a state, 0 if there is none. */
    int look(int[] ids) {
        AnswerLookup lookup = new AnswerLookup(new OneHome(), answers, ids.length);
        try {
            return lookup.find(0, ids, 0) ? lookup.found[lookup.at] : 0;
        } catch (RuntimeException notThere) {
            return WRONG;
        }
    }

    /** Three blocks of one word. */
    private static final class ThreeBlocks implements TransitionSystem {
        @Override
        public int[] blockLengths() {
            return new int[] {1, 1, 1};
        }

        @Override
        public int firstSetBlock() {
            return 3;
        }

        @Override
        public boolean hasParts() {
            return true;
        }

        @Override
        public int properties() {
            return 1;
        }

        @Override
        public int counters() {
            return 1;
        }

        @Override
        public void initialStates(Consumer<long[]> sink) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Expander expander() {
            throw new UnsupportedOperationException();
        }
    }

    /** One question, at home in the first block; nobody asks it. */
    private static final class OneHome implements Parts {
        private static final int[] HOME = {0};

        @Override
        public int count() {
            return 1;
        }

        @Override
        public int[] home(int question) {
            return HOME;
        }

        @Override
        public void forget() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long judge(long[] state, int part) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long raised() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void expand(long[] state, int part, Successors out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int followUps(int[] out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long followUp(long[] state, int question) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long[] looked(int block) {
            throw new UnsupportedOperationException();
        }
    }
}
