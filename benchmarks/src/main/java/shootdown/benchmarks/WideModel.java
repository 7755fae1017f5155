package shootdown.benchmarks;

import shootdown.engine.Expander;
import shootdown.engine.Successors;
import shootdown.engine.TransitionSystem;

import java.util.function.Consumer;

/**
 * A system with wide states and hardly any work of its own, to measure the engine alone.
 *
 * <p>A state has 150 longs in six blocks; block b takes {@code VALUES[b]} contents, which are told
 * apart by every word. Each state has four successors, which change one or two blocks.
 */
public final class WideModel implements TransitionSystem {

    static final int[] LENGTHS = {60, 20, 20, 16, 16, 18};
    static final int[] VALUES = {192, 975, 975, 7, 7, 7};
    static final int LENGTH = 150;

    private static final long SCRAMBLE = 0x9E3779B97F4A7C15L;

    private final long[][] contents = new long[LENGTHS.length][];

    public WideModel() {
        for (int b = 0; b < LENGTHS.length; b++) {
            contents[b] = new long[VALUES[b] * LENGTHS[b]];
            for (int value = 0; value < VALUES[b]; value++) {
                for (int word = 0; word < LENGTHS[b]; word++) {
                    long content = word == 0 ? value : ((value + 1) * SCRAMBLE * (word + b)) >>> 7;
                    contents[b][value * LENGTHS[b] + word] = content;
                }
            }
        }
    }

    @Override
    public int[] blockLengths() {
        return LENGTHS.clone();
    }

    @Override
    public int firstSetBlock() {
        return LENGTHS.length;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        long[] state = new long[LENGTH];
        int at = 0;
        for (int b = 0; b < LENGTHS.length; b++) {
            put(state, at, b, 0);
            at += LENGTHS[b];
        }
        sink.accept(state);
    }

    @Override
    public Expander expander() {
        return new WideExpander(this);
    }

    @Override
    public int properties() {
        return 1;
    }

    @Override
    public int counters() {
        return 0;
    }

    /** Writes a content of block {@code b}, which begins at {@code at}. */
    void put(long[] state, int at, int b, int value) {
        System.arraycopy(contents[b], value * LENGTHS[b], state, at, LENGTHS[b]);
    }

    /** Expands states of the model. */
    private static final class WideExpander implements Expander {

        private static final int[] AT = {0, 60, 80, 100, 116, 132};
        private static final long[] NONE = {};

        private final WideModel model;
        private final long[] next = new long[LENGTH];

        WideExpander(WideModel model) {
            this.model = model;
        }

        @Override
        public long check(long[] state) {
            return 0;
        }

        @Override
        public void expand(long[] state, Successors out) {
            step(state, 0, 1, 3, 5, out, 0);
            step(state, 1, 7, 4, 1, out, 1);
            step(state, 2, 11, 5, 1, out, 2);
            step(state, 1, 31, 2, 17, out, 3);
        }

        @Override
        public long[] counters() {
            return NONE;
        }

        private void step(
                long[] state, int b, int add, int other, int addOther, Successors out, int step) {
            System.arraycopy(state, 0, next, 0, LENGTH);
            move(state, b, add);
            if ((state[AT[b]] & 1) == 0) {
                move(state, other, addOther);
            }
            out.add(next, step, 0);
        }

        private void move(long[] state, int b, int add) {
            int value = (int) (state[AT[b]] + add) % VALUES[b];
            model.put(next, AT[b], b, value);
        }
    }
}
