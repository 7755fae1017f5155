package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All answers of a system's parts that are remembered, and the numbers that they are told in.
 *
 * <p>An answer is found by the ids of its home, and there by its {@link Shape}: what else was
 * looked at. An answer that has looked at nothing else stands with its home. Threads: any number.
 */
final class Answers {

    /** The number of the shape of an answer that has looked at nothing beyond its home. */
    static final int NO_SHAPE = 0;

    private static final Shape NOTHING = new Shape(new int[0], new Projection[0]);

    /** The part of all memory that answers may take is one in so many. */
    private static final int SHARE = 8;

    private final Blocks blocks;
    private final MemoryBudget budget;
    private final AnswerTable table;
    private final Map<List<List<Long>>, Integer> shapeNumbers = new HashMap<>();
    private final Map<List<Long>, Integer> maskNumbers = new HashMap<>();
    private final Map<List<Long>, Integer> sumNumbers = new HashMap<>();
    private final Map<List<Long>, Integer> patchNumbers = new HashMap<>();
    private final List<Map<List<Long>, Projection>> projections = new ArrayList<>();
    private volatile Shape[] shapes = {NOTHING};
    private volatile Patch[] patches = {};
    private volatile long[] masks = {};
    private volatile long[][] sums = {};

    Answers(Blocks blocks, MemoryBudget budget) {
        this.blocks = blocks;
        this.budget = budget;
        table = new AnswerTable(budget.part(SHARE));
        for (int b = 0; b < blocks.count(); b++) {
            projections.add(new HashMap<>());
        }
    }

    AnswerTable table() {
        return table;
    }

    Shape shape(int number) {
        return shapes[number];
    }

    Patch patch(int number) {
        return patches[number];
    }

    /** Returns a mask of properties or counters by its number; number 0 is the empty one. */
    long mask(int number) {
        return number == 0 ? 0 : masks[number - 1];
    }

    /** Returns what is to be added to each counter, for a number from 0 on. */
    long[] sum(int number) {
        return sums[number];
    }

    synchronized int maskNumber(long mask) {
        if (mask == 0) {
            return 0;
        }
        return maskNumbers.computeIfAbsent(
                List.of(mask),
                unused -> {
                    long[] more = Arrays.copyOf(masks, masks.length + 1);
                    more[masks.length] = mask;
                    masks = more;
                    return more.length;
                });
    }

    synchronized int sumNumber(long[] sum) {
        return sumNumbers.computeIfAbsent(
                list(sum),
                unused -> {
                    long[][] more = Arrays.copyOf(sums, sums.length + 1);
                    more[sums.length] = sum.clone();
                    sums = more;
                    return more.length - 1;
                });
    }

    synchronized int patchNumber(int block, long[] mask, long[] values) {
        List<Long> key = new ArrayList<>(list(mask));
        key.addAll(list(values));
        key.add((long) block);
        return patchNumbers.computeIfAbsent(
                key,
                unused -> {
                    Patch[] more = Arrays.copyOf(patches, patches.length + 1);
                    more[patches.length] = new Patch(blocks.table(block), mask, values);
                    patches = more;
                    return more.length - 1;
                });
    }

    /**
     * Returns the number of the shape that has all of another one and, for each block, what is seen
     * of it: null for nothing.
     */
    synchronized int shape(int other, long[] @Nullable [] seen) {
        long[][] all = new long[blocks.count()][];
        for (int b = 0; b < all.length; b++) {
            all[b] = seen[b] == null ? new long[blocks.length(b)] : seen[b].clone();
        }
        if (other != NO_SHAPE) {
            shapes[other].addTo(all);
        }
        return shapeNumbers.computeIfAbsent(
                Arrays.stream(all).map(Answers::list).toList(),
                unused -> {
                    Shape[] more = Arrays.copyOf(shapes, shapes.length + 1);
                    more[shapes.length] = shapeOf(all);
                    shapes = more;
                    return more.length - 1;
                });
    }

    private Shape shapeOf(long[][] seen) {
        int[] which = new int[seen.length];
        Projection[] projected = new Projection[seen.length];
        int n = 0;
        for (int b = 0; b < seen.length; b++) {
            if (Arrays.stream(seen[b]).anyMatch(mask -> mask != 0)) {
                which[n] = b;
                projected[n++] = projection(b, seen[b]);
            }
        }
        return new Shape(Arrays.copyOf(which, n), Arrays.copyOf(projected, n));
    }

    private Projection projection(int block, long[] mask) {
        return projections
                .get(block)
                .computeIfAbsent(
                        list(mask), unused -> new Projection(blocks.table(block), mask, budget));
    }

    private static List<Long> list(long[] words) {
        return Arrays.stream(words).boxed().toList();
    }
}
