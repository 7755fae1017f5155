package shootdown.engine;

import java.util.Arrays;

/**
 * Recalls, and asks anew as well: what came out must be the same. For runs with assertions.
 *
 * <p>Throws {@link UntoldLook} where a part has not told all that it looked at.
 */
final class Verified implements Expansion {

    private final Expansion recall;
    private final Expansion direct;
    private final Chunk recalled;
    private final Chunk asked;
    private final int blocks;

    Verified(Expansion recall, Expansion direct, int blocks, MemoryBudget budget) {
        this.recall = recall;
        this.direct = direct;
        this.blocks = blocks;
        recalled = new Chunk(blocks, 1, budget);
        asked = new Chunk(blocks, 1, budget);
    }

    @Override
    public void expand(int[] ids, Chunk into, int place) {
        recalled.reset(into.firstState + place, 1);
        recall.expand(ids, recalled, 0);
        asked.reset(into.firstState + place, 1);
        direct.expand(ids, asked, 0);
        if (!isSame()) {
            throw new UntoldLook(
                    "recalled wrongly in state %d: %s instead of %s"
                            .formatted(into.firstState + place, text(recalled), text(asked)));
        }
        append(into, place);
    }

    private boolean isSame() {
        return recalled.size == asked.size
                && recalled.transitions == asked.transitions
                && recalled.violations.entries().equals(asked.violations.entries())
                && Arrays.equals(
                        recalled.ids, 0, recalled.size * blocks, asked.ids, 0, asked.size * blocks);
    }

    private String text(Chunk chunk) {
        return Arrays.toString(Arrays.copyOf(chunk.ids, chunk.size * blocks))
                + chunk.violations.entries();
    }

    private void append(Chunk into, int place) {
        for (ChunkViolations.Entry entry : recalled.violations.entries()) {
            if (entry.step() == Violation.NO_STEP) {
                into.violations.addState(entry.properties(), place);
            } else {
                int before = into.size + entry.candidates();
                into.violations.addStep(entry.properties(), place, entry.step(), before);
            }
        }
        for (int c = 0; c < recalled.size; c++) {
            int to = into.reserve();
            System.arraycopy(recalled.ids, c * blocks, into.ids, to, blocks);
            into.size++;
        }
        into.transitions += recalled.transitions;
    }

    @Override
    public void addCounters(long[] sums) {
        long[] recalledSums = new long[sums.length];
        long[] askedSums = new long[sums.length];
        recall.addCounters(recalledSums);
        direct.addCounters(askedSums);
        if (!Arrays.equals(recalledSums, askedSums)) {
            throw new UntoldLook(
                    "recalled wrongly: counted %s instead of %s"
                            .formatted(Arrays.toString(recalledSums), Arrays.toString(askedSums)));
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += askedSums[i];
        }
    }
}
