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

    /** The part of all memory that answers may take is one in so many; and so for ids. */
    private static final int SHARE = 8;

    private final Blocks blocks;
    private final MemoryBudget budget;

    /** For what becomes of ids. Who gets no more of it works that out each time. */
    private final MemoryBudget ids;

    private final AnswerTable table;

    /** The shapes as the masks of all blocks, one after the other; ids are numbers. */
    private final BlockTable shapeMasks;

    /** The masks of a shape that may be new. */
    private final long[] all;

    private final BlockTable sumContents;

    /** For each block its patches, as mask and values; ids are numbers. */
    private final BlockTable[] patchContents;

    private final List<Numbered<Patch>> patches = new ArrayList<>();
    private final List<Map<List<Long>, Projection>> projections = new ArrayList<>();
    private final Numbered<Shape> shapes = new Numbered<>();
    private final Numbered<long[]> sums = new Numbered<>();

    /** Few, so that looking for one goes through all. */
    private volatile long[] masks = {0};

    /** Returns a place for the answers of a system's parts, or null if it has none. */
    static @Nullable Answers of(TransitionSystem system, Blocks blocks, MemoryBudget budget) {
        return system.hasParts() ? new Answers(blocks, system.counters(), budget) : null;
    }

    private Answers(Blocks blocks, int counters, MemoryBudget budget) {
        this.blocks = blocks;
        this.budget = budget;
        ids = budget.part(SHARE);
        table = new AnswerTable(budget.part(SHARE));
        all = new long[blocks.stateLength()];
        shapeMasks = new BlockTable(blocks.stateLength(), budget);
        sumContents = new BlockTable(counters, budget);
        patchContents = new BlockTable[blocks.count()];
        for (int b = 0; b < blocks.count(); b++) {
            patchContents[b] = new BlockTable(2 * blocks.length(b), budget);
            patches.add(new Numbered<>());
            projections.add(new HashMap<>());
        }
        shapes.put(NO_SHAPE, NOTHING);
    }

    AnswerTable table() {
        return table;
    }

    Shape shape(int number) {
        return shapes.get(number);
    }

    Patch patch(int block, int number) {
        return patches.get(block).get(number);
    }

    /** Returns a mask of properties or counters by its number; number 0 is the empty one. */
    long mask(int number) {
        return masks[number];
    }

    /** Returns what is to be added to each counter. */
    long[] sum(int number) {
        return sums.get(number);
    }

    int maskNumber(long mask) {
        long[] known = masks;
        for (int n = 0; n < known.length; n++) {
            if (known[n] == mask) {
                return n;
            }
        }
        return newMask(mask);
    }

    private synchronized int newMask(long mask) {
        for (int n = 0; n < masks.length; n++) {
            if (masks[n] == mask) {
                return n;
            }
        }
        long[] more = Arrays.copyOf(masks, masks.length + 1);
        more[masks.length] = mask;
        masks = more;
        return more.length - 1;
    }

    int sumNumber(long[] sum) {
        int number = sumContents.intern(sum, 0);
        if (sums.find(number) == null) {
            sums.put(number, content(sumContents, number));
        }
        return number;
    }

    /**
     * Returns the number of a patch among those of its block.
     *
     * @param change the mask of the bits that change, and their new values
     */
    int patchNumber(int block, long[] change) {
        int number = patchContents[block].intern(change, 0);
        if (patches.get(block).find(number) == null) {
            newPatch(block, number);
        }
        return number;
    }

    /** One for all, as it remembers what it has made of ids. */
    private synchronized void newPatch(int block, int number) {
        if (patches.get(block).find(number) == null) {
            long[] content = content(patchContents[block], number);
            patches.get(block).put(number, new Patch(blocks.table(block), content, ids));
        }
    }

    private long[] content(BlockTable table, int id) {
        long[] content = budget.longs(table.length());
        table.read(id, content, 0);
        return content;
    }

    /**
     * Returns the number of the shape that has all of another one and, for each block, what is seen
     * of it: null for nothing.
     */
    int shape(int other, long[] @Nullable [] seen) {
        return shapes.get(other).covers(seen) ? other : wider(other, seen);
    }

    private synchronized int wider(int other, long[] @Nullable [] seen) {
        Arrays.fill(all, 0);
        for (int b = 0; b < seen.length; b++) {
            if (seen[b] != null) {
                System.arraycopy(seen[b], 0, all, blocks.offset(b), blocks.length(b));
            }
        }
        shapes.get(other).addTo(all, blocks);
        int number = shapeMasks.intern(all, 0);
        if (shapes.find(number) == null) {
            shapes.put(number, shapeOf(all));
        }
        return number;
    }

    private Shape shapeOf(long[] masks) {
        int[] which = new int[blocks.count()];
        Projection[] projected = new Projection[blocks.count()];
        int n = 0;
        for (int b = 0; b < which.length; b++) {
            long[] mask = Arrays.copyOfRange(masks, blocks.offset(b), blocks.offset(b + 1));
            if (Arrays.stream(mask).anyMatch(word -> word != 0)) {
                which[n] = b;
                projected[n++] = projection(b, mask);
            }
        }
        return new Shape(Arrays.copyOf(which, n), Arrays.copyOf(projected, n));
    }

    private Projection projection(int block, long[] mask) {
        return projections
                .get(block)
                .computeIfAbsent(
                        Arrays.stream(mask).boxed().toList(),
                        unused -> new Projection(blocks.table(block), mask, budget, ids));
    }
}
