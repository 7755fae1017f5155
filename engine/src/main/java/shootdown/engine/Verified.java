package shootdown.engine;

import java.util.Arrays;

/**
 * Recalls, and asks anew as well: what came out must be the same. For runs with assertions.
 *
 * <p>Throws {@link IllegalStateException} where a part has not told all that it looked at.
 */
final class Verified implements Expansion {

    private final Expansion recall;
    private final Expansion direct;
    private final Chunk again;
    private final int blocks;

    /**
     * @param again a chunk of its own for what is asked anew
     */
    Verified(Expansion recall, Expansion direct, Chunk again, int blocks) {
        this.recall = recall;
        this.direct = direct;
        this.again = again;
        this.blocks = blocks;
    }

    @Override
    public void expand(int[] ids, Chunk into, int place) {
        int before = into.size;
        long transitions = into.transitions;
        recall.expand(ids, into, place);
        again.reset(into.firstState + place, 1);
        direct.expand(ids, again, 0);
        boolean same =
                again.size == into.size - before
                        && again.transitions == into.transitions - transitions
                        && Arrays.equals(
                                again.ids,
                                0,
                                again.size * blocks,
                                into.ids,
                                before * blocks,
                                into.size * blocks);
        if (!same) {
            throw new IllegalStateException(
                    "recalled wrongly in state %d: %s instead of %s"
                            .formatted(
                                    into.firstState + place,
                                    candidates(into, before),
                                    candidates(again, 0)));
        }
    }

    private String candidates(Chunk chunk, int from) {
        return Arrays.toString(Arrays.copyOfRange(chunk.ids, from * blocks, chunk.size * blocks));
    }

    @Override
    public void addCounters(long[] sums) {
        long[] recalled = new long[sums.length];
        long[] counted = new long[sums.length];
        recall.addCounters(recalled);
        direct.addCounters(counted);
        if (!Arrays.equals(recalled, counted)) {
            throw new IllegalStateException(
                    "recalled wrongly: counted %s instead of %s"
                            .formatted(Arrays.toString(recalled), Arrays.toString(counted)));
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += counted[i];
        }
    }
}
